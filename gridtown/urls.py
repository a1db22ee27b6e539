"""Every address: the API below /api/, all pages from the web app."""

from django.urls import include, path

from gridtown.api.root import api

urlpatterns = [
    path("api/", api.urls),
    path("", include("gridtown.web.urls")),
]

handler400 = "gridtown.web.views.errors.bad_request"
handler403 = "gridtown.web.views.errors.forbidden"
handler404 = "gridtown.web.views.errors.not_found"
handler500 = "gridtown.web.views.errors.failed"
