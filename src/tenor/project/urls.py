"""The one table of addresses."""

from django.urls import URLPattern, URLResolver, include, path

handler500 = "tenor.portal.failures.server_error"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("tenor.portal.urls")),
    path("", include("tenor.api.urls")),
]
