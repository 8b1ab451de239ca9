"""Why can't I ...? Whatever may be wanted of one subscription, in each state: docs/domain/eligibility.md."""

from dataclasses import replace
from typing import Any

import pytest

from tenor.domain.account import (
    AccountState,
    ChangeKind,
    Channel,
    MethodStatus,
    OpenOrder,
    Reseller,
    Role,
    Subscription,
    SubscriptionStatus,
)
from tenor.domain.eligibility import Action
from tenor.domain.orders import PastOrder, PastOrders
from tenor.domain.planner import plan
from tenor.domain.possibilities import (
    UNASKED,
    Possibilities,
    for_good,
    is_asked,
    is_offered,
    order_to_return,
    possibilities,
)
from tenor.domain.requests import AddSeats, Request
from tests.domain.builders import ALICE, CARD, TODAY, account, day, offer, paid, scheduled, subscription
from tests.support import tables

OPEN = tables.rows("eligibility", "What is open when")
LATER = subscription(id="s2", number="S-2", renews_on=day("2027-06-01"))
"""Somebody to be aligned with."""
ENDED = {"renews_on": day("2026-11-01"), "lapsed_on": day("2026-11-01"), "periods": ()}
NO_REMEDY = {"fewer_than_two", "already_aligned", *UNASKED}

STATES: dict[str, dict[str, Any]] = {
    "active": {},
    "not renewing": {"auto_renew": False},
    "the last 90 days": {"renews_on": day("2027-01-20"), "periods": (paid(day("2026-01-20"), day("2027-01-20")),)},
    "the renewal date": {"renews_on": TODAY, "periods": (paid(day("2025-11-21"), TODAY),)},
    "the next term is paid": {
        "renews_on": day("2028-03-01"),
        "periods": (paid(), paid(day("2027-03-01"), day("2028-03-01"))),
    },
    "an open order": {"open_order": OpenOrder("o9", "T-9", "processing")},
    "past due": {"status": SubscriptionStatus.PAST_DUE, **ENDED},
    "suspended": {"status": SubscriptionStatus.SUSPENDED, **ENDED},
    "expired": {"status": SubscriptionStatus.EXPIRED, "auto_renew": False, **ENDED},
    "canceled": {"status": SubscriptionStatus.CANCELED, **ENDED},
    "a reseller's": {"channel": Channel.RESELLER, "reseller": Reseller("Softhuis", "sales@softhuis.example")},
    "kept by a legacy system": {"processor": "oldshop"},
    "the card was refused for good": {"method_id": "bad"},
    "one seat": {"seats": 1},
}


def a_past_order(one: Subscription, number: int = 1) -> PastOrder:
    """One more seat, bought today."""
    bought = plan(account(subscription(id=one.id)), offer(), Request(ALICE, AddSeats(one.id, 1)), TODAY)
    return PastOrder(f"o{number}", f"T-{number}", bought.action, TODAY, bought)


def asked(state: AccountState, orders: PastOrders = (), on: str = "s1") -> Possibilities:
    return possibilities(state, offer(), state.subscription(on), ALICE, TODAY, orders)


def an_account(*owned: Subscription) -> AccountState:
    return account(*owned, methods=(CARD, replace(CARD, id="bad", is_default=False, status=MethodStatus.INVALID)))


def codes(found: Possibilities, action: Action) -> list[str]:
    return [reason.code for reason in found[action]]


@pytest.mark.parametrize("row", OPEN, ids=tables.ids(OPEN, "state"))
def test_what_is_open_when(row: dict[str, str]) -> None:
    one = subscription(**STATES[row["state"]])
    found = asked(an_account(one, LATER), (a_past_order(one),))
    open_ones = " ".join(action for action in Action if not found[action])
    assert open_ones == row["open"].strip("-")


def test_the_page_knows_every_state() -> None:
    assert [row["state"] for row in OPEN] == list(STATES)


