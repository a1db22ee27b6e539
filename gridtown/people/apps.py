"""Tells Django of this app."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Accounts, posts, matrix, roster and scope."""

    name = "gridtown.people"
    label = "people"
    default_auto_field = "django.db.models.BigAutoField"
