"""Which subscriptions a request is about: access, locks and the audit trail are taken for these, and for no others."""

from typing import get_args

import pytest

from tenor.domain.account import ChangeKind
from tenor.domain.requests import (
    AddSeats,
    AlignDates,
    Ask,
    BuyAgain,
    ChangeOwed,
    ChangePlan,
    ChangeTerm,
    DeclineOwed,
    OwedChoice,
    ReduceSeats,
    RenewEarly,
    RenewLate,
    ReturnOrder,
    SetAutoRenew,
    SetPaymentMethod,
    UndoScheduled,
    subscriptions_of,
)

ONE: list[Ask] = [
    AddSeats("s1", 2),
    ReduceSeats("s1", 2),
    ChangeTerm("s1", 36),
    ChangePlan("s1", "premium", "now"),
    RenewLate("s1"),
    BuyAgain("s1", 2, 12, "s9"),
    UndoScheduled("s1", ChangeKind.TERM),
]
SEVERAL: list[Ask] = [
    AlignDates(("s2", "s1")),
    RenewEarly(("s2", "s1")),
    SetAutoRenew(("s2", "s1"), on=False),
    SetPaymentMethod(("s2", "s1"), "card"),
    ChangeOwed((OwedChoice("s2", seats=1), OwedChoice("s1"))),
    DeclineOwed(("s2", "s1")),
]


@pytest.mark.parametrize("ask", ONE, ids=lambda ask: ask.kind)
def test_a_request_about_one_subscription_names_it(ask: Ask) -> None:
    assert subscriptions_of(ask) == ("s1",)


@pytest.mark.parametrize("ask", SEVERAL, ids=lambda ask: ask.kind)
def test_a_request_about_several_names_all_of_them_as_they_were_given(ask: Ask) -> None:
    assert subscriptions_of(ask) == ("s2", "s1")


def test_a_return_names_an_order_which_names_its_subscriptions() -> None:
    assert subscriptions_of(ReturnOrder("o1")) == ()


def test_every_request_is_among_these() -> None:
    assert {type(ask) for ask in (*ONE, *SEVERAL, ReturnOrder("o1"))} == set(get_args(Ask))


def test_aligning_prepares_nothing_unless_it_is_asked_to() -> None:
    assert AlignDates(("s1", "s2")).prepare is False
