"""Two books of one payment: what differs, and what recording the gateway's word puts right."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenor.domain.lifecycle import PAYMENT, PaymentStatus
from tenor.domain.money import Money
from tenor.domain.reconciling import (
    ChargeState,
    DifferenceKind,
    RefundState,
    compare,
    follows,
    is_missing_there,
)

K, P = DifferenceKind, PaymentStatus
TEN, TWO = Money(10_00, "EUR"), Money(2_00, "EUR")
AT_THE_GATEWAY = (P.SUCCEEDED, P.REQUIRES_ACTION, P.PROCESSING, P.FAILED, P.CANCELED, P.REVERSED)


def kinds(ours: ChargeState, theirs: ChargeState) -> list[DifferenceKind]:
    return [difference.kind for difference in compare("p", ours, theirs)]


@pytest.mark.parametrize(
    ("ours", "theirs", "expected"),
    [
        (P.SUCCEEDED, P.SUCCEEDED, []),
        (P.REFUNDED, P.SUCCEEDED, []),
        (P.FAILED, P.CANCELED, []),
        (P.CANCELED, P.FAILED, []),
        (P.UNKNOWN, P.SUCCEEDED, [K.ANSWER_LOST]),
        (P.SENDING, P.FAILED, [K.ANSWER_LOST]),
        (P.PROCESSING, P.REVERSED, [K.ANSWER_LOST]),
        (P.SUCCEEDED, P.REVERSED, [K.ANSWER_LOST]),
        (P.CANCELED, P.SUCCEEDED, [K.ANSWER_LOST]),
        (P.PENDING, P.SUCCEEDED, [K.STATUS_DIFFERS]),
        (P.SUCCEEDED, P.FAILED, [K.STATUS_DIFFERS]),
        (P.REVERSED, P.SUCCEEDED, [K.STATUS_DIFFERS]),
        (P.REFUNDED, P.REVERSED, [K.ANSWER_LOST]),  # the bank took it back all the same
    ],
    ids=str,
)
def test_a_state_is_the_same_or_behind_or_another(
    ours: PaymentStatus, theirs: PaymentStatus, expected: list[DifferenceKind]
) -> None:
    assert kinds(ChargeState(ours, TEN), ChargeState(theirs, TEN)) == expected


def test_another_amount_is_told_whatever_the_state() -> None:
    assert kinds(ChargeState(P.SUCCEEDED, TEN), ChargeState(P.SUCCEEDED, TWO)) == [K.AMOUNT_DIFFERS]
    other = Money(10_00, "SEK")
    assert kinds(ChargeState(P.UNKNOWN, TEN), ChargeState(P.SUCCEEDED, other)) == [K.AMOUNT_DIFFERS, K.ANSWER_LOST]


@pytest.mark.parametrize(
    ("ours", "theirs", "expected"),
    [
        (RefundState(P.SUCCEEDED, TWO), RefundState(P.SUCCEEDED, TWO), []),
        (RefundState(P.PENDING, TWO), None, []),
        (RefundState(P.FAILED, TWO), None, []),
        (RefundState(P.SENDING, TWO), RefundState(P.PROCESSING, TWO), []),
        (RefundState(P.SENDING, TWO), RefundState(P.SUCCEEDED, TWO), [K.REFUND_ANSWER_LOST]),
        (RefundState(P.SUCCEEDED, TWO), None, [K.REFUND_UNKNOWN_THERE]),
        (None, RefundState(P.SUCCEEDED, TWO), [K.REFUND_UNKNOWN_HERE]),
        (RefundState(P.SUCCEEDED, TWO), RefundState(P.SUCCEEDED, TEN), [K.REFUND_DIFFERS]),
        (RefundState(P.FAILED, TWO), RefundState(P.SUCCEEDED, TWO), [K.REFUND_DIFFERS]),
        (RefundState(P.SUCCEEDED, TWO), RefundState(P.FAILED, TWO), [K.REFUND_DIFFERS]),
    ],
    ids=str,
)
def test_refunds_are_found_by_their_reference(
    ours: RefundState | None, theirs: RefundState | None, expected: list[DifferenceKind]
) -> None:
    here = ChargeState(P.SUCCEEDED, TEN, {"r": ours} if ours else {})
    there = ChargeState(P.SUCCEEDED, TEN, {"r": theirs} if theirs else {})
    found = compare("p", here, there)
    assert [(difference.kind, difference.reference) for difference in found] == [(kind, "r") for kind in expected]


@given(ours=st.sampled_from(PaymentStatus), theirs=st.sampled_from(AT_THE_GATEWAY))
def test_a_lost_answer_is_one_that_our_states_can_follow(ours: PaymentStatus, theirs: PaymentStatus) -> None:
    lost = K.ANSWER_LOST in kinds(ChargeState(ours, TEN), ChargeState(theirs, TEN))
    assert not lost or follows(ours, theirs)
    assert not follows(ours, theirs) or theirs in PAYMENT[ours] or P.SUCCEEDED in PAYMENT[ours]


@pytest.mark.parametrize(
    ("status", "told", "expected"),
    [
        (P.SUCCEEDED, "", True),
        (P.PROCESSING, "", True),
        (P.FAILED, "ch_1", True),
        (P.FAILED, "", False),
        (P.UNKNOWN, "", False),
        (P.PENDING, "", False),
    ],
)
def test_what_never_arrived_is_no_difference(status: PaymentStatus, told: str, expected: bool) -> None:
    assert is_missing_there(status, told) is expected
