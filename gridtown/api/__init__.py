"""The programming interface: OpenAPI contract by django-ninja, answers encoded straight from the queries."""
