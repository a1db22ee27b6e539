"""Gridtown 镇智: one ledger for a whole town."""
