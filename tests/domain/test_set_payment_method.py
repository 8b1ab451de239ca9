"""Another method for one or many: the table of docs/domain/methods.md, every refusal, and its laws."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenor.domain.account import (
    AccountState,
    ChangeKind,
    Channel,
    MethodKind,
    MethodStatus,
    OpenOrder,
    PaymentMethod,
    Reseller,
    Role,
    SubscriptionStatus,
)
from tenor.domain.effects import Schedule, SetMethod
from tenor.domain.planner import plan
from tenor.domain.quote import Collection, Quote
from tenor.domain.refusals import Refusal
from tenor.domain.requests import Request, SetPaymentMethod
from tests.domain.builders import ALICE, CARD, RENEWS, TODAY, account, carry_out, offer, scheduled, subscription, usd

PAYPAL = PaymentMethod("paypal", MethodKind.PAYPAL, "PayPal", is_backup=True)
DEBIT = PaymentMethod("debit", MethodKind.DIRECT_DEBIT, "SEPA 3000")
MANY = tuple(subscription(id=f"s{n}", number=f"SUB-{n}") for n in range(1, 6))
IDS = st.lists(st.sampled_from([one.id for one in MANY]), min_size=1, max_size=7)
METHODS = st.sampled_from(["card", "debit", "paypal"])


def office(**changes: Any) -> AccountState:
    """Five subscriptions and three methods; the second is paid by PayPal, the third will be from its renewal on."""
    second = replace(MANY[1], method_id="paypal")
    third = replace(MANY[2], scheduled=(scheduled(ChangeKind.METHOD, "paypal"), scheduled(ChangeKind.SEATS, 2)))
    owned = (MANY[0], second, third, *MANY[3:])
    return account(*owned, **{"methods": (CARD, DEBIT, PAYPAL), **changes})


def quote(state: AccountState, method: str, *ids: str, **policy: Any) -> Quote:
    ask = SetPaymentMethod(tuple(ids), method)
    return plan(state, offer(policy=policy), Request(ALICE, ask), TODAY)


def refusal(state: AccountState, method: str, *ids: str, **policy: Any) -> Refusal:
    with pytest.raises(Refusal) as refused:
        quote(state, method, *ids, **policy)
    return refused.value


def test_several_are_paid_by_it_at_once_and_nothing_is_charged() -> None:
    planned = quote(office(), "debit", "s3", "s1", "s2")
    assert (planned.action, planned.lines, planned.total) == ("set_payment_method", (), usd("0.00"))
    assert (planned.collection, planned.method_id) == (Collection.NONE, "debit")
    assert planned.effects == (
        SetMethod("s1", None, "debit"),
        SetMethod("s2", "paypal", "debit"),
        SetMethod("s3", None, "debit"),
        Schedule("s3", ChangeKind.METHOD, "paypal", None, effective_on=RENEWS),
    )
    assert [(renewal.subscription_id, renewal.seats) for renewal in planned.promised] == [
        ("s1", 3),
        ("s2", 3),
        ("s3", 2),
    ]


def test_what_it_pays_already_is_left_alone() -> None:
    planned = quote(office(), "paypal", "s1", "s2")
    assert planned.effects == (SetMethod("s1", None, "paypal"),)
    assert [renewal.subscription_id for renewal in planned.promised] == ["s1"]
    assert refusal(office(), "paypal", "s2").code == "method_unchanged"


def test_what_does_not_renew_promises_no_renewal() -> None:
    ending = account(subscription(auto_renew=False))
    assert quote(ending, "debit", "s1").promised == ()


def test_what_is_sold_no_more_may_be_paid_otherwise() -> None:
    planned = plan(account(), offer(prices=()), Request(ALICE, SetPaymentMethod(("s1",), "debit")), TODAY)
    assert (planned.effects, planned.promised) == ((SetMethod("s1", None, "debit"),), ())


@pytest.mark.parametrize(
    ("code", "method", "changes"),
    [
        ("unknown_method", "nobody's", {}),
        ("unknown_method", "card", {"methods": (replace(CARD, status=MethodStatus.REMOVED),)}),
        ("method_not_usable", "card", {"methods": (replace(CARD, status=MethodStatus.INVALID),)}),
        ("method_not_usable", "debit", {"methods": (replace(DEBIT, status=MethodStatus.MANDATE_PENDING),)}),
        ("method_not_usable", "card", {"methods": (replace(CARD, expires_on=TODAY - timedelta(days=1)),)}),
    ],
)
def test_what_cannot_pay_is_refused(code: str, method: str, changes: dict[str, Any]) -> None:
    assert refusal(office(**changes), method, "s1").code == code


def test_a_kind_that_the_seller_does_not_take_is_refused() -> None:
    taken = frozenset({MethodKind.CARD})
    assert refusal(office(), "paypal", "s1", paying_methods=taken).code == "method_kind_not_taken"


def test_one_to_a_hundred_of_the_account_are_chosen() -> None:
    many = tuple(subscription(id=f"s{n}", number=f"SUB-{n}") for n in range(101))
    ids = [one.id for one in many]
    assert refusal(account(*many), "debit").code == "nothing_chosen"
    too_many = refusal(account(*many), "debit", *ids)
    assert (too_many.code, too_many.facts) == ("too_many_chosen", {"chosen": 101, "most": 100})
    assert len(quote(account(*many), "debit", *ids[:100], *ids[:100]).effects) == 100
    assert refusal(account(*many), "debit", "s1", "theirs").code == "unknown_subscription"


def test_every_reason_of_every_chosen_one_is_given() -> None:
    bought = replace(MANY[0], channel=Channel.RESELLER, reseller=Reseller("Nordsoft", "help@nordsoft.example"))
    ended = replace(MANY[1], status=SubscriptionStatus.CANCELED, lapsed_on=TODAY)
    refused = refusal(account(bought, ended, MANY[2]), "debit", "s1", "s2", "s3")
    assert refused.code == "not_eligible"
    assert [(reason.code, reason.facts["subscription"]) for reason in refused.reasons] == [
        ("bought_from_reseller", "s1"),
        ("canceled", "s2"),
    ]


def test_who_may_not_buy_is_told_once() -> None:
    viewer = replace(ALICE, role=Role.VIEWER)
    with pytest.raises(Refusal) as refused:
        plan(office(), offer(), Request(viewer, SetPaymentMethod(("s1", "s2", "s3"), "debit")), TODAY)
    assert [reason.code for reason in refused.value.reasons] == ["role_may_not_buy"]


@pytest.mark.parametrize(
    "changes",
    [
        {"method_id": "gone"},
        {"open_order": OpenOrder("o1", "O-1", "requires_action")},
        {"status": SubscriptionStatus.PAST_DUE, "lapsed_on": TODAY},
    ],
    ids=["no method", "an open order", "past due"],
)
def test_what_stops_paid_changes_is_mended_by_this_one(changes: dict[str, Any]) -> None:
    assert quote(account(subscription(**changes)), "debit", "s1").effects


@given(ids=IDS, method=METHODS)
def test_law_10_the_order_of_choosing_is_irrelevant_and_again_changes_nothing(ids: list[str], method: str) -> None:
    try:
        planned = quote(office(), method, *ids)
    except Refusal as refused:
        assert refused.code == "method_unchanged"  # noqa: PT017 - the only one that these requests can meet
        return
    assert quote(office(), method, *reversed(ids), *ids).fingerprint == planned.fingerprint
    after = carry_out(office(), planned)
    assert {after.subscription(chosen).method_id for chosen in ids} == {method}
    assert refusal(after, method, *ids).code == "method_unchanged"


@given(ids=IDS, method=METHODS)
def test_nothing_else_is_touched(ids: list[str], method: str) -> None:
    """Whatever is chosen: other subscriptions, and everything else of the chosen ones, stay as they are."""
    state = office()
    try:
        after = carry_out(state, quote(state, method, *ids))
    except Refusal:
        return
    for before in state.subscriptions:
        now = after.subscription(before.id)
        others = tuple(entry for entry in before.scheduled if entry.kind is not ChangeKind.METHOD)
        if before.id in ids:
            assert now == replace(before, method_id=method, scheduled=others)
        else:
            assert now == before


@pytest.mark.parametrize(
    ("named", "at_renewal", "effects"),
    [
        ("card", None, (SetMethod("s1", "card", "debit"),)),
        ("card", "paypal", (SetMethod("s1", "card", "debit"),)),
        ("paypal", "card", (Schedule("s1", ChangeKind.METHOD, "card", "debit", effective_on=RENEWS),)),
        (
            "card",
            "card",
            (
                SetMethod("s1", "card", "debit"),
                Schedule("s1", ChangeKind.METHOD, "card", "debit", effective_on=RENEWS),
            ),
        ),
    ],
)
def test_in_the_place_of_another_only_what_names_that_one_changes(
    named: str, at_renewal: str | None, effects: tuple[Any, ...]
) -> None:
    entries = (scheduled(ChangeKind.METHOD, at_renewal),) if at_renewal else ()
    state = account(subscription(id="s1", method_id=named, scheduled=entries), methods=(CARD, DEBIT, PAYPAL))
    ask = SetPaymentMethod(("s1",), "debit", instead_of="card")
    planned = plan(state, offer(), Request(ALICE, ask), TODAY)
    assert planned.effects == effects
    assert [one.on for one in planned.promised] == [RENEWS]


def test_what_names_another_is_left_alone() -> None:
    state = account(subscription(id="s1", method_id="paypal"), methods=(CARD, DEBIT, PAYPAL))
    with pytest.raises(Refusal, match="method_unchanged"):
        plan(state, offer(), Request(ALICE, SetPaymentMethod(("s1",), "debit", instead_of="card")), TODAY)
