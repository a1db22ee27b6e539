"""Figures read out of official Chinese text, and a draft held against the ledger.

`reader.read(text)` needs neither Django nor the ledger; `checking.check(text)` asks the town's indicators.
"""
