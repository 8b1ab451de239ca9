"""Home: what does the account own, what is next, does anything need me?"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tenor.db.access import account_scope
from tenor.db.queries.home import spend_by_month
from tenor.domain.account import SubscriptionStatus
from tenor.domain.forecast import UpcomingKind
from tenor.domain.money import Money, total
from tenor.portal.alerts import alerts
from tenor.portal.flows.shared import reader
from tenor.portal.holdings import Holding, holdings
from tenor.portal.upcoming import payments, upcoming
from tenor.portal.visit import AccountRequest, account_page
from tenor.ui import words
from tenor.ui.components import Bar
from tenor.usecases.load import Loaded, load

NEXT_PAYMENTS = 5


@dataclass(frozen=True, slots=True)
class ProductCard:
    """One product with all its subscriptions. `only` is set where there is one; `troubled` are its states to show.

    `label` says what `on` is the day of, and `amount` what is charged on it, tax included.
    """

    code: str
    name: str
    url: str
    count: int
    seats: int
    label: str
    on: date | None
    amount: Money | None
    only: Holding | None
    troubled: tuple[SubscriptionStatus, ...]


@require_safe
@account_page
def home(request: AccountRequest) -> HttpResponse:
    """The account at a glance."""
    visit = request.visit
    with account_scope(visit.account_id):
        loaded = load(visit.account_id, visit.now)
        bars = _spend(visit.account_id, loaded)
    who = reader(visit, loaded)
    coming = upcoming(loaded)
    held = holdings(loaded, who, coming)
    owned = [one for one in held if one.subscription.status is not SubscriptionStatus.CANCELED]
    charged = [one for one in coming if one.kind is UpcomingKind.PAYMENT and one.amount]
    context = {
        "account": loaded.state.name,
        "tax": who.tax,
        "alerts": alerts(loaded, owned, coming, who, visit.actor),
        "cards": _cards(owned),
        "payments": payments(coming, loaded, who, visit.actor, only=charged[:NEXT_PAYMENTS]),
        "more": max(0, len(charged) - NEXT_PAYMENTS),
        "bars": bars,
        "balance": loaded.state.balance,
        "spent": Money(sum(bar.amount.minor for bar in bars), loaded.state.currency),
        "year": loaded.today.year,
        "seats": sum(one.subscription.seats for one in owned),
        "count": len(owned),
        "ended": len(loaded.state.subscriptions) - len(owned),
    }
    return render(request, "portal/home.html", context)


def _cards(owned: Iterable[Holding]) -> list[ProductCard]:
    """The products by name; a product's next renewal is the earliest among its subscriptions."""
    groups: dict[str, list[Holding]] = defaultdict(list)
    for held in owned:
        groups[held.subscription.product].append(held)
    return sorted((_card(code, group) for code, group in groups.items()), key=lambda card: card.name.casefold())


def _card(code: str, group: list[Holding]) -> ProductCard:
    only = group[0] if len(group) == 1 else None
    label, on, amount = _alone(only) if only else _next_of(group)
    return ProductCard(
        code=code,
        name=group[0].name,
        url=only.url if only else f"{reverse('portal:subscriptions')}?{urlencode({'product': code})}",
        count=len(group),
        seats=sum(held.subscription.seats for held in group),
        label=label,
        on=on,
        amount=amount,
        only=only,
        troubled=tuple(sorted({held.subscription.status for held in group} - {SubscriptionStatus.ACTIVE})),
    )


def _alone(held: Holding) -> tuple[str, date | None, Money | None]:
    brief = words.situation_brief(held.situation, held.subscription)
    return brief.label, brief.day, held.situation.amount if held.situation.is_charged else None


def _next_of(group: list[Holding]) -> tuple[str, date | None, Money | None]:
    """The first day on which any of them renews, and what those that renew on it are charged together."""
    renewing = [held.situation for held in group if held.situation.is_charged]
    on = min((one.on for one in renewing), default=None)
    amounts = [one.amount for one in renewing if one.on == on]
    known = [amount for amount in amounts if amount is not None]
    return _("Next renewal"), on, total(known, known[0].currency) if known and len(known) == len(amounts) else None


def _spend(account_id: UUID, loaded: Loaded) -> list[Bar]:
    """The months of this year so far, also those in which nothing was paid, in the account's currency."""
    today, currency = loaded.today, loaded.state.currency
    spent = {row.month: row.total for row in spend_by_month(account_id, today.year) if row.total.currency == currency}
    months = [date(today.year, month, 1) for month in range(1, today.month + 1)]
    return [Bar(month, spent.get(month, Money(0, currency)), now=month.month == today.month) for month in months]
