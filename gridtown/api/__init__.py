"""The programming interface: OpenAPI contract by django-ninja, answers encoded straight from the queries."""

from gridtown.api.root import api

__all__ = ["api"]
