"""The Django app of dispatch."""

from django.apps import AppConfig


class DispatchConfig(AppConfig):
    """Found by Django for its commands and its small tables."""

    name = "gridtown.dispatch"
    label = "dispatch"
