"""Figures: which the town can ask for, how they are read, compared and forecast, and how they are written."""
