"""What is owed and paid late: the table of docs/domain/renewals.md, and that no day is paid for twice."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenor.domain.account import ChangeKind, Subscription, SubscriptionStatus
from tenor.domain.carrying_out import carry_out
from tenor.domain.owed import plan_owed, starts_anew
from tenor.domain.terms import Term
from tests.domain.builders import RENEWS, account, day, offer, scheduled, subscription
from tests.support import tables

LATE = tables.rows("renewals", "Paying late")


def owing(months: int, change: str = "-", status: SubscriptionStatus = SubscriptionStatus.SUSPENDED) -> Subscription:
    entries = () if change == "-" else (scheduled(ChangeKind.TERM, change.removeprefix("term ")),)
    return subscription(term=Term(months), scheduled=entries, status=status, lapsed_on=RENEWS)


@pytest.mark.parametrize("row", LATE, ids=tables.ids(LATE, "months", "scheduled", "paid on"))
def test_paying_late(row: dict[str, str]) -> None:
    owned = owing(int(row["months"]), row["scheduled"])
    quote = plan_owed(account(owned), offer(), [owned], "card", day(row["paid on"]))
    (line,) = quote.lines
    assert line.unit_price == tables.amount(row["a seat"], "USD")
    assert (line.span.start, line.span.end) == (day(row["from"]), day(row["until"]))


@given(
    months=st.sampled_from([1, 12, 36]),
    days=st.integers(0, 60),
    status=st.sampled_from([SubscriptionStatus.PAST_DUE, SubscriptionStatus.SUSPENDED]),
)
def test_what_is_paid_begins_once_and_renews_at_its_end(months: int, days: int, status: SubscriptionStatus) -> None:
    today = RENEWS + timedelta(days=days)
    owned = owing(months, status=status)
    quote = plan_owed(account(owned), offer(), [owned], "card", today)
    settled = replace(owned, status=SubscriptionStatus.ACTIVE, lapsed_on=None)
    after = carry_out(account(settled), quote.effects, today).subscription(owned.id)
    (line,) = quote.lines
    is_anew = starts_anew(account(owned), offer(), owned, today)
    assert is_anew == (months == 1 and days >= 15)
    assert line.span.start == (today if is_anew else RENEWS)
    assert (after.renews_on, after.anchor) == (line.span.end, today if is_anew else owned.anchor)
    assert all(one.period.end <= line.span.start for one in owned.periods)


@pytest.mark.parametrize("status", [SubscriptionStatus.ACTIVE, SubscriptionStatus.EXPIRED, SubscriptionStatus.CANCELED])
def test_only_what_is_owed_starts_anew(status: SubscriptionStatus) -> None:
    owned = owing(1, status=status)
    assert not starts_anew(account(owned), offer(), owned, RENEWS + timedelta(days=20))


def test_a_term_that_has_begun_is_owed_as_it_is() -> None:
    """By a debit that was under way, and failed: its days are not moved any more."""
    begun = replace(owing(1), renews_on=date(2027, 4, 1), lapsed_on=date(2027, 3, 8))
    assert not starts_anew(account(begun), offer(), begun, date(2027, 3, 25))
