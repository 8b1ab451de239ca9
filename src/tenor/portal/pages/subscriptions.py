"""Subscriptions and contracts: everything the account has, on what terms. Filter, search, sort."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from tenor.domain.account import SubscriptionStatus
from tenor.domain.eligibility.case import renews_itself
from tenor.domain.money import Money
from tenor.portal.flows.shared import load_account, reader
from tenor.portal.holdings import Holding, holdings
from tenor.portal.visit import AccountRequest, account_page
from tenor.ui.navigation import address
from tenor.ui.statuses import look
from tenor.ui.templatetags.tenor import product_mark, status

ENDED = frozenset({SubscriptionStatus.CANCELED})
CURRENT, ENDING, ALL = "current", "ending", "all"

_ORDER: Final = [
    SubscriptionStatus.SUSPENDED,
    SubscriptionStatus.PAST_DUE,
    SubscriptionStatus.EXPIRED,
    SubscriptionStatus.ACTIVE,
    SubscriptionStatus.CANCELED,
]

SORTS: dict[str, tuple[Promise, Callable[[Holding], Any]]] = {
    "renews": (_("Renewal date"), lambda held: (held.subscription.renews_on, held.name.casefold())),
    "name": (_("Product"), lambda held: (held.name.casefold(), held.plan.casefold(), held.subscription.renews_on)),
    "seats": (_("Seats"), lambda held: (-held.subscription.seats, held.name.casefold())),
    "amount": (_("Next amount"), lambda held: (-(held.amount.minor if held.amount else 0), held.name.casefold())),
    "status": (_("Status"), lambda held: (_ORDER.index(held.subscription.status), held.subscription.renews_on)),
}


BULK: tuple[tuple[str, Promise, str], ...] = (
    ("portal:align", _("Align payment dates"), "balance"),
    ("portal:renew_many", _("Renew early"), "renew"),
    ("portal:auto_renew_many", _("Automatic renewal on or off"), "pause"),
)
"""What can be done with several at once: the page that is told which (`s`, an id each), its words and its icon."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for; what it says that we don't know is as if it said nothing."""

    query: str
    status: str
    sort: str
    product: str

    @classmethod
    def of(cls, request: AccountRequest) -> "Asked":
        """Read from the query string."""
        status, sort = request.GET.get("status", ""), request.GET.get("sort", "")
        return cls(
            query=request.GET.get("q", "").strip()[:100],
            status=status if status in {CURRENT, ENDING, ALL, *SubscriptionStatus} else CURRENT,
            sort=sort if sort in SORTS else "renews",
            product=request.GET.get("product", ""),
        )

    def wants(self, held: Holding) -> bool:
        """Whether the subscription is in the filter and has every word of the search."""
        if self.product and held.subscription.product != self.product:
            return False
        text = f"{held.name} {held.plan} {held.subscription.number}".casefold()
        return self._has_status(held) and all(word in text for word in self.query.casefold().split())

    def _has_status(self, held: Holding) -> bool:
        subscription = held.subscription
        if self.status == ALL:
            return True
        if self.status == CURRENT:
            return subscription.status not in ENDED
        if self.status == ENDING:
            return subscription.status not in ENDED and not renews_itself(subscription)
        return subscription.status == self.status


@require_safe
@account_page
@vary_on_headers("HX-Request")
def subscriptions(request: AccountRequest) -> HttpResponse:
    """The list; to htmx only the part that changes."""
    loaded = load_account(request.visit)
    who, asked = reader(request.visit, loaded), Asked.of(request)
    owned = holdings(loaded, who)
    found = sorted((held for held in owned if asked.wants(held)), key=SORTS[asked.sort][1])
    context = {
        "rows": _rows(found),
        "asked": asked,
        "count": len(found),
        "total": len(owned),
        "seats": sum(held.subscription.seats for held in found),
        "priced": who.tax.priced(included=any(held.coming.price.entry.tax_included for held in found if held.coming)),
        "sorts": [(code, label) for code, (label, _key) in SORTS.items()],
        "statuses": _statuses(owned),
        "product_name": who.names.product(asked.product) if asked.product else "",
        "bulk": _bulk() if request.visit.actor.role.may_buy else [],
    }
    part = "#results" if request.htmx and not request.htmx.history_restore_request else ""
    return render(request, f"portal/subscriptions.html{part}", context)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table. `mark` and `badge` are drawn once a product and once a status, not once a row."""

    id: str
    name: str
    plan: str
    term: str
    number: str
    url: str
    seats: int
    renews_on: date
    amount: Money | None
    renews: bool
    has_ended: bool
    mark: SafeString
    badge: SafeString


def _rows(found: list[Holding]) -> list[Row]:
    marks = {code: product_mark(code, "small") for code in {held.subscription.product for held in found}}
    badges = {state: _badge(state) for state in {held.subscription.status for held in found}}
    return [
        Row(
            id=held.subscription.id,
            name=held.name,
            plan=held.plan,
            term=held.term,
            number=held.subscription.number,
            url=held.url,
            seats=held.subscription.seats,
            renews_on=held.subscription.renews_on,
            amount=held.amount,
            renews=renews_itself(held.subscription),
            has_ended=held.subscription.status in ENDED,
            mark=marks[held.subscription.product],
            badge=badges[held.subscription.status],
        )
        for held in found
    ]


def _bulk() -> list[tuple[str, Promise, str]]:
    """Address, words and icon of each page that takes several subscriptions and is there."""
    return [(url, label, icon) for name, label, icon in BULK if (url := address(name)) is not None]


def _badge(state: SubscriptionStatus) -> SafeString:
    return render_to_string("components/badge.html", status("subscription", state))


def _statuses(owned: list[Holding]) -> list[tuple[str, Promise]]:
    """What can be filtered by: the states that there are, after those that are always offered."""
    there = {held.subscription.status for held in owned}
    states = [(str(status), look("subscription", status).label) for status in _ORDER if status in there]
    return [(CURRENT, _("Not ended")), (ENDING, _("Not renewing")), *states, (ALL, _("All"))]
