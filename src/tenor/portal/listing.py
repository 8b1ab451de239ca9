"""What the list of subscriptions is asked for by its address: search, filter, order. Its file shares it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tenor.domain.account import SubscriptionStatus
from tenor.domain.situation import Next
from tenor.domain.texts import one_line
from tenor.portal.holdings import Holding

ENDED = frozenset({SubscriptionStatus.CANCELED})
CURRENT, ENDING, ALL = "current", "ending", "all"
NONE = "-"
"""As a cost center: those without one."""

STATES: Final = [
    SubscriptionStatus.SUSPENDED,
    SubscriptionStatus.PAST_DUE,
    SubscriptionStatus.EXPIRED,
    SubscriptionStatus.ACTIVE,
    SubscriptionStatus.CANCELED,
]
"""What somebody has to look after first."""


def _minor(held: Holding) -> int:
    return held.situation.amount.minor if held.situation.amount else 0


SORTS: dict[str, tuple[Promise, Callable[[Holding], Any]]] = {
    "renews": (_("Renewal date"), lambda held: (held.situation.on, held.name.casefold())),
    "name": (_("Product"), lambda held: (held.name.casefold(), held.plan.casefold(), held.situation.on)),
    "label": (_("Label"), lambda held: (not held.label, held.label.casefold(), held.situation.on)),
    "cost_center": (_("Cost center"), lambda held: (*by_cost_center(held), held.situation.on)),
    "seats": (_("Seats"), lambda held: (-held.subscription.seats, held.name.casefold())),
    "amount": (_("Next amount"), lambda held: (-_minor(held), held.name.casefold())),
    "status": (_("Status"), lambda held: (STATES.index(held.subscription.status), held.situation.on)),
}


def by_cost_center(held: Holding) -> tuple[bool, str, str]:
    """Those of one cost center together, in the order of the alphabet; those without one last."""
    center = held.subscription.cost_center
    return not center, center.casefold(), center


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for; what it says that we don't know is as if it said nothing.

    `first` and `last` are the days between which something happens next: a renewal, an end.
    """

    query: str
    status: str
    sort: str
    product: str
    cost_center: str
    first: date | None
    last: date | None

    @classmethod
    def of(cls, said: QueryDict) -> "Asked":
        """Read from the query string."""
        status, sort = said.get("status", ""), said.get("sort", "")
        return cls(
            query=one_line(said.get("q", ""))[:100],
            status=status if status in {CURRENT, ENDING, ALL, *SubscriptionStatus} else CURRENT,
            sort=sort if sort in SORTS else "renews",
            product=said.get("product", ""),
            cost_center=said.get("cost_center", ""),
            first=day(said.get("from", "")),
            last=day(said.get("to", "")),
        )

    @property
    def is_narrow(self) -> bool:
        """Whether it asks for more than a search and a status: the other fields are shown open then."""
        return bool(self.product or self.cost_center or self.first or self.last)

    def found(self, owned: Iterable[Holding]) -> list[Holding]:
        """What is asked for, in the order asked for."""
        return sorted((held for held in owned if self._wants(held)), key=SORTS[self.sort][1])

    def _wants(self, held: Holding) -> bool:
        one = held.subscription
        if self.product not in ("", one.product) or self.cost_center not in ("", one.cost_center or NONE):
            return False
        if not (self.first or date.min) <= held.situation.on <= (self.last or date.max):
            return False
        text = f"{held.name} {held.plan} {one.number} {one.label} {one.cost_center}".casefold()
        return self._has_status(held) and all(word in text for word in self.query.casefold().split())

    def _has_status(self, held: Holding) -> bool:
        status = held.subscription.status
        if self.status == ALL:
            return True
        if self.status == CURRENT:
            return status not in ENDED
        if self.status == ENDING:
            return held.situation.next is Next.ENDS
        return status == self.status


def day(typed: str) -> date | None:
    """The day of an address (ISO 8601); None for anything else."""
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None
