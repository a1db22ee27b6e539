"""What the town answers for: indicators read from the ledger's copy, and the annual report made of them.

figures: what can be asked and how it is read. promises: the year's targets, held against figures. prose: the report's
template and what stands in it. typeset: page, Word file and PDF. editions: the report frozen and signed. claims: the
figures of any text, read and held against the ledger. Each knows only those named before it, but for the last two.
"""
