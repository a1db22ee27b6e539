"""The columnar copy of the ledger: a Parquet table per kind of case, filled by the oracle's fold."""
