"""Rows and values agree: what `db.effects` makes of an account, `domain.carrying_out` makes of its snapshot."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from random import Random

import pytest

from tenor.db import models
from tenor.db.effects import apply_effects, begin_term
from tenor.db.snapshots import load_account
from tenor.domain.account import (
    AccountState,
    Actor,
    ChangeKind,
    ComingTerm,
    PaidPeriod,
    PeriodKind,
    PriceKind,
    Role,
    SubscriptionStatus,
)
from tenor.domain.carrying_out import begin_coming, carry_out
from tenor.domain.changes.return_order import inverse
from tenor.domain.claiming import Choices, claimed
from tenor.domain.effects import (
    AddPeriod,
    Effect,
    EndTerm,
    MoveRenewal,
    OpenSubscription,
    Schedule,
    SetComing,
    SetMethod,
    SetPlan,
    SetSeats,
    Standing,
    StartTerm,
    StopPeriod,
)
from tenor.domain.money import Money
from tenor.domain.terms import Period
from tests.support import factories

pytestmark = pytest.mark.django_db

TODAY, RENEWS = factories.TODAY, date(2027, 3, 1)
BY = Actor("alice", "Alice Admin", Role.BUYER)
NOW_PAID = PaidPeriod(PeriodKind.TERM, Period(date(2026, 3, 1), RENEWS), Money(46_500, "EUR"), 365, PriceKind.LIST)
NEXT = PaidPeriod(PeriodKind.TERM, Period(RENEWS, date(2028, 3, 1)), Money(42_000, "EUR"), 366, PriceKind.RENEWAL)
EXTENSION = PaidPeriod(
    PeriodKind.EXTENSION, Period(RENEWS, date(2027, 6, 1)), Money(42_000, "EUR"), 366, PriceKind.RENEWAL
)
METHOD = "03a214d1-6f7d-790b-8de8-d314d2b8c4ed"
OTHER = "04a214d1-6f7d-790b-8de8-d314d2b8c4ed"
NEW = "02a214d1-6f7d-790b-8de8-d314d2b8c4ed"


@pytest.fixture
def subscription() -> models.Subscription:
    account = factories.make_account()
    factories.make_plan(seller=account.seller, code="premium")
    factories.make_plan(seller=account.seller, code="ultimate")
    factories.make_method(account=account, id=METHOD)
    factories.make_method(account=account, id=OTHER, is_default=False)
    return factories.make_subscription(account=account)


def state_of(subscription: models.Subscription) -> AccountState:
    """The snapshot, without what only rows know: who scheduled a change, the number of a new subscription."""
    state = load_account(subscription.account_id).state
    plain = (
        replace(one, number="", scheduled=tuple(replace(entry, by="") for entry in one.scheduled))
        for one in state.subscriptions
    )
    return replace(state, subscriptions=tuple(plain))


def write(subscription: models.Subscription, effects: list[Effect], today: date) -> None:
    apply_effects(subscription.account_id, effects, now=factories.NOW, today=today, by=BY)


def standing(state: AccountState, subscription_id: str) -> Standing:
    one = state.subscription(subscription_id)
    return Standing(
        months=one.last_term.months,
        plan=one.last_plan,
        seats=one.last_seats,
        auto_renew=one.auto_renew,
        method_id=one.method_id,
        status=one.status,
        lapsed_on=one.lapsed_on,
        scheduled=one.scheduled,
    )


def extension(one: str) -> list[Effect]:
    return [
        AddPeriod(one, EXTENSION),
        MoveRenewal(one, RENEWS, EXTENSION.period.end, date(2026, 3, 1), EXTENSION.period.end),
    ]


def upgrade(one: str, today: date = TODAY) -> list[Effect]:
    rest = replace(NOW_PAID, period=Period(today, RENEWS), unit_price=Money(93_000, "EUR"))
    return [StopPeriod(one, NOW_PAID, None, today), AddPeriod(one, rest), SetPlan(one, "standard", "premium")]


def upgrade_again(one: str) -> list[Effect]:
    """What was bought this morning never was."""
    rest = replace(NOW_PAID, period=Period(TODAY, RENEWS), unit_price=Money(93_000, "EUR"))
    dearer = replace(rest, unit_price=Money(139_500, "EUR"))
    return [StopPeriod(one, rest, None, TODAY), AddPeriod(one, dearer), SetPlan(one, "premium", "ultimate")]


CASES: dict[str, Callable[[str, Standing], list[Effect]]] = {
    "seats": lambda one, _: [SetSeats(one, 3, 7)],
    "a method": lambda one, _: [SetMethod(one, None, METHOD)],
    "an entry replaced": lambda one, _: [
        Schedule(one, ChangeKind.TERM, None, "1", RENEWS),
        Schedule(one, ChangeKind.TERM, "1", "36", RENEWS, Money(117_900, "EUR")),
    ],
    "an extension": lambda one, _: extension(one),
    "an upgrade": lambda one, _: upgrade(one),
    "an upgrade on the first day": lambda one, _: upgrade(one, date(2026, 3, 1)),
    "two upgrades of one day": lambda one, _: [*upgrade(one), *upgrade_again(one)],
    "an extension taken back": lambda one, _: [
        SetSeats(one, 3, 4),
        *extension(one),
        StopPeriod(one, EXTENSION, None, RENEWS),
        MoveRenewal(one, EXTENSION.period.end, RENEWS, EXTENSION.period.end, date(2026, 3, 1)),
        Schedule(one, ChangeKind.AUTO_RENEW, None, "off", RENEWS),
    ],
    "an entry confirmed once more": lambda one, _: [
        Schedule(one, ChangeKind.PLAN, None, "premium", RENEWS, Money(83_700, "EUR")),
        Schedule(one, ChangeKind.PLAN, "premium", "premium", RENEWS, Money(90_000, "EUR"), Money(83_700, "EUR")),
    ],
    "scheduled": lambda one, _: [Schedule(one, ChangeKind.SEATS, None, "2", RENEWS)],
    "a subscription": lambda one, _: [
        OpenSubscription(NEW, "draft", "standard", 12, 2, _first_year(), auto_renew=True, method_id=None)
    ],
    "a term ahead": lambda one, was: [StartTerm(one, NEXT, 12, "premium", 2, True, None, was)],
    "seats of a term ahead": lambda one, was: [
        StartTerm(one, NEXT, 12, "premium", 2, True, None, was),
        SetSeats(one, 3, 4),
        SetComing(one, ComingTerm(RENEWS, 12, "premium", 2), ComingTerm(RENEWS, 12, "premium", 3)),
    ],
}


def _first_year() -> PaidPeriod:
    period = Period(TODAY, date(2027, 11, 21))
    return PaidPeriod(PeriodKind.TERM, period, Money(46_500, "EUR"), period.days, PriceKind.LIST)


@pytest.mark.parametrize("case", CASES)
def test_rows_and_values_agree_forth_and_back(case: str, subscription: models.Subscription) -> None:
    before = state_of(subscription)
    one = str(subscription.id)
    effects = CASES[case](one, standing(before, one))
    write(subscription, effects, TODAY)
    after = state_of(subscription)
    assert after == carry_out(before, effects, TODAY)
    assert after != before
    undone = [back for effect in reversed(effects) for back in inverse(effect)]
    write(subscription, undone, TODAY)
    restored = state_of(subscription)
    assert restored == carry_out(after, undone, TODAY)
    if case != "a subscription":  # that one ends, and is not forgotten
        assert restored == before


@pytest.mark.parametrize("days", [0, 10])
def test_a_returned_term_that_had_begun_ends_that_day_and_puts_back_what_was_scheduled(
    subscription: models.Subscription, days: int
) -> None:
    write(subscription, [Schedule(str(subscription.id), ChangeKind.SEATS, None, "2", RENEWS)], TODAY)
    before, one = state_of(subscription), str(subscription.id)
    term: list[Effect] = [StartTerm(one, NEXT, 12, "standard", 2, True, None, standing(before, one))]
    write(subscription, term, RENEWS)
    begun = state_of(subscription)
    assert begun == carry_out(before, term, RENEWS)
    assert (begun.subscription(one).seats, begun.subscription(one).scheduled) == (2, ())
    undone, day = list(inverse(term[0])), RENEWS + timedelta(days=days)
    write(subscription, undone, day)
    ended = state_of(subscription).subscription(one)
    assert ended == carry_out(begun, undone, day).subscription(one)
    assert (ended.status, ended.lapsed_on, ended.renews_on) == (SubscriptionStatus.EXPIRED, day, RENEWS)
    assert (ended.seats, ended.scheduled, ended.periods) == (3, before.subscription(one).scheduled, (NOW_PAID,))


KINDS = {
    ChangeKind.TERM: ("1", "36"),
    ChangeKind.PLAN: ("premium", "ultimate"),
    ChangeKind.SEATS: ("1", "2"),
    ChangeKind.METHOD: (METHOD,),
    ChangeKind.AUTO_RENEW: ("on", "off"),
}


@pytest.mark.parametrize("seed", range(12))
def test_rows_and_values_agree_on_what_a_term_claims(subscription: models.Subscription, seed: int) -> None:
    """Choices made before the order, and between order and payment; then the term starts, and is returned."""
    chance, one = Random(seed), str(subscription.id)

    def choose(day: date) -> None:
        for kind, values in KINDS.items():
            if chance.random() < 0.5:
                value = chance.choice([*values, None])
                entry = state_of(subscription).subscription(one).scheduled_change(kind)
                before = entry.value if entry else None
                if before != value:
                    write(subscription, [Schedule(one, kind, before, value, RENEWS)], day)

    choose(TODAY)
    was = standing(state_of(subscription), one)
    off = chance.random() < 0.5
    term = StartTerm(one, NEXT, 12, "standard", 2, off, METHOD if off else None, was)
    choose(RENEWS)
    if chance.random() < 0.3:
        before = state_of(subscription).subscription(one).method_id
        write(subscription, [SetMethod(one, before, OTHER)], RENEWS)
    now = state_of(subscription)
    write(subscription, [term], RENEWS)
    begun = state_of(subscription)
    assert by_kind(begun) == by_kind(carry_out(now, [term], RENEWS))
    seen = claimed(Choices(now.subscription(one).scheduled, True, None), was.scheduled)
    back = EndTerm(one, replace(term, was=replace(was, scheduled=seen)))
    write(subscription, [back], RENEWS)
    assert by_kind(state_of(subscription)) == by_kind(carry_out(begun, [back], RENEWS))


def by_kind(state: AccountState) -> AccountState:
    """The same, with the list in the order of its kinds: rows have an order of their own."""
    plain = (replace(s, scheduled=tuple(sorted(s.scheduled, key=lambda e: e.kind))) for s in state.subscriptions)
    return replace(state, subscriptions=tuple(plain))


def test_what_was_chosen_since_a_term_began_outlives_its_return(subscription: models.Subscription) -> None:
    before, one = state_of(subscription), str(subscription.id)
    term: list[Effect] = [StartTerm(one, NEXT, 12, "standard", 3, True, None, standing(before, one))]
    write(subscription, [*term, SetMethod(one, None, METHOD)], RENEWS)
    models.Subscription.objects.update(auto_renew=False)
    begun = state_of(subscription)
    undone = list(inverse(term[0]))
    write(subscription, undone, RENEWS)
    ended = state_of(subscription).subscription(one)
    assert ended == carry_out(begun, undone, RENEWS).subscription(one)
    assert (ended.method_id, ended.auto_renew) == (METHOD, False)


def test_a_term_that_is_paid_ahead_begins_on_its_day_and_once(subscription: models.Subscription) -> None:
    before, one = state_of(subscription), str(subscription.id)
    write(subscription, [StartTerm(one, NEXT, 12, "premium", 2, True, None, standing(before, one))], TODAY)
    ahead = state_of(subscription).subscription(one)
    assert (ahead.plan, ahead.seats, ahead.renews_on) == ("standard", 3, date(2028, 3, 1))
    assert not begin_term(subscription.account_id, one, RENEWS - timedelta(days=1))
    assert begin_term(subscription.account_id, one, RENEWS)
    assert not begin_term(subscription.account_id, one, RENEWS)
    assert state_of(subscription).subscription(one) == begin_coming(ahead)


def test_what_had_expired_is_revived_by_its_term_and_expires_again_without_it(
    subscription: models.Subscription,
) -> None:
    models.Subscription.objects.filter(id=subscription.id).update(status="expired", lapsed_on=RENEWS, auto_renew=False)
    before, one, late = state_of(subscription), str(subscription.id), RENEWS + timedelta(days=9)
    term: list[Effect] = [StartTerm(one, NEXT, 12, "standard", 3, False, None, standing(before, one))]
    write(subscription, term, late)
    revived = state_of(subscription)
    assert revived == carry_out(before, term, late)
    assert (revived.subscription(one).status, revived.subscription(one).lapsed_on) == (SubscriptionStatus.ACTIVE, None)
    write(subscription, list(inverse(term[0])), late)
    assert state_of(subscription) == before
