"""Editions: the report frozen as of an entry of the ledger, signed, made again byte for byte, and compared."""
