"""Tells Django of this app."""

from django.apps import AppConfig


class ReportConfig(AppConfig):
    """Indicators and the annual report."""

    name = "gridtown.report"
    label = "report"
