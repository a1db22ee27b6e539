"""The NinjaAPI object that every router is added to."""

from ninja import NinjaAPI

api = NinjaAPI(title="Gridtown 镇智", version="1", description="Cases of a town, from report to annual figure.")
