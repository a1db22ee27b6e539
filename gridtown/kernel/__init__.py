"""The vocabulary that lines of business are written in: pure Python, no Django, no clock, no I/O."""
