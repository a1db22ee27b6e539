"""Papers that an office prints from a case: a line's text, what the ledger says put into it, set as a Word file."""
