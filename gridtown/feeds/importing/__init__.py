"""Outside data in: a mapping file says what each column means, a bad row is named, the rest goes in."""
