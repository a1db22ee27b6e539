"""Every address: the API below /api/, all pages from the web app."""

from django.urls import include, path

from gridtown.api.root import api

urlpatterns = [
    path("api/", api.urls),
    path("", include("gridtown.web.urls")),
]
