"""Effects carried out without a database: in order, and never over a value that nobody saw."""

from dataclasses import replace

import pytest

from tenor.domain.account import CarriedLine, ChangeKind, SubscriptionStatus
from tenor.domain.carrying_out import NotAsItWas, carry_out
from tenor.domain.effects import (
    AddPeriod,
    BillCarried,
    Effect,
    EndTerm,
    MoveRenewal,
    Schedule,
    SetSeats,
    Standing,
    StartTerm,
    StopPeriod,
)
from tenor.domain.renewals import plan_renewals
from tenor.domain.terms import THREE_YEARS, Period
from tests.domain.builders import RENEWS, STARTED, TODAY, account, day, offer, paid, scheduled, subscription, usd

WAITING = CarriedLine("c1", "O-7", "s1", "studio", "standard", 1, Period(STARTED, RENEWS), usd("1"), 365, usd("0.40"))
NEXT = paid(RENEWS, day("2030-03-01"), "1179.00")


WAS = Standing(12, "standard", 3, True, None, SubscriptionStatus.ACTIVE, None, ())


def start(at: str = "2027-03-01") -> StartTerm:
    span = replace(NEXT, period=Period(day(at), day("2030-03-01")))
    return StartTerm("s1", span, 36, "premium", 2, auto_renew=False, method_id="debit", was=WAS)


def test_a_term_begins_with_everything_that_was_merged_into_it() -> None:
    other = subscription(id="s2")
    list_ = (
        scheduled(ChangeKind.TERM, 36),
        scheduled(ChangeKind.AUTO_RENEW, "off"),
        scheduled(ChangeKind.METHOD, "debit"),
    )
    owned = subscription(scheduled=list_, renewal_claimed=True)
    term = replace(start(), was=replace(WAS, scheduled=list_))
    after = carry_out(account(owned, other), [term], RENEWS)
    begun = after.subscription("s1")
    assert (begun.term, begun.plan, begun.seats, begun.auto_renew) == (THREE_YEARS, "premium", 2, False)
    assert (begun.method_id, begun.renews_on, begun.anchor) == ("debit", day("2030-03-01"), STARTED)
    assert (begun.periods, begun.scheduled, begun.renewal_claimed) == ((paid(), NEXT), (), False)
    assert after.subscription("s2") == other


def test_effects_follow_each_other() -> None:
    price = usd("1179.00")
    after = carry_out(
        account(),
        [
            SetSeats("s1", 3, 5),
            SetSeats("s1", 5, 6),
            Schedule("s1", ChangeKind.TERM, None, "1", RENEWS),
            Schedule("s1", ChangeKind.SEATS, None, "4", RENEWS),
            Schedule("s1", ChangeKind.TERM, "1", "36", RENEWS, price),
        ],
        TODAY,
        by="Alice",
    ).subscription("s1")
    term = replace(scheduled(ChangeKind.TERM, 36), unit_price=price)
    assert (after.seats, after.scheduled) == (6, (scheduled(ChangeKind.SEATS, 4), term))


def test_what_waited_is_billed_once() -> None:
    state = account(carried=(WAITING, replace(WAITING, id="c2")))
    billed = carry_out(state, [BillCarried(("c1",))], TODAY)
    assert [line.id for line in billed.carried] == ["c2"]
    with pytest.raises(NotAsItWas):
        carry_out(billed, [BillCarried(("c1",))], TODAY)


def test_a_renewal_is_carried_out_as_it_is_planned() -> None:
    state = account(subscription(), subscription(id="s2", method_id="debit"))
    after = carry_out(state, [e for quote in plan_renewals(state, offer(), RENEWS) for e in quote.effects], RENEWS)
    assert {s.renews_on for s in after.subscriptions} == {day("2028-03-01")}
    assert {s.status for s in after.subscriptions} == {SubscriptionStatus.ACTIVE}
    assert plan_renewals(after, offer(), RENEWS) == ()


@pytest.mark.parametrize(
    "effect",
    [
        SetSeats("s1", 4, 5),
        Schedule("s1", ChangeKind.TERM, "12", "36", RENEWS),
        start("2027-03-02"),
        MoveRenewal("s1", RENEWS, day("2027-06-01"), RENEWS, day("2027-06-01")),
        AddPeriod("s1", paid()),
        StopPeriod("s1", NEXT, None, RENEWS),
        EndTerm("s1", start()),
    ],
    ids=lambda effect: effect.kind,
)
def test_what_is_not_as_it_was_planned_is_refused(effect: Effect) -> None:
    with pytest.raises(NotAsItWas):
        carry_out(account(), [effect], TODAY)
