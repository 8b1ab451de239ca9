"""Aligning renewal dates: the tables of docs/domain/alignment.md, every refusal, and the laws of rules 13."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenor.domain.account import (
    AccountState,
    ChangeKind,
    ComingTerm,
    MethodKind,
    PaidPeriod,
    PaymentMethod,
    PeriodKind,
    PriceKind,
    Subscription,
)
from tenor.domain.alignment import DIFFERENCES
from tenor.domain.carrying_out import carry_out
from tenor.domain.changes.return_order import undoing
from tenor.domain.effects import AddPeriod, MoveRenewal, Schedule, SetMethod
from tenor.domain.money import total
from tenor.domain.offer import Offer
from tenor.domain.orders import PastOrder
from tenor.domain.planner import plan
from tenor.domain.quote import Collection, LineKind, Quote
from tenor.domain.refusals import Refusal
from tenor.domain.renewals import plan_renewals
from tenor.domain.requests import AddSeats, AlignDates, Request, ReturnOrder
from tenor.domain.terms import MONTHLY, THREE_YEARS, YEARLY, Period, Term, boundary, months_elapsed
from tests.domain.builders import (
    ALICE,
    CARD,
    DEBIT,
    NORTHLINE_PRICES,
    RENEWS,
    STARTED,
    TODAY,
    account,
    day,
    entry,
    item,
    offer,
    paid,
    scheduled,
    subscription,
    usd,
)
from tests.support import tables

COSTS = tables.rows("alignment", "What an extension costs")
LATENESS = tables.rows("alignment", "How late it may be")
ALIGNED = tables.rows("alignment", "What aligned means")
PREPARED = tables.rows("alignment", "Make them alignable")

JUNE = date(2027, 6, 1)
SEATS = ChangeKind.SEATS
PAYPAL = PaymentMethod("paypal", MethodKind.PAYPAL, "PayPal")


def owned(one: str, renews_on: date, months: int = 12, anchor: date | None = None, **changes: Any) -> Subscription:
    """A subscription whose one paid period, as long as its term, ends on that day."""
    starts = boundary(renews_on, -months)
    return subscription(
        id=one,
        number=f"SUB-{one}",
        term=Term(months),
        anchor=anchor or renews_on,
        renews_on=renews_on,
        periods=(paid(starts, renews_on),),
        **changes,
    )


MARCH_AND_JUNE = (owned("s1", RENEWS, 12, STARTED, seats=10), owned("s2", JUNE))


def quote(
    state: AccountState, *ids: str, on: date | None = None, northline: Offer | None = None, **changes: Any
) -> Quote:
    keep = tuple((one.id, int(fewer.value)) for one in state.subscriptions if (fewer := one.scheduled_change(SEATS)))
    changes = {"at_renewal": keep, **changes}
    ask = AlignDates(ids or tuple(one.id for one in state.subscriptions), on, **changes)
    return plan(state, northline or offer(), Request(ALICE, ask), TODAY)


def refusal(state: AccountState, *ids: str, **changes: Any) -> Refusal:
    with pytest.raises(Refusal) as refused:
        quote(state, *ids, **changes)
    return refused.value


def codes(refused: Refusal) -> list[str]:
    return [reason.code for reason in refused.reasons]


@pytest.mark.parametrize("row", COSTS, ids=tables.ids(COSTS, "months", "seats", "renews on", "common date"))
def test_table_of_costs(row: dict[str, str]) -> None:
    common, months = day(row["common date"]), int(row["months"])
    moved = owned("s1", day(row["renews on"]), months, day(row["anchor"]), seats=int(row["seats"]))
    planned = quote(account(moved, owned("s2", common, months)))
    (line,) = planned.lines
    assert (line.unit_price, line.span.days, line.denominator) == (
        tables.amount(row["seat price"], "USD"),
        int(row["days"]),
        int(row["of"]),
    )
    assert planned.total == line.amount == tables.amount(row["charged"], "USD")
    assert {renewal.on for renewal in planned.promised} == {common}


@pytest.mark.parametrize("row", LATENESS, ids=tables.ids(LATENESS, "months", "others renew on", "asked for"))
def test_table_of_lateness(row: dict[str, str]) -> None:
    months = int(row["months"])
    state = account(owned("s1", day(row["renews on"]), months), owned("s2", day(row["others renew on"]), months))
    on = None if row["asked for"] == "-" else day(row["asked for"])
    if row["refused with"] == "-":
        assert {renewal.on for renewal in quote(state, on=on).promised} == {on or day(row["others renew on"])}
        return
    refused = refusal(state, on=on)
    late, early = refused.facts.get("latest"), refused.facts.get("earliest")
    assert (refused.code, str(late or early or "")) == (row["refused with"], row["possible"])
    assert refused.facts["subscription"] == ("s2" if early else "s1")


@pytest.mark.parametrize("row", ALIGNED, ids=tables.ids(ALIGNED, "months", "anchors"))
def test_table_of_what_aligned_means(row: dict[str, str]) -> None:
    first, second = map(day, row["anchors"].split())
    on, months = day(row["renews on"]), int(row["months"])
    state = account(owned("s1", on, months, first), owned("s2", on, months, second))
    if row["outcome"] == "already_aligned":
        assert codes(refusal(state)) == ["already_aligned"]
        return
    planned = quote(state)
    assert (planned.lines, planned.total) == ((), tables.amount(row["charged"], "USD"))
    after = carry_out(state, planned.effects, TODAY)
    assert " ".join(str(one.anchor) for one in after.subscriptions) == row["anchors then"]


def of(cell: str) -> Iterator[Subscription]:
    """`12>36`: a term of twelve months, and thirty-six scheduled for the renewal."""
    for n, (months, method, renews_itself, renews_on) in enumerate(one.split("/") for one in cell.split()):
        own, *coming = months.split(">")
        held = owned(f"s{n}", day(renews_on), int(own))
        entries = tuple(scheduled(ChangeKind.TERM, each) for each in coming)
        yield replace(held, method_id=method, auto_renew=renews_itself == "on", scheduled=entries)


@pytest.mark.parametrize("row", PREPARED, ids=tables.ids(PREPARED))
def test_table_of_preparations(row: dict[str, str]) -> None:
    state = account(*of(row["chosen: months/method/renews itself/renews on"]), methods=(CARD, DEBIT, PAYPAL))
    if not row["aligned"]:
        assert codes(refusal(state, prepare=True)) == [row["steps"]]
        return
    planned = quote(state, prepare=True)
    steps = [str(e.change) for e in planned.effects if isinstance(e, Schedule)]
    steps += ["method" for e in planned.effects if isinstance(e, SetMethod)]
    assert sorted(steps) == row["steps"].split()
    assert planned.total == tables.amount(row["charged"], "USD")
    moved = [renewal for renewal in planned.promised if renewal.on == JUNE]
    assert len(moved) == int(row["aligned"])
    after = carry_out(state, planned.effects, TODAY)
    assert codes(refusal(after)) in (["already_aligned"], ["term_differs"])
    assert codes(refusal(after, prepare=True)) in (["already_aligned"], ["term_differs"])


def test_the_worked_example_whole() -> None:
    planned = quote(account(*MARCH_AND_JUNE))
    (line,) = planned.lines
    assert (line.kind, line.subscription_id, line.span) == (LineKind.EXTENSION, "s1", Period(RENEWS, JUNE))
    rules = [step.rule for step in (line.explanation, *line.explanation.steps)]
    assert rules == ["extension", "special_price_published"]
    assert line.explanation.facts == {
        "unit_price": usd("420.00"),
        "seats": 10,
        "days": 92,
        "denominator": 366,
        "starts_on": RENEWS,
        "ends_on": JUNE,
        "term_ends_on": day("2028-03-01"),
    }
    assert (planned.total, planned.collection, planned.method_id) == (usd("1055.74"), Collection.GATEWAY, "card")
    bought = PaidPeriod(PeriodKind.EXTENSION, Period(RENEWS, JUNE), usd("420.00"), 366, PriceKind.RENEWAL)
    assert planned.effects == (AddPeriod("s1", bought), MoveRenewal("s1", RENEWS, JUNE, STARTED, JUNE))
    assert [(renewal.subscription_id, renewal.on, renewal.amount) for renewal in planned.promised] == [
        ("s1", JUNE, usd("4200.00")),
        ("s2", JUNE, usd("1260.00")),
    ]


def test_a_term_paid_ahead_is_extended_at_its_end_for_what_it_will_be() -> None:
    ahead = replace(
        owned("s1", RENEWS),
        periods=(paid(), paid(RENEWS, day("2028-03-01"), "420.00")),
        renews_on=day("2028-03-01"),
        coming=ComingTerm(RENEWS, 12, "standard", 5),
    )
    planned = quote(account(ahead, owned("s2", day("2028-06-01"))))
    (line,) = planned.lines
    assert (line.seats, line.span) == (5, Period(day("2028-03-01"), day("2028-06-01")))


def test_a_price_announced_but_not_valid_yet_does_not_count() -> None:
    dearer = entry("500.00", "450.00", valid_from=day("2027-01-01"), announced_on=day("2026-10-01"))
    planned = quote(account(*MARCH_AND_JUNE), northline=offer(prices=(*NORTHLINE_PRICES, dearer)))
    assert (planned.lines[0].unit_price, planned.promised[0].unit_price) == (usd("420.00"), usd("450.00"))


def test_what_is_scheduled_moves_with_the_date_and_does_not_change_the_price() -> None:
    longer, fewer = scheduled(ChangeKind.TERM, 36), scheduled(ChangeKind.SEATS, 2)
    first, second = MARCH_AND_JUNE
    planned = quote(account(replace(first, scheduled=(longer, fewer)), replace(second, scheduled=(longer,))))
    assert planned.total == usd("1055.74")
    assert (planned.promised[0].on, planned.promised[0].months, planned.promised[0].seats) == (JUNE, 36, 2)


def test_what_has_no_known_price_to_renew_at_promises_nothing() -> None:
    odd = replace(MARCH_AND_JUNE[1], scheduled=(scheduled(ChangeKind.PLAN, "unsold"),))
    assert [renewal.subscription_id for renewal in quote(account(MARCH_AND_JUNE[0], odd)).promised] == ["s1"]


def test_prices_with_and_without_tax_are_not_paid_together() -> None:
    northline = offer(prices=(entry("465.00"), entry("930.00", of=item(plan="premium"), tax_included=True)))
    mixed = account(*MARCH_AND_JUNE, owned("s3", RENEWS, plan="premium"))
    assert refusal(mixed, northline=northline).code == "tax_inclusion_differs"
    assert quote(mixed, "s2", "s3", northline=northline).total == usd("631.18")


def test_no_more_than_a_hundred_at_once_and_nobody_elses() -> None:
    many = refusal(account(), *(f"s{n}" for n in range(101)))
    assert (many.code, many.facts) == ("too_many_chosen", {"chosen": 101, "most": 100})
    assert refusal(account(), "s1", "theirs").code == "unknown_subscription"


@pytest.mark.parametrize("prepare", [False, True])
def test_every_reason_is_given_at_once(prepare: bool) -> None:
    state = account(replace(MARCH_AND_JUNE[0], processor="oldshop", auto_renew=False), MARCH_AND_JUNE[1], country="BR")
    refused = refusal(state, prepare=prepare)
    expected = {"country_outside_region", "legacy_processor"} | (set() if prepare else {"auto_renew_off"})
    assert set(codes(refused)) == expected


def test_the_method_that_is_asked_for_is_given_to_all() -> None:
    state = account(*MARCH_AND_JUNE, methods=(CARD, DEBIT, PAYPAL))
    planned = quote(state, prepare=True, method_id="debit")
    assert planned.method_id == "debit"
    assert [e for e in planned.effects if isinstance(e, SetMethod)] == [
        SetMethod("s1", None, "debit"),
        SetMethod("s2", None, "debit"),
    ]
    assert refusal(state, prepare=True, method_id="theirs").code == "unknown_method"
    assert refusal(state, prepare=True, method_id="paypal").code == "method_not_usable"
    assert refusal(replace(state, methods=(PAYPAL,)), prepare=True).code == "no_payment_method"


def test_renewal_is_turned_on_as_it_was_turned_off_and_counts_from_the_new_date() -> None:
    by_entry = replace(MARCH_AND_JUNE[0], scheduled=(scheduled(ChangeKind.AUTO_RENEW, "off"),))
    by_column = replace(MARCH_AND_JUNE[1], auto_renew=False)
    both = owned("s3", JUNE, auto_renew=False, scheduled=(scheduled(ChangeKind.AUTO_RENEW, "off"),))
    planned = quote(account(by_entry, by_column, both), prepare=True)
    assert planned.effects[:3] == (
        Schedule("s1", ChangeKind.AUTO_RENEW, "off", None, JUNE),
        Schedule("s2", ChangeKind.AUTO_RENEW, None, "on", JUNE),
        Schedule("s3", ChangeKind.AUTO_RENEW, "off", "on", JUNE),
    )
    assert len(planned.promised) == 3


def test_a_term_that_is_not_sold_cannot_be_prepared() -> None:
    long = (owned("s1", RENEWS, 36), owned("s2", JUNE, 36), owned("s3", JUNE, plan="premium"))
    assert refusal(account(*long), prepare=True).code == "term_not_offered"


def past(planned: Quote) -> PastOrder:
    return PastOrder("o1", "O-1", planned.action, TODAY, planned)


def test_a_returned_preparation_leaves_alone_what_was_chosen_since() -> None:
    state = account(*MARCH_AND_JUNE, owned("s3", day("2026-12-01"), 1), methods=(CARD, DEBIT, PAYPAL))
    planned = quote(state, prepare=True, method_id="debit")
    after = carry_out(state, planned.effects, TODAY)
    since = carry_out(after, [SetMethod("s1", "debit", "paypal")], TODAY)
    request = Request(ALICE, ReturnOrder("o1"))
    back = carry_out(since, plan(since, offer(), request, TODAY, (past(planned),)).effects, TODAY)
    assert [one.method_id for one in back.subscriptions] == ["paypal", None, None]
    assert [(one.renews_on, one.scheduled) for one in back.subscriptions] == [
        (one.renews_on, one.scheduled) for one in state.subscriptions
    ]


def test_one_that_only_got_another_anchor_counts_as_changed() -> None:
    state = account(owned("s1", day("2027-02-28"), 12, day("2024-02-29")), owned("s2", day("2027-01-15")))
    planned = quote(state)
    assert [line.subscription_id for line in planned.lines] == ["s2"]
    assert past(planned).subscription_ids == {"s1", "s2"}


# --- laws ---------------------------------------------------------------------------------------------------------


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
