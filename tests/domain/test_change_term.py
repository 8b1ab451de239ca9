"""Another term from the next renewal on: the table of docs/domain/changes.md, undoing, and every refusal."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenor.domain.account import ChangeKind, PriceKind, Role, Subscription, SubscriptionStatus
from tenor.domain.changes import change_term
from tenor.domain.effects import Schedule
from tenor.domain.offer import Offer
from tenor.domain.quote import Collection, Quote
from tenor.domain.refusals import Refusal
from tenor.domain.renewals import next_term
from tenor.domain.requests import ChangeTerm
from tenor.domain.terms import THREE_YEARS, YEARLY
from tests.domain.builders import (
    ALICE,
    NORTHLINE_PRICES,
    RENEWS,
    TODAY,
    account,
    carry_out,
    entry,
    item,
    offer,
    scheduled,
    subscription,
    usd,
)
from tests.support import tables

CHOICES = tables.rows("changes", "Change term")


def quote(owned: Subscription, months: int, northline: Offer | None = None) -> Quote:
    return change_term.plan(account(owned), northline or offer(), ALICE, ChangeTerm("s1", months), TODAY)


def refusal(*args: Any) -> Refusal:
    with pytest.raises(Refusal) as refused:
        quote(*args)
    return refused.value


@pytest.mark.parametrize("row", CHOICES, ids=tables.ids(CHOICES, "scheduled", "chosen"))
def test_table_of_choices(row: dict[str, str]) -> None:
    before = () if row["scheduled"] == "-" else (scheduled(ChangeKind.TERM, row["scheduled"]),)
    owned = subscription(seats=1, scheduled=before)
    if not row["price"]:
        assert refusal(owned, int(row["chosen"])).code == row["scheduled then"]
        return
    planned = quote(owned, int(row["chosen"]))
    after = carry_out(account(owned), planned).subscription("s1").scheduled_change(ChangeKind.TERM)
    assert (after.value if after else "-") == row["scheduled then"]
    (renewal,) = planned.promised
    assert renewal.amount == tables.amount(row["pays at renewal"], "USD")
    assert renewal.price_kind is {"special": PriceKind.RENEWAL, "list": PriceKind.LIST}[row["price"]]
    assert renewal.months == int(row["chosen"])


def test_nothing_is_charged_now() -> None:
    planned = quote(subscription(), 36)
    assert (planned.lines, planned.total, planned.collection) == ((), usd("0.00"), Collection.NONE)
    assert planned.method_id is None
    assert planned.effects == (
        Schedule("s1", ChangeKind.TERM, before=None, after="36", effective_on=RENEWS, unit_price=usd("1179.00")),
    )


def test_the_price_that_was_seen_is_kept_even_where_renewal_is_off() -> None:
    planned = quote(subscription(auto_renew=False), 36)
    (entry_of_list,) = planned.effects
    assert isinstance(entry_of_list, Schedule)
    assert (entry_of_list.unit_price, planned.promised) == (usd("1179.00"), ())


def test_an_entry_taken_away_has_no_price() -> None:
    (undone,) = quote(subscription(scheduled=(scheduled(ChangeKind.TERM, 36),)), 12).effects
    assert undone == Schedule("s1", ChangeKind.TERM, before="36", after=None, effective_on=RENEWS)


def test_a_term_is_offered_for_the_plan_that_will_be_renewed() -> None:
    upgrading = subscription(scheduled=(scheduled(ChangeKind.PLAN, "premium"),))
    assert refusal(upgrading, 36).code == "term_not_offered"
    three_years = entry("2620.00", of=item(THREE_YEARS, plan="premium"))
    planned = quote(upgrading, 36, offer(prices=(*NORTHLINE_PRICES, three_years)))
    assert planned.promised[0].unit_price == usd("2358.00")


def test_a_term_without_a_price_known_today_is_not_offered() -> None:
    secret = entry("1200.00", of=item(THREE_YEARS), valid_from=TODAY, announced_on=RENEWS)
    assert refusal(subscription(), 36, offer(prices=(entry("465.00"), secret))).code == "term_not_offered"


def test_every_reason_is_given_at_once() -> None:
    viewer = replace(ALICE, role=Role.VIEWER)
    unpaid = subscription(status=SubscriptionStatus.PAST_DUE)
    with pytest.raises(Refusal) as refused:
        change_term.plan(account(unpaid), offer(), viewer, ChangeTerm("s1", 36), TODAY)
    assert [reason.code for reason in refused.value.reasons] == ["role_may_not_buy", "past_due"]


def test_a_subscription_of_somebody_else_is_unknown() -> None:
    with pytest.raises(Refusal, match="unknown_subscription"):
        change_term.plan(account(), offer(), ALICE, ChangeTerm("theirs", 36), TODAY)


@given(choices=st.lists(st.sampled_from([1, 12, 36]), min_size=1, max_size=8))
def test_law_11_undoing_the_list_restores_the_first_preview(choices: list[int]) -> None:
    """However often the term was changed, choosing the subscription's own one is as if nothing had been."""
    state, first = account(), next_term(account(), offer(), subscription(), TODAY)
    for months in [*choices, YEARLY.months]:
        owned = state.subscription("s1")
        if months == next_term(state, offer(), owned, TODAY).item.term.months:
            continue
        state = carry_out(state, quote(owned, months))
        # The merged next term is what the entries, applied in order, lead to: the newest choice.
        assert next_term(state, offer(), state.subscription("s1"), TODAY).item.term.months == months
    assert state == account()
    assert next_term(state, offer(), state.subscription("s1"), TODAY) == first


@given(months=st.sampled_from([1, 36]), seats=st.integers(1, 3), auto_renew=st.sampled_from(["on", "off"]))
def test_other_entries_of_the_list_stay(months: int, seats: int, auto_renew: str) -> None:
    others = (scheduled(ChangeKind.SEATS, seats), scheduled(ChangeKind.AUTO_RENEW, auto_renew))
    owned = subscription(scheduled=others)
    changed = carry_out(account(owned), quote(owned, months)).subscription("s1")
    *kept, term = changed.scheduled
    assert (tuple(kept), term.kind, term.value) == (others, ChangeKind.TERM, str(months))
    assert carry_out(account(changed), quote(changed, 12)).subscription("s1") == owned
