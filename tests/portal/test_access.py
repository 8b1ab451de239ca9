"""The access matrix: every route of the resolver, looked at and sent to, by everybody who may come to the door.

A new route needs its line in `MATRIX`. What is asked of every line: the statuses are those of the line; who is refused
has changed nothing and is told nothing of the account; ids of another company's things, in addresses, forms and filters,
are answered as ids that never were.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.portal.flows.conftest import customer, sandbox, sandbox_process
from tests.support.access import VISITORS

__all__ = ["customer", "sandbox", "sandbox_process"]

#        anonymous, viewer, user admin, billing admin, buyer, colleague, stranger, staff
ALL = "200 200 200 200 200 200 200 200"
PAGE = "302 200 200 200 200 403 200 403"
"""A page of one's own account."""
OWN = "302 200 200 200 200 403 404 403"
"""A page about something of the account."""
NO = "405 405 405 405 405 405 405 405"
"""Not a way to ask for this address."""


def all_get(status: int) -> str:
    """Everybody the same."""
    return " ".join([str(status)] * len(VISITORS))


def buys(done: int, *, stranger: int = 404) -> str:
    """For who may buy; a stranger has it done in their own account, where the address names nothing."""
    return f"302 403 403 {done} {done} 403 {stranger} 403"


def manages(done: int, *, stranger: int = 404) -> str:
    """For who manages users."""
    return f"302 403 {done} 403 {done} 403 {stranger} 403"


@dataclass(frozen=True)
class Row:
    """The statuses of a GET and of a POST, in the order of VISITORS; what is posted, and asked for in the address.

    Names in braces are ids of things. `foreign` is the status that the buyer gets with another company's ids in `body`;
    `told` that with them in `query`.
    """

    get: str
    post: str
    body: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    foreign: int = 404
    told: int = 200


MATRIX = {}
"""Every route, by name."""
