"""The Django app of the ledger."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    """The ledger's tables."""

    name = "gridtown.cases"
    label = "cases"
