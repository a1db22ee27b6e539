"""What the town answers for: indicators read from the ledger's copy, and the annual report made of them."""
