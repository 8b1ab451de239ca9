"""Run as a program in a house's environment: what is true of every subscription today, as JSON, by who reads of it.

`pass DAY STRIDE` moves the clock to that day instead, as the demo's own does: a night every so many days on the way.
"""

import json
import sys
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import django

django.setup()

from tenor.db.models import Account, Membership  # noqa: E402
from tenor.db.snapshots import load_account  # noqa: E402
from tenor.domain.account import AccountState, Role, Subscription  # noqa: E402
from tenor.domain.eligibility.case import renews_itself  # noqa: E402
from tenor.domain.forecast import Upcoming, UpcomingKind, forecast  # noqa: E402
from tenor.domain.offer import Offer  # noqa: E402
from tenor.domain.situation import CHARGES, Situation, situations  # noqa: E402
from tenor.domain.terms import local_date  # noqa: E402
from tenor.domain.under_way import once_paid  # noqa: E402
from tenor.gateways import clock  # noqa: E402
from tenor.usecases.move_clock import move_clock  # noqa: E402
from tenor.usecases.offered import offered  # noqa: E402
from tenor.usecases.pass_day import pass_day  # noqa: E402

MORNING = time(9, tzinfo=UTC)


def by_reader() -> dict[str, Any]:
    """The accounts by the address of the buyer."""
    found: dict[str, Any] = {}
    now = clock.now()
    for account in Account.objects.all():
        buyer = Membership.objects.filter(account_id=account.id, role=Role.BUYER).select_related("user").first()
        if buyer is None:
            continue
        snapshot = load_account(account.id)
        offer = offered(snapshot.seller_id, snapshot.catalog_revision)
        found[buyer.user.email] = _account(snapshot.state, offer, local_date(now, account.time_zone))
    return found


def _account(state: AccountState, offer: Offer, today: date) -> dict[str, Any]:
    coming = forecast(state, offer, today)
    told = situations(state, offer, today, coming)
    after = {one.id: once_paid(one, offer.policy, today) for one in state.subscriptions}
    return {
        "concerned": any(map(_is_concerned, coming)),
        "coming": sorted({one.on.isoformat() for one in coming if one.kind in CHARGES}),
        "under_way": sorted(
            {one.open_order.id for one in state.subscriptions if one.open_order and one.open_order.is_under_way}
        ),
        "subscriptions": {
            one.id: _subscription(one, told[one.id], renews=renews_itself(after[one.id])) for one in state.subscriptions
        },
    }


def _subscription(one: Subscription, told: Situation, *, renews: bool) -> dict[str, Any]:
    return {
        "status": one.status,
        "next": told.next,
        "on": told.on.isoformat(),
        "amount": str(told.amount) if told.amount is not None else "",
        "access_until": told.access_until.isoformat() if told.access_until else "",
        "begins_on": told.begins_on.isoformat() if told.begins_on else "",
        "renews": renews,
        "concerned": told.payment is not None and _is_concerned(told.payment),
    }


def _is_concerned(payment: Upcoming) -> bool:
    """Whether it can't be paid as it stands, or is by another method than was chosen."""
    return payment.kind is UpcomingKind.PAYMENT and bool(payment.concerns or payment.instead_of or not payment.method)


def pass_days(to: date, stride: int) -> None:
    """To nine o'clock of that day, with a night every `stride` days."""
    goal = datetime.combine(to, MORNING)
    while (now := clock.now()) < goal:
        move_clock(to=min(now + timedelta(days=stride), goal))
        pass_day(now=clock.now())


if __name__ == "__main__":
    if sys.argv[1:2] == ["pass"]:
        pass_days(date.fromisoformat(sys.argv[2]), int(sys.argv[3]))
    json.dump(by_reader(), sys.stdout)
