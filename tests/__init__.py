"""The suite: one module per area; `browser/` holds the journeys."""
