"""A town's year, walked through the real actions: seeded, shaped on measured data, marked synthetic."""