@pytest.mark.parametrize("state", STATES)
def test_every_action_is_answered_and_every_reason_says_what_opens_it(state: str) -> None:
    one = subscription(**STATES[state])
    for orders in ((), (a_past_order(one),)):
        for others in ((), (LATER,)):
            found = asked(an_account(one, *others), orders)
            assert list(found) == list(Action)
            closing = [reason for reasons in found.values() for reason in reasons]
            assert {reason.code for reason in closing if reason.remedy is None} <= NO_REMEDY


@pytest.mark.parametrize(
    ("state", "unasked"),
    [
        ("active", "renew_late auto_renew_on buy_again change_owed decline_owed"),
        ("not renewing", "renew_late auto_renew_off buy_again change_owed decline_owed"),
        ("expired", "auto_renew_off change_owed decline_owed"),
        ("past due", "auto_renew_on buy_again"),
    ],
)
def test_nobody_asks_for_what_has_no_object(state: str, unasked: str) -> None:
    one = subscription(**STATES[state])
    found = asked(an_account(one, LATER), (a_past_order(one),))
    assert " ".join(action for action in Action if not is_asked(found[action])) == unasked


@pytest.mark.parametrize(
    ("state", "replaced"),
    [("active", ""), ("expired", "renew_early"), ("past due", "renew_late")],
)
def test_what_another_action_stands_for_is_not_offered(state: str, replaced: str) -> None:
    one = subscription(**STATES[state])
    found = asked(an_account(one, LATER), (a_past_order(one),))
    wanted = [action for action in Action if is_asked(found[action])]
    assert " ".join(action for action in wanted if not is_offered(action, found[action])) == replaced


def test_beside_a_reason_for_good_the_others_are_moot() -> None:
    sold = subscription(auto_renew=False, seats=500, **STATES["a reseller's"])
    found = asked(account(sold, methods=()))
    assert {reason.code for reason in found[Action.SEATS_ADD]} > {"bought_from_reseller", "seats_at_maximum"}
    assert [reason.code for reason in for_good(found[Action.SEATS_ADD])] == ["bought_from_reseller"]
    full = asked(account(subscription(seats=500)))[Action.SEATS_ADD]
    assert for_good(full) == full


def test_the_only_subscription_has_no_other_to_be_aligned_with() -> None:
    assert codes(asked(account(subscription())), Action.ALIGN) == ["fewer_than_two"]


def test_what_renews_with_all_the_others_is_aligned_already() -> None:
    twins = account(subscription(), subscription(id="s2"))
    assert codes(asked(twins), Action.ALIGN) == ["already_aligned"]


def test_an_outsider_hears_what_keeps_it_from_the_others() -> None:
    monthly = subscription(id="s3", term=replace(LATER.term, months=1))
    found = asked(account(subscription(), LATER, monthly), on="s3")
    [reason] = found[Action.ALIGN]
    assert (reason.code, reason.remedy and reason.remedy.facts["months"]) == ("term_differs", 12)


def test_renewal_is_turned_to_what_it_is_not() -> None:
    renewing = asked(account(subscription(auto_renew=False, scheduled=(scheduled(ChangeKind.AUTO_RENEW, "on"),))))
    assert codes(renewing, Action.AUTO_RENEW_ON) == ["already_on"]
    assert renewing[Action.AUTO_RENEW_OFF] == ()


def test_the_newest_order_is_the_one_to_return() -> None:
    one = subscription()
    orders = (a_past_order(one), a_past_order(one, 2), a_past_order(LATER, 3))
    newest = order_to_return(one, orders)
    assert newest is not None
    assert newest.number == "T-2"
    assert asked(account(one, LATER), orders)[Action.RETURN_ORDER] == ()
    assert codes(asked(account(one)), Action.RETURN_ORDER) == ["nothing_to_return"]


def test_who_may_not_buy_hears_it_of_every_action() -> None:
    viewer = replace(ALICE, role=Role.VIEWER)
    found = possibilities(account(subscription(), LATER), offer(), subscription(), viewer, TODAY, ())
    assert all(reasons[0].code == "role_may_not_buy" for reasons in found.values())
