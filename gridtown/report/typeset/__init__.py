"""A report as data, and set from it as Word file and PDF in the layout of official papers."""
