"""Channels in and out of the town: QR sheets, files of other systems, messages to robots."""
