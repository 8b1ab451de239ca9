"""Which tries count: Tenor's own, by the method that would be charged now; and who decides when nothing was tried."""

from datetime import date, timedelta

import pytest

from tenor.domain.account import MethodKind
from tenor.domain.dunning import (
    AskForMethod,
    Attempt,
    Chargeable,
    Decline,
    Failure,
    RetryOn,
    TryBackup,
    after_failure,
    may_retry,
)
from tenor.domain.offer import Policy

FIRST = date(2027, 3, 1)
CARD, SPARE = Chargeable("card", MethodKind.CARD), Chargeable("spare", MethodKind.CARD)


def soft(day: int, method: str = "card", *, by_customer: bool = False) -> Attempt:
    return Attempt(FIRST + timedelta(days=day), method, Decline.SOFT, by_customer)


OWN = tuple(soft(day) for day in (0, 2, 7, 14, 21))
"""The charge of the renewal night and all four tries of a card."""


def test_an_attempt_is_tenors_own_unless_it_says_otherwise() -> None:
    assert not Attempt(FIRST, "card", Decline.SOFT).by_customer


def test_without_a_method_nothing_is_tried_and_with_one_it_is() -> None:
    assert may_retry(Policy(), Failure(OWN[:1], None)) is False
    assert may_retry(Policy(), Failure(OWN[:1], CARD)) is True


@pytest.mark.parametrize("decline", [Decline.HARD, Decline.FINAL])
def test_a_card_that_was_refused_for_good_bars_itself_and_no_other(decline: Decline) -> None:
    refused = (Attempt(FIRST, "old", decline),)
    assert may_retry(Policy(), Failure(refused, CARD)) is True
    assert after_failure(Policy(), Failure(refused, CARD), FIRST) == RetryOn(date(2027, 3, 3))
    assert may_retry(Policy(), Failure(refused, Chargeable("old", MethodKind.CARD))) is False


@pytest.mark.parametrize("backup", [None, SPARE, CARD])
def test_after_the_charge_and_four_tries_a_card_is_left_alone(backup: Chargeable | None) -> None:
    assert may_retry(Policy(), Failure(OWN[:4], CARD, backup)) is True
    assert may_retry(Policy(), Failure(OWN, CARD, backup)) is False


def test_what_the_customer_tried_and_what_the_backup_was_asked_use_up_no_try() -> None:
    seen = (*OWN[:4], soft(15, by_customer=True), soft(16, by_customer=True))
    assert may_retry(Policy(), Failure(seen, CARD)) is True
    asked = (*OWN[:4], soft(15, "spare"), soft(16, "spare"))
    assert may_retry(Policy(), Failure(asked, CARD, SPARE)) is True


def test_the_last_attempt_says_whether_the_customer_saw_it() -> None:
    """Who was there is asked, and the backup is left alone; who was there before it, is not asked."""
    there, then_alone = (*OWN, soft(22, by_customer=True)), (*OWN[:4], soft(20, by_customer=True), soft(21))
    today = FIRST + timedelta(days=22)
    assert after_failure(Policy(), Failure(there, CARD, SPARE), today) == AskForMethod()
    assert after_failure(Policy(), Failure(then_alone, CARD, SPARE), today) == TryBackup("spare")


def test_where_nothing_could_be_charged_the_backup_is_asked_at_once() -> None:
    assert after_failure(Policy(), Failure((), None, SPARE), FIRST) == TryBackup("spare")
