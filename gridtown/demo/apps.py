"""The app of the demo year: it has no tables, only the command."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """Found by Django for its `demo` command."""

    name = "gridtown.demo"
