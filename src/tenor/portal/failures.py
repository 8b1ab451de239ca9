"""The pages for when something goes wrong: they need no database, and promise nothing that nobody knows."""

import sys

from django.http import HttpRequest, HttpResponse
from django.template.loader import get_template

from tenor.db.queries.readiness import is_database_away
from tenor.ui.context import chrome

TRY_AGAIN_SECONDS = "10"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def server_error(request: HttpRequest) -> HttpResponse:
    """Status 503 where the database can't be reached, else 500.

    Whoever sent something is told that it is being looked into: a charge may have been made, and its record failed.
    """
    fault = sys.exception()
    is_away = fault is not None and is_database_away(fault)
    context = {**chrome(request), "was_sent": request.method not in SAFE}
    page = get_template("503.html" if is_away else "500.html").render(context)
    response = HttpResponse(page, status=503 if is_away else 500)
    response.headers["Cache-Control"] = "no-store"
    if is_away:
        response.headers["Retry-After"] = TRY_AGAIN_SECONDS
    return response
