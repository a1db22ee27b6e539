"""Ten million cases: how they are made, and what the warehouse answers over them and how fast."""
