"""The laws of aligning, for accounts at random: later only, together for good, given back to the cent (rules 13)."""

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tenor.domain.account import AccountState, ChangeKind
from tenor.domain.alignment import DIFFERENCES
from tenor.domain.carrying_out import carry_out
from tenor.domain.changes.return_order import undoing
from tenor.domain.money import total
from tenor.domain.planner import plan
from tenor.domain.quote import Collection, Quote
from tenor.domain.refusals import Refusal
from tenor.domain.renewals import plan_renewals
from tenor.domain.requests import AddSeats, Request, ReturnOrder
from tenor.domain.terms import MONTHLY, THREE_YEARS, YEARLY, boundary, months_elapsed
from tests.domain.builders import ALICE, TODAY, account, day, entry, item, offer, paid, scheduled
from tests.domain.test_align_dates import codes, owned, past, quote, refusal


@st.composite
def offices(draw: st.DrawFn) -> AccountState:
    """Two to five subscriptions of one term that renew within less than a term of each other.

    What is scheduled of term and method is mostly the same for all of them, as they can't be aligned otherwise.
    """
    term = draw(st.sampled_from([MONTHLY, YEARLY, THREE_YEARS]))
    anchors = st.integers(0, 27 if term is MONTHLY else 360).map(lambda n: day("2027-01-04") + timedelta(days=n))
    odd = st.sampled_from([day("2024-01-31"), day("2024-02-29"), day("2025-08-30")])
    alike = draw(st.lists(st.sampled_from(["term", "method"]), unique=True))
    chosen = []
    for n in range(draw(st.integers(2, 5))):
        anchor = draw(anchors | odd)
        due = term.months * (months_elapsed(anchor, day("2027-01-02")) // term.months + 1)
        renews_on = boundary(anchor, due)
        one = owned(f"s{n}", renews_on, term.months, anchor, seats=draw(st.integers(1, 40)))
        begins = boundary(anchor, due - term.months)
        one = replace(one, periods=(paid(begins, renews_on),))
        kinds = draw(st.lists(st.sampled_from(["plan", "seats"]), unique=True)) + alike
        kinds += draw(st.sampled_from([[], [], [], [], ["term"], ["method"]]))
        chosen.append(
            replace(one, scheduled=tuple(scheduled(ChangeKind(kind), LISTS[kind]) for kind in dict.fromkeys(kinds)))
        )
    return account(*chosen)


LISTS = {"term": "36", "seats": "2", "method": "debit", "plan": "premium"}
ITEMS = [item(term, plan=plan) for term in (MONTHLY, YEARLY, THREE_YEARS) for plan in ("standard", "premium")]
SOLD = offer(prices=tuple(entry("465.00", of=each) for each in ITEMS))
later = st.none() | st.integers(0, 400)


def tried(state: AccountState, days: int | None) -> Quote | None:
    """The alignment, on a later day than the latest if one is given; None where it is refused by the dates."""
    latest = max(one.renews_on for one in state.subscriptions)
    on = None if days is None else latest + timedelta(days=days)
    try:
        return quote(state, on=on, northline=SOLD)
    except Refusal as refused:
        known = {"date_too_late", "dates_too_far_apart", "not_eligible"}
        assert refused.code in known  # noqa: PT017
        assert refused.code != "not_eligible" or set(codes(refused)) <= {"already_aligned", *DIFFERENCES}  # noqa: PT017
        return None


@given(state=offices(), days=later)
def test_later_only_never_by_a_full_term_and_never_apart_again(state: AccountState, days: int | None) -> None:
    if (planned := tried(state, days)) is None:
        return
    after = carry_out(state, planned.effects, TODAY)
    for before, now in zip(state.subscriptions, after.subscriptions, strict=True):
        assert before.renews_on <= now.renews_on
        months = months_elapsed(before.anchor, before.renews_on) + before.term.months
        assert now.renews_on < boundary(before.anchor, months)
        assert now.scheduled == before.scheduled
        assert [period.period.end for period in now.periods][:-1] == [period.period.start for period in now.periods][1:]
        assert now.periods[-1].period.end == now.renews_on
    for terms in range(10):
        dates = {
            boundary(one.anchor, months_elapsed(one.anchor, one.renews_on) + terms * one.term.months)
            for one in after.subscriptions
        }
        assert len(dates) == 1


@given(state=offices(), days=later)
def test_what_is_aligned_goes_on_renewing_on_one_invoice(state: AccountState, days: int | None) -> None:
    """One renewal date, one invoice, one payment: at the common date, and at the renewals that follow it."""
    if (planned := tried(state, days)) is None:
        return
    after = carry_out(state, planned.effects, TODAY)
    for _ in range(3):
        (renews_on,) = {one.renews_on for one in after.subscriptions}
        (renewal,) = plan_renewals(after, SOLD, renews_on)
        assert {line.subscription_id for line in renewal.lines} == {one.id for one in after.subscriptions}
        after = carry_out(after, renewal.effects, renews_on)


@given(state=offices(), days=later)
def test_law_10_idempotent_and_given_back_to_the_cent(state: AccountState, days: int | None) -> None:
    if (planned := tried(state, days)) is None:
        return
    after = carry_out(state, planned.effects, TODAY)
    assert codes(refusal(after, northline=SOLD)) == ["already_aligned"]
    assert carry_out(after, undoing(after, planned.effects, TODAY), TODAY) == state
    if planned.collection is Collection.GATEWAY:
        returned = plan(after, SOLD, Request(ALICE, ReturnOrder("o1")), TODAY, (past(planned),))
        assert carry_out(after, returned.effects, TODAY) == state
        assert returned.total == -planned.total


@given(state=offices(), days=later, order=st.randoms(use_true_random=False))
def test_law_10_the_order_of_choosing_is_irrelevant(state: AccountState, days: int | None, order: Any) -> None:
    if (planned := tried(state, days)) is None:
        return
    ids = [one.id for one in state.subscriptions] + [state.subscriptions[0].id]
    order.shuffle(ids)
    on = planned.promised[0].on
    assert quote(state, *ids, on=on, northline=SOLD).fingerprint == planned.fingerprint
    assert planned.net == total((line.amount for line in planned.lines), "USD")


@given(state=offices(), seats=st.integers(1, 9))
def test_seats_added_afterwards_pay_for_the_extension_at_its_own_price(state: AccountState, seats: int) -> None:
    plain = replace(state, subscriptions=tuple(replace(one, scheduled=()) for one in state.subscriptions))
    if (planned := tried(plain, None)) is None or not planned.lines:
        return
    extended, after = planned.lines[0], carry_out(plain, planned.effects, TODAY)
    begun = max(TODAY, after.subscription(extended.subscription_id).periods[0].period.start)
    added = plan(after, SOLD, Request(ALICE, AddSeats(extended.subscription_id, seats)), begun)
    line = added.lines[-1]
    assert (line.span, line.unit_price, line.denominator) == (extended.span, extended.unit_price, extended.denominator)
    assert line.amount == (extended.unit_price * seats).share(Fraction(line.span.days, line.denominator))
