"""Subscriptions and contracts: everything the account has, on what terms, as a list and as a file of what it shows."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from tenor.domain.account import SubscriptionStatus
from tenor.domain.money import Money, total
from tenor.domain.situation import Next, Situation
from tenor.portal.csv_file import csv_response, form_name
from tenor.portal.flows.shared import load_account, reader
from tenor.portal.holdings import Holding, holdings
from tenor.portal.listing import ALL, CURRENT, ENDED, ENDING, NONE, SORTS, STATES, Asked, by_cost_center
from tenor.portal.visit import AccountRequest, account_page
from tenor.ui import words
from tenor.ui.navigation import address
from tenor.ui.statuses import look
from tenor.ui.templatetags.tenor import product_mark, status

FEW = 5
"""Up to so many subscriptions are found by looking: no search is shown."""

BULK: tuple[tuple[str, Promise, str], ...] = (
    ("portal:align", _("Align payment dates"), "balance"),
    ("portal:renew_many", _("Renew early"), "renew"),
    ("portal:auto_renew_many", _("Automatic renewal"), "pause"),
    ("portal:labels", _("Labels"), "tag"),
)
"""What can be done with several at once: the page that is told which (`s`, an id each), its words and its icon."""

HEADER: tuple[Promise, ...] = (
    *(_("Number"), _("Label"), _("Cost center"), _("Product"), _("Plan"), _("Term"), _("Seats"), _("Status")),
    *(_("What happens next"), _("Date"), _("Net"), _("Tax"), _("Total"), _("Currency"), _("Payment method")),
)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table. `mark` and `badge` are drawn once a product and once a status, not once a row.

    `next` says what `day` is the day of, "" where it is a renewal.
    """

    id: str
    name: str
    reference: str
    term: str
    number: str
    url: str
    cost_center: str
    seats: int
    next: str
    day: date
    amount: Money | None
    has_ended: bool
    mark: SafeString
    badge: SafeString


@dataclass(frozen=True, slots=True)
class Group:
    """The rows of a cost center, with what is charged next for them together; all rows where they are not grouped."""

    title: str
    rows: list[Row]
    total: Money


@require_safe
@account_page
@vary_on_headers("HX-Request")
def subscriptions(request: AccountRequest) -> HttpResponse:
    """The list; to htmx only the part that changes."""
    loaded = load_account(request.visit)
    who, asked = reader(request.visit, loaded), Asked.of(request.GET)
    owned = holdings(loaded, who)
    found = asked.found(owned)
    centers = sorted({held.subscription.cost_center for held in owned if held.subscription.cost_center})
    has_states = any(held.subscription.status is not SubscriptionStatus.ACTIVE for held in found)
    has_centers = bool(centers) and asked.sort != "cost_center"
    context = {
        "groups": list(_groups(found, asked, loaded.state.currency)),
        "asked": asked,
        "is_filtered": len(owned) > FEW or len(found) < len(owned),
        "count": len(found),
        "has_any": bool(owned),
        "seats": sum(held.subscription.seats for held in found),
        "charged": _charged(found, loaded.state.currency),
        "tax": who.tax,
        "sorts": [(code, label) for code, (label, _key) in SORTS.items()],
        "statuses": _statuses(owned),
        "products": sorted({(held.subscription.product, held.name) for held in owned}, key=lambda each: each[1]),
        "centers": [*centers, NONE] if centers else [],
        "none": NONE,
        "has_centers": has_centers,
        "has_states": has_states,
        "columns": 4 + has_centers + has_states,
        "bulk": _bulk() if request.visit.actor.role.may_buy else [],
    }
    part = "#results" if request.htmx and not request.htmx.history_restore_request else ""
    return render(request, f"portal/subscriptions.html{part}", context)


@require_safe
@account_page
def subscriptions_file(request: AccountRequest) -> HttpResponse:
    """What the list shows as a file, as the reader's spreadsheet opens it; `?form=` chooses the other form."""
    loaded = load_account(request.visit)
    who = reader(request.visit, loaded)
    found = Asked.of(request.GET).found(holdings(loaded, who))
    rows = (_cells(held, loaded.state.currency) for held in found)
    form = form_name(request.visit.language, request.GET.get("form", ""))
    return csv_response(f"subscriptions-{loaded.today}.csv", [str(head) for head in HEADER], rows, form)


def _groups(found: list[Holding], asked: Asked, currency: str) -> Iterator[Group]:
    """One group, or one a cost center where that is what they are sorted by."""
    if asked.sort != "cost_center":
        yield Group("", _rows(found), _charged(found, currency))
        return
    for key, held in groupby(found, key=by_cost_center):
        group = list(held)
        yield Group(key[-1] or gettext("No cost center"), _rows(group), _charged(group, currency))


def _charged(found: list[Holding], currency: str) -> Money:
    """What is charged next for all of them, each once."""
    return total((held.situation.amount for held in found if held.situation.amount), currency)


def _rows(found: list[Holding]) -> list[Row]:
    marks = {code: product_mark(code, "small") for code in {held.subscription.product for held in found}}
    badges = {state: _badge(state) for state in {held.subscription.status for held in found}}
    return [_row(held, marks[held.subscription.product], badges[held.subscription.status]) for held in found]


def _row(held: Holding, mark: SafeString, badge: SafeString) -> Row:
    one, brief = held.subscription, words.situation_brief(held.situation, held.subscription)
    return Row(
        id=one.id,
        name=f"{held.name} {held.plan}",
        reference=words.subscription_reference(one),
        term=held.term,
        number=one.number,
        url=held.url,
        cost_center=one.cost_center,
        seats=one.seats,
        next="" if held.situation.next is Next.RENEWS and not held.situation.begins_on else brief.label,
        day=brief.day,
        amount=held.situation.amount,
        has_ended=one.status in ENDED,
        mark=mark,
        badge=badge,
    )


def _cells(held: Holding, currency: str) -> tuple[object, ...]:
    one, found = held.subscription, held.situation
    brief, net = words.situation_brief(found, one), _net(found)
    return (
        *(one.number, one.label, one.cost_center, held.name, held.plan, held.term, one.seats),
        *(look("subscription", one.status).label, brief.label, brief.day),
        *(net, found.amount - net if found.amount and net else None, found.amount, currency),
        found.method.label if found.method else "",
    )


def _net(found: Situation) -> Money | None:
    """Its part of the next charge without the tax; None where the charge has no lines that tell.

    What an order that is open already has left to pay may be less than its lines: the balance, or a credit, took some.
    """
    payment = found.payment
    quote = payment.quote if payment else None
    if payment is None or quote is None or found.amount is None or payment.amount not in (None, quote.at_gateway):
        return found.before_tax
    return total(
        (line.net for line in quote.lines if line.subscription_id == found.subscription_id), quote.net.currency
    )


def _bulk() -> list[tuple[str, Promise, str]]:
    """Address, words and icon of each page that takes several subscriptions and is there."""
    return [(url, label, icon) for name, label, icon in BULK if (url := address(name)) is not None]


def _badge(state: SubscriptionStatus) -> SafeString:
    return render_to_string("components/badge.html", status("subscription", state))


def _statuses(owned: list[Holding]) -> list[tuple[str, Promise]]:
    """What can be filtered by: the states that there are, after those that are always offered."""
    there = {held.subscription.status for held in owned}
    states = [(str(status), look("subscription", status).label) for status in STATES if status in there]
    return [(CURRENT, _("Not ended")), (ENDING, _("Not renewing")), *states, (ALL, _("All"))]
