"""The demo's people, and what may be met by signing in as each of them."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

from django.conf import settings
from django.http import Http404, HttpResponse

from tenor.db.queries.demo import find_people
from tenor.portal.demo_notes import NOTES
from tenor.ui.components import DemoPerson

P = ParamSpec("P")


def demo_people() -> tuple[DemoPerson, ...]:
    """Those of `NOTES` who are there, in its order; nobody outside the demo."""
    if not settings.DEMO:
        return ()
    found = {person.email: person for person in find_people(list(NOTES))}
    return tuple(
        DemoPerson(email, found[email].name, found[email].company, found[email].country, note)
        for email, note in NOTES.items()
        if email in found
    )


def demo_only(view: Callable[P, HttpResponse]) -> Callable[P, HttpResponse]:
    """A page that is not there outside the demo."""

    @wraps(view)
    def shown(*args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not settings.DEMO:
            raise Http404
        return view(*args, **kwargs)

    return shown
