"""Figures read out of official Chinese text."""
