"""Payment methods by themselves: the tables of docs/domain/methods.md, and what a removal leaves behind."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenor.domain.account import (
    AccountState,
    ChangeKind,
    Channel,
    Mandate,
    MethodKind,
    MethodStatus,
    PaymentMethod,
    Subscription,
    SubscriptionStatus,
)
from tenor.domain.methods import (
    MethodUse,
    is_usable,
    kept_methods,
    outlived_by,
    paid_by,
    removal_reasons,
    told_apart,
    unusable_reasons,
    without,
)
from tests.domain.builders import CARD, DEBIT, RENEWS, TODAY, account, day, offer, scheduled, subscription
from tests.support import tables

STANDING = tables.rows("methods", "What a method is good for")
MANDATES = tables.rows("methods", "Mandates")
REMOVALS = tables.rows("methods", "Removing")
BACKUP = replace(DEBIT, is_backup=True)
PAYPAL = PaymentMethod("paypal", MethodKind.PAYPAL, "PayPal")

SITUATIONS: dict[str, PaymentMethod] = {
    "a card that is valid today": replace(CARD, expires_on=TODAY),
    "a card that was valid yesterday": replace(CARD, expires_on=TODAY - timedelta(days=1)),
    "a card that the bank refused as expired": replace(
        CARD, status=MethodStatus.INVALID, invalid_because="expired_card"
    ),
    "a card that the bank refused as expired, and that has": replace(
        CARD, status=MethodStatus.INVALID, invalid_because="expired_card", expires_on=TODAY - timedelta(days=1)
    ),
    "a card that the bank refused as stolen": replace(CARD, status=MethodStatus.INVALID, invalid_because="stolen_card"),
    "a debit that the bank has not confirmed": replace(DEBIT, id="d", status=MethodStatus.MANDATE_PENDING),
    "a debit whose mandate lapsed": replace(DEBIT, id="d", mandate=Mandate("MD-1", date(2023, 11, 21))),
    "PayPal, where it is not taken": PAYPAL,
}


@pytest.mark.parametrize("row", STANDING, ids=tables.ids(STANDING, "situation"))
def test_table_of_what_a_method_is_good_for(row: dict[str, str]) -> None:
    method, is_alone = SITUATIONS[row["situation"]], row["others"] == "none"
    state = account(methods=(method,) if is_alone else (method, replace(DEBIT, id="other")))
    taken = frozenset(MethodKind) - ({MethodKind.PAYPAL} if "not taken" in row["situation"] else set())
    found = unusable_reasons(state, offer(policy={"paying_methods": taken}), method, TODAY)
    assert " ".join(reason.code for reason in found) == row["reasons"].strip("-")
    assert " ".join(reason.remedy.code for reason in found if reason.remedy) == row["remedies"].strip("-")
    assert is_usable(offer(policy={"paying_methods": taken}), method, TODAY) == (not found)


@pytest.mark.parametrize("row", MANDATES, ids=tables.ids(MANDATES, "signed on", "last debit"))
def test_table_of_mandates(row: dict[str, str]) -> None:
    used = None if row["last debit"] == "-" else day(row["last debit"])
    mandate = Mandate("MD-1", day(row["signed on"]), used)
    debit = replace(DEBIT, mandate=mandate)
    assert debit.last_day == day(row["last day"])
    state = account(subscription(renews_on=day(row["renews on"]), method_id="debit"), methods=(debit,))
    assert bool(outlived_by(state, debit, day(row["signed on"]))) == (row["warned"] == "yes")


OWN = subscription(method_id="debit")
EXPIRED_CARD = replace(CARD, expires_on=TODAY - timedelta(days=1))
REMOVED: dict[str, tuple[AccountState, PaymentMethod, tuple[MethodUse, ...]]] = {
    "the default can pay instead": (account(OWN), DEBIT, ()),
    "it is the default, and the only one": (account(methods=(CARD,)), CARD, ()),
    "it is the default, another is stored": (account(), CARD, ()),
    "the default has expired": (account(OWN, methods=(EXPIRED_CARD, DEBIT)), DEBIT, ()),
    "nothing renews": (account(replace(OWN, auto_renew=False), methods=(DEBIT,)), DEBIT, ()),
    "scheduled for the renewal": (
        account(subscription(method_id="gone", scheduled=(scheduled(ChangeKind.METHOD, "debit"),)), methods=(DEBIT,)),
        DEBIT,
        (),
    ),
    "the default, which pays in place of a refused card": (
        account(
            subscription(method_id="refused"),
            methods=(CARD, replace(DEBIT, id="refused", status=MethodStatus.INVALID)),
        ),
        CARD,
        (),
    ),
    "overdue": (
        account(replace(OWN, status=SubscriptionStatus.PAST_DUE, lapsed_on=TODAY), methods=(DEBIT,)),
        DEBIT,
        (),
    ),
    "an order is open": (
        account(OWN),
        DEBIT,
        (MethodUse("debit", "o1", "O-1", is_open=True), MethodUse("card", "o2", "O-2", is_open=True)),
    ),
    "the bank took a payment back": (account(OWN), DEBIT, (MethodUse("debit", "o1", "O-1", is_open=False),)),
    "a reseller renews it": (account(replace(OWN, channel=Channel.RESELLER), methods=(DEBIT,)), DEBIT, ()),
    "kept in an older system": (account(replace(OWN, processor="oldshop"), methods=(DEBIT,)), DEBIT, ()),
}
"""The account, its method that is to go, and the orders that use a method."""


@pytest.mark.parametrize("row", REMOVALS, ids=tables.ids(REMOVALS, "situation"))
def test_table_of_removals(row: dict[str, str]) -> None:
    state, method, uses = REMOVED[row["situation"]]
    found = removal_reasons(state, offer(), method, uses, TODAY)
    assert " ".join(reason.code for reason in found) == row["reasons"].strip("-")
    assert " ".join(reason.remedy.code for reason in found if reason.remedy) == row["remedies"].strip("-")


def test_the_default_comes_first_then_the_backup() -> None:
    gone = replace(PAYPAL, status=MethodStatus.REMOVED)
    other = PaymentMethod("other", MethodKind.CARD, "Visa 1111")
    assert kept_methods(account(methods=(other, gone, BACKUP, CARD))) == (CARD, BACKUP, other)


def test_what_a_method_pays_is_told_the_soonest_first() -> None:
    late = subscription(id="s2", number="SUB-2", renews_on=date(2027, 6, 1))
    other = subscription(id="s3", number="SUB-3", method_id="debit")
    ending = subscription(id="s4", number="SUB-4", auto_renew=False)
    state = account(late, subscription(), other, ending)
    assert [one.id for one in paid_by(state, CARD)] == ["s1", "s2"]
    assert [one.id for one in paid_by(state, DEBIT)] == ["s3"]


def test_a_card_that_has_expired_is_not_warned_about_as_well() -> None:
    soon = replace(CARD, expires_on=RENEWS - timedelta(days=1))
    assert [one.id for one in outlived_by(account(methods=(soon,)), soon, TODAY)] == ["s1"]
    assert outlived_by(account(methods=(soon,)), soon, RENEWS) == ()
    assert outlived_by(account(methods=(CARD,)), CARD, TODAY) == ()


CHOICES = st.sampled_from([None, "card", "debit", "paypal"])
OWNED = st.lists(st.tuples(CHOICES, CHOICES, st.booleans()), min_size=1, max_size=4)


@given(owned=OWNED, chosen=st.sampled_from(["card", "debit", "paypal"]))
def test_a_removal_without_reasons_leaves_nothing_unpaid_and_nothing_that_names_it(
    owned: list[tuple[str | None, str | None, bool]], chosen: str
) -> None:
    """Whatever is paid by what: either the removal says why not, or every renewal still has a method that can pay."""
    state = account(*_subscriptions(owned), methods=(CARD, DEBIT, PAYPAL))
    method = next(method for method in state.methods if method.id == chosen)
    after = without(state, method)
    assert all(
        method.id not in (one.method_id, *(entry.value for entry in one.scheduled)) for one in after.subscriptions
    )
    found = removal_reasons(state, offer(), method, (), TODAY)
    unpaid = {reason.facts["subscription"] for reason in found}
    for one in paid_by(state, method):
        payers = [other for other in after.methods if after.subscription(one.id) in paid_by(after, other)]
        assert (one.id in unpaid) == (not payers)


def _subscriptions(owned: list[tuple[str | None, str | None, bool]]) -> list[Subscription]:
    return [
        subscription(
            id=f"s{n}",
            number=f"SUB-{n}",
            method_id=own,
            auto_renew=renews,
            scheduled=(scheduled(ChangeKind.METHOD, planned),) if planned else (),
        )
        for n, (own, planned, renews) in enumerate(owned)
    ]


@pytest.mark.parametrize(
    ("details", "labels"),
    [
        (
            [{"expires_on": date(2029, 12, 31)}, {"expires_on": date(2031, 1, 31)}],
            ["Visa 4242 (12/2029)", "Visa 4242 (01/2031)"],
        ),
        ([{"billing_name": "Ek AB"}, {"billing_name": "Ask AB"}], ["Visa 4242 (Ek AB)", "Visa 4242 (Ask AB)"]),
        ([{"mandate": Mandate("MD-1", TODAY)}, {}], ["Visa 4242 (MD-1)", "Visa 4242"]),
        ([{}, {}], ["Visa 4242", "Visa 4242"]),
        ([{"expires_on": date(2029, 12, 31)}, {"status": MethodStatus.REMOVED}], ["Visa 4242", "Visa 4242"]),
        ([{"expires_on": date(2029, 12, 31)}, {"label": "Visa 1111"}], ["Visa 4242", "Visa 1111"]),
    ],
)
def test_methods_that_would_read_the_same_are_told_apart(details: list[dict[str, Any]], labels: list[str]) -> None:
    found = told_apart(tuple(replace(CARD, id=str(n), **each) for n, each in enumerate(details)))
    assert [one.label for one in found] == labels


def test_a_day_that_the_label_tells_is_not_told_again() -> None:
    known = replace(CARD, expires_on=date(2030, 2, 28))
    assert known.untold_last_day == date(2030, 2, 28)
    twice = told_apart((known, replace(known, id="2", expires_on=date(2029, 12, 31))))
    assert [one.untold_last_day for one in twice] == [None, None]
    assert replace(CARD, expires_on=None).untold_last_day is None
