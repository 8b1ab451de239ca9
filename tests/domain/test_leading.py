"""Remedies lead where something can be done: the table of docs/domain/eligibility.md, and a law over all situations."""

from dataclasses import replace
from typing import Any

import pytest

from tenor.domain.account import Channel, OpenOrder, SubscriptionStatus
from tenor.domain.eligibility import Action, open_reasons
from tenor.domain.eligibility.leading import LEADS_TO
from tenor.domain.terms import MONTHLY
from tests.domain.builders import DEBIT, account, day, paid, subscription
from tests.domain.test_eligibility import (
    DISCONTINUED,
    OLD_CARD,
    OWING,
    POLICIES,
    RESELLER,
    SITUATIONS,
    UNTIL_SEPTEMBER,
    VIEWER,
    Situation,
    asked,
    only,
    selling,
    situation,
)
from tests.support import tables

LED = tables.rows("eligibility", "Where a remedy leads")

UNPAID = OpenOrder("o1", "T-1", "requires_action")
RENEWAL = replace(UNPAID, action="renew")
AT_THE_BANK: dict[str, Any] = {"is_in_flight": True, "needs_customer": True}
LAST_DAYS = day("2027-01-10")
LONG_AGO: dict[str, Any] = {"renews_on": day("2026-03-01"), "periods": (paid(day("2025-03-01"), day("2026-03-01")),)}
LEADING: dict[str, Situation] = {
    "an order that was not paid": situation(open_order=UNPAID),
    "an order under way": situation(open_order=replace(UNPAID, status="processing")),
    "an order that waits for the provider's answer": situation(open_order=replace(UNPAID, is_in_flight=True)),
    "an order that waits for the customer at the bank": situation(open_order=replace(UNPAID, **AT_THE_BANK)),
    "an order that was not paid, seen by a viewer": situation(open_order=UNPAID, actor=VIEWER),
    "a renewal that was declined": situation(**OWING, open_order=RENEWAL),
    "a renewal that was declined, seen by a viewer": situation(**OWING, open_order=RENEWAL, actor=VIEWER),
    "a renewal under way": situation(**OWING, open_order=replace(RENEWAL, status="processing", is_in_flight=True)),
    "a renewal that waits for the customer at the bank": situation(**OWING, open_order=replace(RENEWAL, **AT_THE_BANK)),
    "a suspended one under way": situation(
        **{**OWING, "status": SubscriptionStatus.SUSPENDED}, open_order=replace(RENEWAL, status="processing")
    ),
    "the last 90 days": situation(LAST_DAYS),
    "before the last 90 days": situation(day("2026-11-01")),
    "the last 90 days, not renewing": situation(LAST_DAYS, auto_renew=False),
    "the last 90 days, in Brazil": situation(LAST_DAYS, state=account(country="BR")),
    "the last 90 days, a reseller's": situation(LAST_DAYS, channel=Channel.RESELLER, reseller=RESELLER),
    "the last 90 days, in an older system": situation(LAST_DAYS, processor="oldshop"),
    "the last 90 days, seen by a viewer": situation(LAST_DAYS, VIEWER),
    "the last 90 days, discontinued": situation(LAST_DAYS, offer=selling(DISCONTINUED)),
    "the last 90 days, the card expired, another one stored": situation(
        LAST_DAYS, state=account(methods=(OLD_CARD, DEBIT))
    ),
    "the last 90 days, the only card expired": situation(LAST_DAYS, state=only(OLD_CARD)),
    "expired": situation(day("2026-09-20"), status=SubscriptionStatus.EXPIRED, **UNTIL_SEPTEMBER),
    "expired, in an older system": situation(
        day("2026-09-20"), status=SubscriptionStatus.EXPIRED, processor="oldshop", **UNTIL_SEPTEMBER
    ),
    "expired, discontinued, too late to renew": situation(
        status=SubscriptionStatus.EXPIRED, offer=selling(DISCONTINUED), **LONG_AGO
    ),
    "canceled, discontinued": situation(status=SubscriptionStatus.CANCELED, offer=selling(DISCONTINUED)),
    "monthly, in an older system": situation(term=MONTHLY, processor="oldshop"),
    "not renewing, a reseller's": situation(auto_renew=False, channel=Channel.RESELLER, reseller=RESELLER),
    "suspended, the card expired, another one stored": situation(
        state=account(subscription(status=SubscriptionStatus.SUSPENDED), methods=(OLD_CARD, DEBIT))
    ),
    "the only card expired, seen by a viewer": situation(state=only(OLD_CARD), actor=VIEWER),
}


@pytest.mark.parametrize("row", LED, ids=tables.ids(LED, "action", "situation", "reason"))
def test_a_remedy_is_offered_only_where_it_leads_on(row: dict[str, str]) -> None:
    found = asked(LEADING[row["situation"]], Action(row["action"]))
    remedy = next(reason for reason in found if reason.code == row["reason"]).remedy
    assert (remedy.code if remedy else "-") == row["remedy"]


@pytest.mark.parametrize("where", [*SITUATIONS.values(), *POLICIES.values(), *LEADING.values()])
def test_no_remedy_leads_to_what_is_closed(where: Situation) -> None:
    state, northline, actor, today = where
    for action in Action:
        for reason in asked(where, action):
            if reason.remedy and (led := LEADS_TO.get(reason.remedy.code)):
                one = state.subscriptions[0]
                assert open_reasons(state, northline, led, one, actor, today) == (), (action, reason)
