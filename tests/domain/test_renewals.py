"""Renewals: the tables of docs/domain/renewals.md, and one quote for everything that is paid together."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenor.domain.account import (
    CarriedLine,
    ChangeKind,
    Channel,
    OpenOrder,
    PeriodKind,
    PriceKind,
    Subscription,
    SubscriptionStatus,
)
from tenor.domain.effects import BillCarried, StartTerm
from tenor.domain.money import total
from tenor.domain.quote import Collection, LineKind, Quote
from tenor.domain.refusals import Refusal
from tenor.domain.renewals import next_term, plan_renewals, promise
from tenor.domain.terms import Period, Term, next_period
from tests.domain.builders import (
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

DATES = tables.rows("renewals", "The date")
MERGED = tables.rows("renewals", "The next term")
TOGETHER = tables.rows("renewals", "One invoice")

ORDER = OpenOrder("o1", "O-1", "requires_action")
ALSO: dict[str, dict[str, Any]] = {
    "-": {},
    "method debit scheduled": {"scheduled": (scheduled(ChangeKind.METHOD, "debit"),)},
    "automatic renewal off": {"auto_renew": False},
    "automatic renewal off scheduled": {"scheduled": (scheduled(ChangeKind.AUTO_RENEW, "off"),)},
    "sold by a reseller": {"channel": Channel.RESELLER},
    "processed elsewhere": {"processor": "oldshop"},
    "an order is open": {"open_order": ORDER},
    "past due": {"status": SubscriptionStatus.PAST_DUE},
}


@pytest.mark.parametrize("row", DATES, ids=tables.ids(DATES, "anchor", "renews on", "term in months"))
def test_table_of_dates(row: dict[str, str]) -> None:
    period = next_period(day(row["anchor"]), day(row["renews on"]), Term(int(row["term in months"])))
    assert period == Period(day(row["renews on"]), day(row["next period ends"]))


@pytest.mark.parametrize("row", MERGED, ids=tables.ids(MERGED))
def test_table_of_next_terms(row: dict[str, str]) -> None:
    entries = [] if row["scheduled"] == "-" else [text.split() for text in row["scheduled"].split(", ")]
    owned = subscription(scheduled=tuple(scheduled(ChangeKind(kind), value) for kind, value in entries))
    coming = next_term(account(owned), offer(), owned, TODAY)
    assert (coming.item.term.months, coming.item.plan, coming.seats) == (
        int(row["months"]),
        row["plan"],
        int(row["seats"]),
    )
    assert coming.price.amount == tables.amount(row["a seat"], "USD")
    assert coming.amount == tables.amount(row["together"], "USD")


def _of_table(row: dict[str, str]) -> Subscription:
    renews_on = day(row["renews on"])
    return subscription(
        id=row["subscription"],
        seats=1,
        anchor=renews_on.replace(year=2026),
        renews_on=renews_on,
        periods=(paid(renews_on.replace(year=2026), renews_on),),
        method_id=None if row["pays by"] == "(default)" else row["pays by"],
        **ALSO[row["and"]],
    )


def test_table_of_invoices() -> None:
    quotes = plan_renewals(account(*map(_of_table, TOGETHER)), offer(), RENEWS)
    invoices = {line.subscription_id: f"{q.priced_on} {q.method_id}" for q in quotes for line in q.lines}
    assert {row["subscription"]: row["invoice"] for row in TOGETHER if row["invoice"] != "-"} == invoices
    assert len(quotes) == len(set(invoices.values()))


def test_a_renewal_whole() -> None:
    owned = subscription(scheduled=(scheduled(ChangeKind.TERM, 36), scheduled(ChangeKind.SEATS, 2)))
    (quote,) = plan_renewals(account(owned), offer(), RENEWS)
    (line,) = quote.lines
    assert (line.kind, line.seats, line.amount, line.denominator) == (LineKind.TERM, 2, usd("2358.00"), 1096)
    assert line.span == Period(RENEWS, date(2030, 3, 1))
    assert [step.rule for step in (line.explanation, *line.explanation.steps)] == [
        "whole_term",
        "special_price_derived",
    ]
    (started,) = quote.effects
    assert isinstance(started, StartTerm)
    assert (started.months, started.seats, started.plan, started.auto_renew) == (36, 2, "standard", True)
    assert started.paid.kind is PeriodKind.TERM
    assert (started.paid.period, started.paid.price_kind) == (line.span, PriceKind.RENEWAL)
    assert (quote.total, quote.collection, quote.method_id) == (usd("2358.00"), Collection.GATEWAY, "card")


def test_a_late_run_charges_the_price_of_the_renewal_date() -> None:
    rise = entry("499.00", "450.00", valid_from=RENEWS + timedelta(days=1), announced_on=STARTED)
    (late,) = plan_renewals(account(), offer(prices=(*NORTHLINE_PRICES, rise)), RENEWS + timedelta(days=5))
    assert (late.priced_on, late.total) == (RENEWS, usd("1260.00"))


def test_a_method_scheduled_for_the_renewal_pays_and_stays() -> None:
    owned = subscription(scheduled=(scheduled(ChangeKind.METHOD, "debit"),))
    (quote,) = plan_renewals(account(owned), offer(), RENEWS)
    assert isinstance(quote.effects[0], StartTerm)
    assert (quote.method_id, quote.effects[0].method_id) == ("debit", "debit")


def test_without_a_method_there_is_still_an_invoice() -> None:
    (quote,) = plan_renewals(account(methods=()), offer(), RENEWS)
    assert (quote.method_id, quote.total) == (None, usd("1260.00"))


def test_prices_with_and_without_tax_never_share_an_invoice() -> None:
    premium = entry("930.00", of=item(plan="premium"), tax_included=True)
    state = account(subscription(), subscription(id="s2", plan="premium"))
    quotes = plan_renewals(state, offer(prices=(entry("465.00"), premium)), RENEWS)
    assert [[line.plan for line in quote.lines] for quote in quotes] == [["standard"], ["premium"]]


def test_what_waited_is_billed_once() -> None:
    waiting = CarriedLine(
        "c1", "O-7", "s1", "studio", "standard", 1, Period(STARTED, RENEWS), usd("1"), 365, usd("0.40")
    )
    state = account(subscription(), subscription(id="s2", method_id="debit"), carried=(waiting,))
    quotes = plan_renewals(state, offer(), RENEWS)
    billed = [effect for quote in quotes for effect in quote.effects if isinstance(effect, BillCarried)]
    assert billed == [BillCarried(("c1",))]
    assert total((quote.total for quote in quotes), "USD") == usd("2520.40")


def test_what_has_no_price_is_not_sold() -> None:
    with pytest.raises(Refusal, match="not_sold"):
        plan_renewals(account(), offer(prices=()), RENEWS)


def test_what_will_not_renew_needs_no_price() -> None:
    stopping = subscription(auto_renew=False)
    assert plan_renewals(account(stopping), offer(prices=()), RENEWS) == ()
    assert promise(account(stopping), offer(prices=()), stopping, TODAY) == ()


def _renewed(owned: Subscription, quote: Quote) -> Subscription:
    started = next(e for e in quote.effects if isinstance(e, StartTerm) and e.subscription_id == owned.id)
    return replace(
        owned,
        renews_on=started.paid.period.end,
        term=Term(started.months),
        seats=started.seats,
        periods=(*owned.periods, started.paid),
        scheduled=(),
    )


@given(
    anchor=st.dates(date(2024, 1, 1), date(2028, 12, 31)),
    terms=st.lists(st.sampled_from([1, 12, 36]), min_size=1, max_size=8),
    seats=st.integers(1, 50),
)
def test_renewals_tile_time_and_keep_their_promise(anchor: date, terms: list[int], seats: int) -> None:
    """Each renewal begins where the last one ended, whatever terms are chosen, and charges what was promised."""
    first = next_period(anchor, anchor, Term(12))
    owned = subscription(anchor=anchor, seats=seats, renews_on=first.end, periods=(paid(first.start, first.end),))
    for months in terms:
        owned = replace(owned, scheduled=(scheduled(ChangeKind.TERM, months),))
        (promised,) = promise(account(owned), offer(), owned, owned.renews_on - timedelta(days=20))
        (quote,) = plan_renewals(account(owned), offer(), owned.renews_on)
        assert (quote.net, quote.lines[0].span.start) == (promised.amount, owned.renews_on)
        owned = _renewed(owned, quote)
    spans = [kept.period for kept in owned.periods]
    assert all(a.end == b.start for a, b in pairwise(spans))
    assert (spans[0].start, spans[-1].end) == (anchor, owned.renews_on)
    assert sum(span.days for span in spans) == (owned.renews_on - anchor).days
