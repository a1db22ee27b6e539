"""Dispatch: what falls due, what is owed again, and who must be told."""
