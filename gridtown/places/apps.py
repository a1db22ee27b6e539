"""Tells Django of this app."""

from django.apps import AppConfig


class PlacesConfig(AppConfig):
    """Divisions, grids and their generations."""

    name = "gridtown.places"
    label = "places"
    default_auto_field = "django.db.models.BigAutoField"
