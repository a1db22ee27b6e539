"""The programming interface: the same actions and the same scope as the pages."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """Registers the app; its routes hang below /api/."""

    name = "gridtown.api"
    label = "api"
