"""Figures read out of official Chinese text, and a draft held against the ledger.

`reading.reader.read(text)` needs neither Django nor the ledger; `ledger.checking.check(text)` asks the town.
"""
