"""Pages: one call into actions or queries per view, everything else is words and layout."""
