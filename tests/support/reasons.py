"""Run as a program in a house's environment: which reasons each person meets, as JSON; every action is answered."""

import json
import sys

import django

django.setup()

from tenor.db.models import Account, Membership  # noqa: E402
from tenor.db.past_orders import load_past_orders  # noqa: E402
from tenor.db.snapshots import load_account  # noqa: E402
from tenor.domain.account import Actor, Role  # noqa: E402
from tenor.domain.eligibility import Action, warnings  # noqa: E402
from tenor.domain.possibilities import possibilities  # noqa: E402
from tenor.domain.terms import local_date  # noqa: E402
from tenor.gateways import clock  # noqa: E402
from tenor.usecases.offered import offered  # noqa: E402


def codes_by_person() -> dict[str, list[str]]:
    """The codes that close (or warn at) some action on some subscription, by the person's address."""
    found: dict[str, set[str]] = {}
    now = clock.now()
    for account in Account.objects.all():
        snapshot = load_account(account.id)
        offer = offered(snapshot.seller_id, snapshot.catalog_revision)
        today = local_date(now, account.time_zone)
        orders = load_past_orders(account.id, today)
        for member in Membership.objects.filter(account_id=account.id).select_related("user"):
            actor = Actor(str(member.user.id), member.user.name, Role(member.role))
            codes = found.setdefault(member.user.email, set())
            for subscription in snapshot.state.subscriptions:
                answered = possibilities(snapshot.state, offer, subscription, actor, today, orders)
                assert list(answered) == list(Action), subscription.number
                warned = (warnings(snapshot.state, offer, each, subscription, actor, today) for each in Action)
                codes |= {reason.code for told in (*answered.values(), *warned) for reason in told}
    return {email: sorted(codes) for email, codes in found.items()}


if __name__ == "__main__":
    json.dump(codes_by_person(), sys.stdout)
