"""Addresses for machines."""

from django.urls import URLPattern, re_path

from tenor.api.webhooks import receive

urlpatterns: list[URLPattern] = [
    # With and without the last slash: a POST that is redirected loses its body.
    re_path(r"^webhooks/(?P<name>[a-z][a-z0-9_-]*)/?$", receive, name="webhook"),
]
