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
from django.views.decorators.http import require_safe

from tenor.db.access import account_scope
from tenor.db.queries.home import spend_by_month
from tenor.domain.account import SubscriptionStatus
from tenor.domain.forecast import UpcomingKind
from tenor.domain.money import Money
from tenor.portal.alerts import alerts
from tenor.portal.flows.shared import reader
from tenor.portal.holdings import Holding, holdings
from tenor.portal.upcoming import payments, upcoming
from tenor.portal.visit import AccountRequest, account_page
from tenor.ui.components import Bar
from tenor.usecases.load import Loaded, load

NEXT_PAYMENTS = 4


@dataclass(frozen=True, slots=True)
class ProductCard:
    """One product with all its subscriptions. `only` is set where there is one; `troubled` are its states to show."""

    code: str
    name: str
    url: str
    count: int
    seats: int
    next_on: date | None
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
    owned = [held for held in holdings(loaded, who) if held.subscription.status is not SubscriptionStatus.CANCELED]
    coming = upcoming(loaded)
    charged = [one for one in coming if one.kind is UpcomingKind.PAYMENT and one.amount]
    context = {
        "account": loaded.state.name,
        "alerts": alerts(loaded, owned, coming, who, visit.actor),
        "cards": _cards(owned),
        "payments": payments(charged[:NEXT_PAYMENTS], loaded, who),
        "more": max(0, len(charged) - NEXT_PAYMENTS),
        "bars": bars,
        "balance": loaded.state.balance,
        "spent": Money(sum(bar.amount.minor for bar in bars), loaded.state.currency),
        "year": loaded.today.year,
        "seats": sum(held.subscription.seats for held in owned),
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
    renewals = [held.subscription.renews_on for held in group if held.coming]
    states = {held.subscription.status for held in group} - {SubscriptionStatus.ACTIVE}
    only = group[0] if len(group) == 1 else None
    return ProductCard(
        code=code,
        name=group[0].name,
        url=only.url if only else f"{reverse('portal:subscriptions')}?{urlencode({'product': code})}",
        count=len(group),
        seats=sum(held.subscription.seats for held in group),
        next_on=min(renewals, default=None),
        only=only,
        troubled=tuple(sorted(states)),
    )


def _spend(account_id: UUID, loaded: Loaded) -> list[Bar]:
    """Every month of this year, also those in which nothing was invoiced, in the account's currency."""
    year, currency = loaded.today.year, loaded.state.currency
    spent = {row.month: row.total for row in spend_by_month(account_id, year) if row.total.currency == currency}
    months = [date(year, month, 1) for month in range(1, 13)]
    return [Bar(month, spent.get(month, Money(0, currency)), now=month.month == loaded.today.month) for month in months]
