"""From a text to its claims: figures, units, qualifiers, times, kinds and whose subject each has. Knows no town."""
