"""Run as a program in a house's environment: which rows of the eligibility matrix each person meets, as JSON."""

import json
import sys

import django

django.setup()

from tenor.db.catalog import load_offer  # noqa: E402
from tenor.db.models import Account, Membership  # noqa: E402
from tenor.db.snapshots import load_account  # noqa: E402
from tenor.domain.account import Actor, Role  # noqa: E402
from tenor.domain.eligibility import Action, reasons, warnings  # noqa: E402
from tenor.domain.terms import local_date  # noqa: E402
from tenor.gateways import clock  # noqa: E402


def codes_by_person() -> dict[str, list[str]]:
    """The codes that close (or warn at) some action on some subscription, by the person's address."""
    found: dict[str, set[str]] = {}
    now = clock.now()
    for account in Account.objects.all():
        snapshot = load_account(account.id)
        offer = load_offer(snapshot.seller_id, snapshot.catalog_revision)
        today = local_date(now, account.time_zone)
        for member in Membership.objects.filter(account_id=account.id).select_related("user"):
            actor = Actor(str(member.user.id), member.user.name, Role(member.role))
            codes = found.setdefault(member.user.email, set())
            for subscription in snapshot.state.subscriptions:
                for action in Action:
                    told = (snapshot.state, offer, action, subscription, actor, today)
                    codes |= {reason.code for reason in (*reasons(*told), *warnings(*told))}
    return {email: sorted(codes) for email, codes in found.items()}


if __name__ == "__main__":
    json.dump(codes_by_person(), sys.stdout)
