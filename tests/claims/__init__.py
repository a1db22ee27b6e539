"""Sentences with the claims that a reader should find in them."""
