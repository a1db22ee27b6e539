"""The app of the channels in and out; it has no tables."""

from django.apps import AppConfig


class FeedsConfig(AppConfig):
    """Found by Django for its commands."""

    name = "gridtown.feeds"
