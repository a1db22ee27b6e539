"""The pages."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Pages for residents, workers, officers and the command room."""

    name = "gridtown.web"
