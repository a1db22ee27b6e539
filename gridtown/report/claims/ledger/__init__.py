"""A text held against the town: which indicator a claim means, when and where, and whether the ledger agrees."""
