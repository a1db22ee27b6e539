"""Triage: text in, suggestions out, each with the words that speak for it; a person disposes."""
