"""Lifecycle: every table covers its states, ends somewhere, and refuses the steps it does not list."""

from enum import StrEnum

import pytest

from tenor.domain.account import SubscriptionStatus
from tenor.domain.lifecycle import (
    IN_FLIGHT,
    INVOICE,
    OPEN_ORDER,
    ORDER,
    PAYMENT,
    SUBSCRIPTION,
    InvoiceStatus,
    OrderStatus,
    PaymentStatus,
    Table,
    may_become,
    step,
)
from tenor.domain.refusals import Refusal

TABLES: dict[str, tuple[Table, type[StrEnum], StrEnum, set[str]]] = {
    "subscription": (SUBSCRIPTION, SubscriptionStatus, SubscriptionStatus.ACTIVE, {"canceled"}),
    "order": (ORDER, OrderStatus, OrderStatus.SUBMITTED, {"returned", "failed", "canceled", "expired"}),
    "invoice": (INVOICE, InvoiceStatus, InvoiceStatus.DRAFT, {"void", "credited"}),
    "payment": (PAYMENT, PaymentStatus, PaymentStatus.PENDING, {"reversed"}),
}


def reachable(table: Table, start: StrEnum) -> set[StrEnum]:
    found, waiting = {start}, [start]
    while waiting:
        following = table[waiting.pop()] - found
        found |= following
        waiting += following
    return found


@pytest.mark.parametrize("name", TABLES)
def test_a_table_is_total_over_its_states(name: str) -> None:
    table, states, _, _ = TABLES[name]
    assert set(table) == set(states)
    assert all(following <= set(states) for following in table.values())


@pytest.mark.parametrize("name", TABLES)
def test_every_state_is_reached_and_the_final_ones_are_left_by_nothing(name: str) -> None:
    table, states, start, final = TABLES[name]
    assert reachable(table, start) == set(states)
    assert {str(state) for state, following in table.items() if not following} == final
    assert all(reachable(table, state) & {states(value) for value in final} for state in states)


@pytest.mark.parametrize("name", TABLES)
def test_staying_is_not_a_step_and_only_listed_steps_are_taken(name: str) -> None:
    table, states, _, _ = TABLES[name]
    for current in states:
        assert not may_become(table, current, current)
        for following in states:
            if following in table[current]:
                step(table, current, following)
            else:
                with pytest.raises(Refusal, match="forbidden_step") as refused:
                    step(table, current, following)
                assert refused.value.facts == {"from": str(current), "to": str(following)}


def test_an_order_grants_nothing_before_it_is_paid() -> None:
    before = {state for state, following in ORDER.items() if OrderStatus.FULFILLED in following}
    assert before == {OrderStatus.PAID}
    assert {state for state in OPEN_ORDER if OrderStatus.PAID not in ORDER[state]} == set()


def test_open_orders_are_those_that_can_still_go_either_way() -> None:
    undecided = {state for state, following in ORDER.items() if OrderStatus.EXPIRED in following}
    assert undecided == OPEN_ORDER


def test_payments_in_flight_can_still_succeed_and_no_other_counts_as_open() -> None:
    assert all(PaymentStatus.SUCCEEDED in reachable(PAYMENT, state) for state in IN_FLIGHT)
    assert not IN_FLIGHT & {PaymentStatus.SUCCEEDED, PaymentStatus.FAILED, PaymentStatus.CANCELED}


def test_a_payment_never_goes_back_to_a_state_it_has_left() -> None:
    for state in PaymentStatus:
        assert all(state not in reachable(PAYMENT, following) for following in PAYMENT[state])


def test_money_that_arrives_after_giving_up_is_booked() -> None:
    for given_up in (PaymentStatus.FAILED, PaymentStatus.CANCELED):
        assert PAYMENT[given_up] == {PaymentStatus.SUCCEEDED}


def test_access_comes_back_by_paying_or_renewing() -> None:
    back = {state for state, following in SUBSCRIPTION.items() if SubscriptionStatus.ACTIVE in following}
    assert back == {SubscriptionStatus.PAST_DUE, SubscriptionStatus.SUSPENDED, SubscriptionStatus.EXPIRED}
