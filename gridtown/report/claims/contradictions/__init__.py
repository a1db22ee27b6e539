"""A text held against itself: sums, shares, rises, means and multiples that its own numbers do not bear out."""
