"""Tells Django of this app."""

from django.apps import AppConfig


class WarehouseConfig(AppConfig):
    """Line tables in Parquet, read by DuckDB."""

    name = "gridtown.warehouse"
    label = "warehouse"
