"""Which method is charged on a day: the table of docs/domain/methods.md, and what holds whatever is stored."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenor.domain.account import AccountState, ChangeKind, Mandate, MethodKind, MethodStatus, PaymentMethod
from tenor.domain.eligibility import Action, warnings
from tenor.domain.forecast import SYSTEM, UpcomingKind, forecast
from tenor.domain.methods import stood_in_for
from tenor.domain.offer import Policy
from tenor.domain.paying import can_pay, named_method, paying_for
from tenor.domain.reminders import Reminder, ReminderKind, ReminderMethod
from tenor.domain.reminding import owed
from tenor.domain.renewals import plan_renewals
from tenor.domain.terms import MONTHLY
from tests.domain.builders import RENEWS, TODAY, account, entry, item, offer, paid, scheduled, subscription
from tests.support import tables

CHARGED = tables.rows("methods", "Which method is charged")
NOT_PAYPAL = frozenset({MethodKind.CARD, MethodKind.DIRECT_DEBIT})
EVE = RENEWS - timedelta(days=1)


def method(name: str, situation: str) -> PaymentMethod | None:
    """A method in that situation on the renewal date; None for "-"."""
    card = PaymentMethod(name, MethodKind.CARD, name, is_default=name == "default", is_backup=name == "backup")
    return {
        "-": None,
        "valid": card,
        "valid on its last day": replace(card, expires_on=RENEWS),
        "expired": replace(card, expires_on=EVE),
        "refused for good": replace(card, status=MethodStatus.INVALID),
        "removed": replace(card, status=MethodStatus.REMOVED),
        "not confirmed": replace(card, kind=MethodKind.DIRECT_DEBIT, status=MethodStatus.MANDATE_PENDING),
        "mandate lapsed": replace(card, kind=MethodKind.DIRECT_DEBIT, mandate=Mandate("M", date(2024, 3, 1))),
        "not taken": replace(card, kind=MethodKind.PAYPAL),
    }[situation]


def of_row(row: dict[str, str]) -> AccountState:
    stored = [method(name, row[name]) for name in ("own", "scheduled", "backup", "default")]
    planned = (scheduled(ChangeKind.METHOD, "scheduled"),) if row["scheduled"] != "-" else ()
    one = subscription(method_id=None if row["own"] == "-" else "own", scheduled=planned)
    return account(one, methods=tuple(each for each in stored if each is not None))


def policy_of(row: dict[str, str]) -> Policy:
    return Policy(paying_methods=NOT_PAYPAL, default_pays_instead=row["policy"] == "on")


@pytest.mark.parametrize("row", CHARGED, ids=tables.ids(CHARGED, "own", "scheduled", "backup", "default", "policy"))
def test_table_of_what_is_charged(row: dict[str, str]) -> None:
    state, policy = of_row(row), policy_of(row)
    paying = paying_for(state, policy, state.subscriptions[0], RENEWS)
    assert (paying.method.id if paying.method else "-") == row["charged"]
    named = next((name for name in ("scheduled", "own", "default") if row[name] != "-"), "-")
    assert (paying.instead_of.id if paying.instead_of else named) == named
    assert (paying.instead_of is not None) == (row["charged"] != named)


SITUATIONS = st.sampled_from(
    ["-", "valid", "expired", "refused for good", "removed", "not confirmed", "mandate lapsed", "not taken"]
)
ROWS = st.fixed_dictionaries(
    {
        "own": SITUATIONS,
        "scheduled": SITUATIONS,
        "backup": SITUATIONS.filter(lambda one: one != "removed"),
        "default": SITUATIONS.filter(lambda one: one != "removed"),
        "policy": st.sampled_from(["on", "off"]),
    }
)


@given(ROWS)
def test_a_method_that_can_pay_is_never_passed_over_and_one_that_can_not_never_takes_over(row: dict[str, str]) -> None:
    state, policy = of_row(row), policy_of(row)
    one = state.subscriptions[0]
    paying, named = paying_for(state, policy, one, RENEWS), named_method(state, one)
    if named is not None and can_pay(policy, named, RENEWS):
        assert (paying.method, paying.instead_of) == (named, None)
    if paying.instead_of is not None:
        assert paying.method is not None
        assert can_pay(policy, paying.method, RENEWS)
    if row["policy"] == "on" and not (paying.method and can_pay(policy, paying.method, RENEWS)):
        assert row["default"] != "valid", "nothing is left unpaid that the default could pay"


@given(ROWS)
def test_the_night_charges_what_the_forecast_and_the_warnings_promised(row: dict[str, str]) -> None:
    state, sold = (
        of_row(row),
        offer(policy={"paying_methods": NOT_PAYPAL, "default_pays_instead": row["policy"] == "on"}),
    )
    one = state.subscriptions[0]
    (quote,) = plan_renewals(state, sold, RENEWS)
    first = next(coming for coming in forecast(state, sold, TODAY) if coming.kind is UpcomingKind.PAYMENT)
    assert (first.method.id if first.method else quote.method_id) == quote.method_id
    paying = paying_for(state, sold.policy, one, RENEWS)
    assert first.instead_of == (() if paying.instead_of is None else (paying.instead_of,))
    is_promised = not warnings(state, sold, Action.AUTO_RENEW_ON, one, SYSTEM, TODAY)
    assert is_promised == (paying.method is not None and can_pay(sold.policy, paying.method, RENEWS))


@given(ROWS)
def test_what_stands_in_for_another_is_what_is_charged(row: dict[str, str]) -> None:
    state, sold = (
        of_row(row),
        offer(policy={"paying_methods": NOT_PAYPAL, "default_pays_instead": row["policy"] == "on"}),
    )
    paying = paying_for(state, sold.policy, state.subscriptions[0], RENEWS)
    for each in state.methods:
        if can_pay(sold.policy, each, RENEWS):
            stands_in = paying.instead_of is not None and paying.method == each
            assert bool(stood_in_for(state, sold, each, TODAY)) == stands_in


def test_two_subscriptions_that_fall_to_one_method_come_on_one_invoice() -> None:
    own = [replace(method("own", "refused for good"), id=f"own{n}") for n in (1, 2)]  # type: ignore[type-var]
    good = method("default", "valid")
    assert good is not None
    owned = [subscription(id=f"s{n}", number=f"S-{n}", method_id=f"own{n}") for n in (1, 2)]
    state = account(*owned, subscription(id="s3", number="S-3"), methods=(*own, good))
    (quote,) = plan_renewals(state, offer(), RENEWS)
    assert (quote.method_id, len(quote.lines)) == ("default", 3)


def test_a_renewal_that_is_late_is_charged_to_what_can_pay_today() -> None:
    state = account(
        subscription(method_id="own"),
        methods=(method("own", "valid on its last day"), method("default", "valid")),
    )
    late = RENEWS + timedelta(days=2)
    assert plan_renewals(state, offer(), RENEWS)[0].method_id == "own"
    assert plan_renewals(state, offer(), late)[0].method_id == "default"
    assert forecast(state, offer(), late)[0].method == method("default", "valid")


def test_reminders_say_what_pays_in_its_place() -> None:
    own = PaymentMethod("own", MethodKind.CARD, "Visa 5555", expires_on=EVE)
    good = method("default", "valid")
    assert good is not None
    state = account(subscription(method_id="own"), methods=(own, good))
    found = owed(state, offer(), EVE - timedelta(days=30))
    runs_out = next(one for one in found if one.kind is ReminderKind.METHOD)
    assert runs_out.instead is not None
    assert runs_out.instead.id == "default"
    renewal = next(one for one in owed(state, offer(), RENEWS - timedelta(days=14)) if one.kind is ReminderKind.RENEWAL)
    (payment,) = renewal.payments
    assert payment.method is not None
    assert (payment.method.id, [one.id for one in payment.instead_of], payment.concerns) == ("default", ["own"], ())


def test_a_method_that_runs_out_without_a_successor_names_none() -> None:
    own = PaymentMethod("own", MethodKind.CARD, "Visa 5555", expires_on=EVE)
    state = account(subscription(method_id="own"), methods=(own,))
    (runs_out,) = (one for one in owed(state, offer(), EVE - timedelta(days=30)) if one.kind is ReminderKind.METHOD)
    assert runs_out.instead is None


@pytest.mark.parametrize("situation", ["valid", "refused for good"])
def test_a_monthly_term_is_announced_each_time_while_another_method_pays(situation: str) -> None:
    stored = (method("own", situation), method("default", "valid"))
    begun = date(2026, 12, 1)
    one = subscription(
        method_id="own",
        term=MONTHLY,
        anchor=begun,
        renews_on=RENEWS,
        periods=(paid(date(2027, 2, 1), RENEWS, "50.00"),),
    )
    sold = offer(prices=(entry("50.00", of=item(MONTHLY)),))
    state = account(one, methods=stored)
    found = owed(state, sold, RENEWS - timedelta(days=3))
    assert [reminder.kind for reminder in found] == ([] if situation == "valid" else [ReminderKind.RENEWAL])


def test_a_mail_that_says_what_is_charged_instead_is_not_optional() -> None:
    tip = Reminder(ReminderKind.METHOD, EVE)
    assert tip.is_optional
    assert not replace(tip, instead=ReminderMethod("default", MethodKind.CARD, "Visa 4242")).is_optional
