"""What a method pays next, what choosing one changes, and what its removal takes off the list."""

from dataclasses import replace
from typing import Any

import pytest

from tenor.domain.account import (
    ChangeKind,
    MethodKind,
    MethodStatus,
    PaymentMethod,
    Subscription,
    SubscriptionStatus,
)
from tenor.domain.methods import charged_to, paid_by, unusable_reasons, without
from tests.domain.builders import CARD, DEBIT, TODAY, account, day, offer, scheduled, subscription

PAYPAL = PaymentMethod("paypal", MethodKind.PAYPAL, "PayPal")
EXPIRED = day("2026-10-31")
TO_DEBIT, THREE_YEARS = scheduled(ChangeKind.METHOD, "debit"), scheduled(ChangeKind.TERM, 36)


def why_not(method: PaymentMethod) -> list[tuple[str, str]]:
    """Why nothing can be charged to it, with what mends it, where it is the only one."""
    found = unusable_reasons(account(methods=(method,)), offer(), method, TODAY)
    return [(reason.code, reason.remedy.code if reason.remedy else "") for reason in found]


def test_only_a_card_is_mended_by_its_new_date() -> None:
    refused: dict[str, Any] = {"status": MethodStatus.INVALID, "invalid_because": "expired_card"}
    assert why_not(replace(CARD, **refused)) == [("payment_method_invalid", "update_method")]
    assert why_not(replace(DEBIT, **refused)) == [("payment_method_invalid", "add_payment_method")]


def test_a_card_that_was_refused_for_good_and_has_expired_is_wrong_twice() -> None:
    stolen = replace(CARD, status=MethodStatus.INVALID, invalid_because="stolen_card", expires_on=EXPIRED)
    assert [code for code, _ in why_not(stolen)] == ["payment_method_invalid", "payment_method_expired"]
    outdated = replace(stolen, invalid_because="expired_card")
    assert [code for code, _ in why_not(outdated)] == ["payment_method_expired"], "one fault, said once"


def test_a_chosen_method_takes_the_place_of_the_own_and_the_scheduled_one_and_of_nothing_else() -> None:
    one = subscription(method_id="debit", scheduled=(TO_DEBIT, THREE_YEARS))
    chosen = charged_to(one, CARD)
    assert (chosen.method_id, chosen.scheduled) == ("card", (THREE_YEARS,))
    assert charged_to(one, None) == one


@pytest.mark.parametrize(
    ("changes", "payer"),
    [
        ({}, "card"),
        ({"method_id": "debit"}, "debit"),
        ({"scheduled": (TO_DEBIT,)}, "debit"),
        ({"scheduled": (scheduled(ChangeKind.METHOD, "gone"),)}, None),
        ({"auto_renew": False}, None),
        ({"processor": "oldshop"}, None),
        ({"status": SubscriptionStatus.EXPIRED}, None),
        ({"status": SubscriptionStatus.CANCELED}, None),
        ({"status": SubscriptionStatus.PAST_DUE}, "card"),
        ({"status": SubscriptionStatus.PAST_DUE, "auto_renew": False}, "card"),
        ({"status": SubscriptionStatus.SUSPENDED, "auto_renew": False}, "card"),
    ],
    ids=lambda value: "-" if not isinstance(value, dict) else " ".join(map(str, value.values())) or "as it is",
)
def test_what_a_method_pays_next(changes: dict[str, Any], payer: str | None) -> None:
    state = account(subscription(**changes), methods=(PAYPAL, CARD, DEBIT))
    assert [method.id for method in state.methods if paid_by(state, method)] == ([payer] if payer else [])


@pytest.mark.parametrize(
    ("removed", "own", "kept"),
    [(DEBIT, None, (THREE_YEARS,)), (CARD, None, (THREE_YEARS, TO_DEBIT)), (PAYPAL, "card", (THREE_YEARS, TO_DEBIT))],
)
def test_a_method_that_is_removed_takes_its_own_entry_with_it(
    removed: PaymentMethod, own: str | None, kept: tuple[Any, ...]
) -> None:
    one: Subscription = subscription(method_id="card", scheduled=(THREE_YEARS, TO_DEBIT))
    one = one if own or removed == CARD else replace(one, method_id="debit")
    left = without(account(one, methods=(CARD, DEBIT, PAYPAL)), removed).subscription("s1")
    assert (left.method_id, left.scheduled) == (own, kept)


def test_what_is_scheduled_of_another_kind_stays_though_it_reads_alike() -> None:
    named_alike = scheduled(ChangeKind.PLAN, "debit")
    left = without(account(subscription(scheduled=(named_alike, TO_DEBIT))), DEBIT).subscription("s1")
    assert left.scheduled == (named_alike,)
