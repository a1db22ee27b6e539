"""The Django app of triage; it has no tables."""

from django.apps import AppConfig


class TriageConfig(AppConfig):
    """Found by Django."""

    name = "gridtown.triage"
    label = "triage"
