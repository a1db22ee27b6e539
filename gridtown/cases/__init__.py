"""The ledger: cases, records, entries; `actions` is the only writer, `queries` the only reader."""
