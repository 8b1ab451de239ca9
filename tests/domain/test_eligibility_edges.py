"""Eligibility on the edge days, and what a reason names: remedies lead where something can be done."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from tenor.domain.account import (
    AccountState,
    ChangeKind,
    Channel,
    MethodKind,
    MethodStatus,
    OpenOrder,
    PaymentMethod,
    Subscription,
    SubscriptionStatus,
)
from tenor.domain.catalog import Plan, PlanKind, Product
from tenor.domain.eligibility import Action, is_hidden, reasons
from tenor.domain.eligibility.case import Case, Finding, has_lapsed, is_renewed_ahead, lapsed_on, reason_of
from tenor.domain.eligibility.together import Group, differences
from tenor.domain.offer import Offer
from tenor.domain.refusals import Reason, Remedy, Scope, Visibility
from tenor.ui import words
from tests.domain.builders import (
    ALICE,
    CARD,
    DEBIT,
    RENEWS,
    TODAY,
    account,
    day,
    offer,
    paid,
    scheduled,
    subscription,
)

PAYPAL = PaymentMethod("paypal", MethodKind.PAYPAL, "PayPal")
SEPTEMBER = day("2026-09-01")


def over(**changes: Any) -> Subscription:
    """A year that was over on 1 September."""
    return subscription(renews_on=SEPTEMBER, periods=(paid(day("2025-09-01"), SEPTEMBER),), **changes)


def found(
    action: Action, one: Subscription, today: date = TODAY, state: AccountState | None = None, sold: Offer | None = None
) -> dict[str, Reason]:
    return {
        reason.code: reason for reason in reasons(state or account(one), sold or offer(), action, one, ALICE, today)
    }


def remedy(reason: Reason) -> Remedy:
    assert reason.remedy is not None
    return reason.remedy


def test_an_action_is_left_out_as_soon_as_one_reason_hides_it() -> None:
    shown = Reason("past_due", Scope.SUBSCRIPTION)
    hiding = Reason("country_outside_region", Scope.ACCOUNT, Visibility.HIDDEN)
    assert is_hidden((shown, hiding))
    assert is_hidden((hiding, shown))
    assert not is_hidden((shown,))
    assert not is_hidden(())


def test_a_reason_names_its_subscription_and_needs_no_remedy() -> None:
    reason = reason_of("odd", subscription(), Finding({"seats": 3}))
    assert (reason.facts, reason.remedy) == ({"subscription": "s1", "seats": 3}, None)


@pytest.mark.parametrize(
    ("status", "lapses"),
    [
        (SubscriptionStatus.ACTIVE, True),
        (SubscriptionStatus.EXPIRED, True),
        (SubscriptionStatus.PAST_DUE, False),
        (SubscriptionStatus.SUSPENDED, False),
        (SubscriptionStatus.CANCELED, False),
    ],
)
def test_what_is_owed_or_canceled_has_not_merely_lapsed(status: SubscriptionStatus, lapses: bool) -> None:
    assert has_lapsed(over(status=status, auto_renew=False), TODAY) is lapses


def test_the_first_day_without_it_is_the_day_it_was_marked() -> None:
    assert lapsed_on(subscription(lapsed_on=day("2027-01-05"))) == day("2027-01-05")
    assert lapsed_on(subscription()) == RENEWS


@pytest.mark.parametrize(("today", "is_ahead"), [("2027-02-28", True), ("2027-03-01", False), ("2027-03-02", False)])
def test_a_next_term_is_ahead_until_the_day_it_begins(today: str, is_ahead: bool) -> None:
    renewed = subscription(periods=(paid(), paid(RENEWS, day("2028-03-01"))), renews_on=day("2028-03-01"))
    assert is_renewed_ahead(renewed, day(today)) is is_ahead


def test_a_method_that_was_removed_pays_for_nothing() -> None:
    removed = replace(CARD, status=MethodStatus.REMOVED)
    one = subscription(method_id="card")
    missing = found(Action.SEATS_ADD, one, state=account(one, methods=(removed, DEBIT)))
    assert list(missing) == ["no_payment_method"]
    assert remedy(missing["no_payment_method"]).code == "choose_payment_method"


@pytest.mark.parametrize(
    ("action", "code"),
    [(Action.SEATS_ADD, "choose_payment_method"), (Action.ALIGN, "add_payment_method")],
)
def test_a_method_is_offered_only_where_it_may_pay(action: Action, code: str) -> None:
    """PayPal pays for seats, but not for an alignment (policy)."""
    expired = replace(CARD, expires_on=day("2026-10-31"))
    one = subscription()
    closed = found(action, one, state=account(one, methods=(expired, PAYPAL)))
    assert remedy(closed["payment_method_expired"]).code == code


def test_the_way_on_from_a_maintenance_plan_is_a_plan_of_the_same_product() -> None:
    other, care = ("atlas", "basic"), ("studio", "care")
    northline = offer()
    plans = {
        other: Plan(*other, "Atlas Basic"),
        care: Plan(*care, "Studio Care", PlanKind.MAINTENANCE),
        **northline.plans,
    }
    products = {"atlas": Product("atlas", "Atlas"), **northline.products}
    closed = found(Action.SEATS_ADD, subscription(plan="care"), sold=replace(northline, products=products, plans=plans))
    assert remedy(closed["maintenance_plan"]).facts["plan_code"] == "standard"


@pytest.mark.parametrize(
    ("today", "way_on", "last_day"),
    [("2026-10-14", "renew", "2026-10-15"), ("2026-10-15", "renew", "2026-10-15"), ("2026-10-16", "buy_again", None)],
)
def test_what_expired_on_1_september_can_be_renewed_to_15_october(
    today: str, way_on: str, last_day: str | None
) -> None:
    """45 days (policy), the day of the end counted."""
    one = over(status=SubscriptionStatus.EXPIRED, auto_renew=False)
    closed = found(Action.SEATS_ADD, one, day(today))
    way = remedy(closed["expired"])
    assert (way.code, way.facts.get("last_day")) == (way_on, day(last_day) if last_day else None)


def test_what_ran_out_today_can_be_renewed_late_and_bought_again_before_the_night_marks_it() -> None:
    one = over(auto_renew=False)
    assert found(Action.RENEW_LATE, one, SEPTEMBER) == {}
    assert found(Action.BUY_AGAIN, one, SEPTEMBER) == {}
    running = subscription(auto_renew=False)
    assert "not_expired" in found(Action.RENEW_LATE, running)
    assert "not_ended" in found(Action.BUY_AGAIN, running)


def apart(one: Subscription, group: tuple[int, str], *methods: PaymentMethod) -> list[Reason]:
    """What lies between it and a group of that term and method, which has nothing scheduled."""
    case = Case(account(one, methods=methods), offer(), Action.ALIGN, ALICE, TODAY)
    return list(differences(case, one, Group(*group, *group)))


def test_who_pays_otherwise_is_led_to_the_method_of_the_others() -> None:
    (other,) = apart(subscription(), (12, "debit"), CARD, DEBIT)
    assert (other.facts["method"], other.facts["others_method"]) == ("Visa 4242", "SEPA 3000")
    assert remedy(other).facts["method_id"] == "debit"


def test_who_has_no_method_or_stands_beside_others_without_one_is_told_so() -> None:
    (without,) = apart(subscription(method_id="gone"), (12, "debit"), CARD, DEBIT)
    assert (without.facts["method"], without.facts["others_method"]) == (None, "SEPA 3000")
    (beside,) = apart(subscription(), (12, ""), CARD, DEBIT)
    assert (beside.facts["method"], beside.facts["others_method"], beside.remedy) == ("Visa 4242", None, None)


@pytest.mark.parametrize(("months", "code"), [(12, "wait_for_renewal"), (36, "change_term")])
def test_only_the_term_of_the_others_is_worth_waiting_for(months: int, code: str) -> None:
    monthly = subscription(term=replace(subscription().term, months=1), scheduled=(scheduled(ChangeKind.TERM, months),))
    (reason,) = apart(monthly, (12, "card"), CARD)
    assert remedy(reason).code == code


def test_a_reseller_without_a_name_leaves_support() -> None:
    sold = subscription(channel=Channel.RESELLER)
    assert remedy(found(Action.SEATS_ADD, sold)["bought_from_reseller"]).code == "contact_support"


@pytest.mark.parametrize("status", [SubscriptionStatus.PAST_DUE, SubscriptionStatus.SUSPENDED])
def test_what_is_overdue_says_so_until_its_money_is_on_its_way(status: SubscriptionStatus) -> None:
    """A debit of a renewal takes days: nobody is behind with it meanwhile, whatever it closes."""
    declined = OpenOrder("o1", "ORD-1", "requires_action", "renew")
    unpaid = over(status=status, open_order=declined)
    debited = over(status=status, open_order=replace(declined, status="processing", arrives_on=day("2026-11-25")))
    assert "overdue since September 1, 2026" in closes_the_term(unpaid)
    assert closes_the_term(debited) == (
        "The payment of order ORD-1 is under way: its money arrives about November 25, 2026."
    )


def closes_the_term(one: Subscription) -> str:
    """Why its term can't be changed: no row about open orders speaks there."""
    return words.reason(found(Action.CHANGE_TERM, one)[str(one.status)], "en")
