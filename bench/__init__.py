"""Measurements: what a call costs, on this machine, with a full ledger."""
