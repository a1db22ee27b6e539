"""Registers as spreadsheets: a template, what stands on a register, and what somebody has filled in."""
