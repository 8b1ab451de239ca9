"""Eligibility: the matrix of docs/domain/eligibility.md, row by row, action by action."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenor.domain.account import (
    AccountState,
    Actor,
    ChangeKind,
    Channel,
    MethodKind,
    MethodStatus,
    OpenOrder,
    PaymentMethod,
    PeriodKind,
    Person,
    Reseller,
    Role,
    SeatLimits,
    Subscription,
    SubscriptionStatus,
)
from tenor.domain.catalog import Plan, PlanKind, Product
from tenor.domain.eligibility import (
    Action,
    align_reasons,
    available_actions,
    check,
    is_hidden,
    open_reasons,
    reasons,
    return_reasons,
    warnings,
)
from tenor.domain.eligibility.leading import LEADS_TO
from tenor.domain.eligibility.matrix import ACCOUNT_ROWS, SUBSCRIPTION_ROWS
from tenor.domain.offer import Offer
from tenor.domain.planner import plan
from tenor.domain.refusals import Reason, Refusal, Scope, Visibility
from tenor.domain.requests import AddSeats, Request
from tenor.domain.terms import MONTHLY, Term
from tests.domain.builders import ALICE, CARD, DEBIT, TODAY, account, day, offer, paid, scheduled, subscription, usd
from tests.support import tables

MATRIX = tables.rows("eligibility", "The matrix")
DECIDED = tables.rows("eligibility", "Where policy or the catalog decides")
LED = tables.rows("eligibility", "Where a remedy leads")
WINDOWS = tables.rows("eligibility", "When a renewal is open")
ALIGNED = tables.rows("eligibility", "Subscriptions to align")
RETURNED = tables.rows("eligibility", "Orders to return")

Situation = tuple[AccountState, Offer, Actor, date]

VIEWER = Actor("vera", "Vera", Role.VIEWER)
PAYPAL = PaymentMethod("paypal", MethodKind.PAYPAL, "PayPal", is_default=True)
OLD_CARD = replace(CARD, expires_on=date(2026, 10, 31))
EXPIRED_ON = date(2026, 9, 1)


def situation(today: date = TODAY, actor: Actor = ALICE, **changes: Any) -> Situation:
    """The usual customer, with something changed: fields of its subscription, or `state` and `offer` as wholes."""
    state: AccountState | None = changes.pop("state", None)
    northline: Offer = changes.pop("offer", offer())
    return state or account(subscription(**changes)), northline, actor, today


def only(method: PaymentMethod | None, **changes: Any) -> AccountState:
    return account(subscription(**changes), methods=(method,) if method else ())


def selling(product: Product, *, plans: dict[tuple[str, str], Plan] | None = None) -> Offer:
    northline = offer()
    successor = Product("studio-next", "Studio Next")
    products = {product.code: product, successor.code: successor}
    return replace(northline, products=products, plans=plans or northline.plans)


STUDIO = Product("studio", "Studio", max_seats=500)
DISCONTINUED = replace(STUDIO, discontinued_on=date(2026, 1, 1), successor="studio-next")
CARE = ("studio", "care")
CARE_PLAN = Plan("studio", "care", "Studio Care", PlanKind.MAINTENANCE)
RESELLER = Reseller("Softhuis", "sales@softhuis.example")
UNTIL_SEPTEMBER: dict[str, Any] = {"renews_on": EXPIRED_ON, "periods": (paid(date(2025, 9, 1), EXPIRED_ON),)}
NEXT_TERM = paid(day("2027-03-01"), day("2028-03-01"))

OWING: dict[str, Any] = {"status": SubscriptionStatus.PAST_DUE, "lapsed_on": EXPIRED_ON, **UNTIL_SEPTEMBER}

SITUATIONS: dict[str, Situation] = {
    "country_outside_region": situation(state=account(country="BR")),
    "role_may_not_buy": situation(actor=VIEWER),
    "bought_from_reseller": situation(channel=Channel.RESELLER, reseller=RESELLER),
    "legacy_processor": situation(processor="oldshop"),
    "maintenance_plan": situation(plan="care", offer=replace(offer(), plans={**offer().plans, CARE: CARE_PLAN})),
    "product_discontinued": situation(offer=selling(DISCONTINUED)),
    "auto_renew_off": situation(auto_renew=False, offer=offer(policy={"seats_while_not_renewing": False})),
    "past_due": situation(status=SubscriptionStatus.PAST_DUE, lapsed_on=TODAY),
    "open_order": situation(open_order=OpenOrder("o1", "T-1", "requires_action")),
    "not_begun": situation(day("2026-02-28")),
    "no_payment_method": situation(state=only(None)),
    "payment_method_expired": situation(state=only(OLD_CARD)),
    "payment_method_invalid": situation(state=only(replace(CARD, status=MethodStatus.INVALID))),
    "mandate_pending": situation(state=only(replace(DEBIT, status=MethodStatus.MANDATE_PENDING, is_default=True))),
    "method_kind_not_allowed": situation(
        state=only(PAYPAL), offer=offer(policy={"paying_methods": frozenset({MethodKind.CARD})})
    ),
    "monthly_no_early_renewal": situation(term=MONTHLY),
    "next_term_already_renewed": situation(periods=(paid(), NEXT_TERM), renews_on=day("2028-03-01")),
    "renewal_window_not_open": situation(day("2026-11-01")),
    "renewal_window_closed": situation(status=SubscriptionStatus.EXPIRED, **UNTIL_SEPTEMBER),
    "not_expired": situation(day("2027-01-10")),
    "not_ended": situation(day("2027-01-10")),
    "renewal_due_today": situation(**UNTIL_SEPTEMBER),
    "renewal_claimed": situation(renewal_claimed=True),
    "expired": situation(day("2026-09-20"), status=SubscriptionStatus.EXPIRED, **UNTIL_SEPTEMBER),
    "suspended": situation(status=SubscriptionStatus.SUSPENDED),
    "canceled": situation(status=SubscriptionStatus.CANCELED),
    "nothing_owed": situation(),
    "payment_in_flight": situation(
        **OWING, open_order=OpenOrder("o1", "T-1", "requires_action", "renew", is_in_flight=True)
    ),
    "owed_not_declinable": situation(**OWING, offer=offer(policy={"may_decline_owed": False})),
    "seats_at_minimum": situation(seats=1),
    "seats_at_maximum": situation(seats=500),
}

POLICIES: dict[str, Situation] = {
    "a reseller that lets its customers stop renewing": situation(
        channel=Channel.RESELLER, reseller=replace(RESELLER, allows_auto_renew_off=True)
    ),
    "automatic renewal off, the seller sells seats to the end date": situation(auto_renew=False),
    "automatic renewal off, scheduled to be on again": situation(
        auto_renew=False, scheduled=(scheduled(ChangeKind.AUTO_RENEW, "on"),)
    ),
    "automatic renewal scheduled to be off": situation(scheduled=(scheduled(ChangeKind.AUTO_RENEW, "off"),)),
    "PayPal, where the seller aligns by card and direct debit": situation(
        state=account(methods=(PAYPAL, replace(CARD, is_default=False)))
    ),
    "expired card, another one stored": situation(state=account(methods=(OLD_CARD, DEBIT))),
    "expired card, the scheduled method is good": situation(
        day("2027-01-10"),
        state=account(subscription(scheduled=(scheduled(ChangeKind.METHOD, "debit"),)), methods=(OLD_CARD, DEBIT)),
    ),
    "canceled, its own card expired, the default one good": situation(
        state=account(
            subscription(status=SubscriptionStatus.CANCELED, method_id="card"),
            methods=(replace(OLD_CARD, is_default=False), replace(DEBIT, is_default=True)),
        )
    ),
    "a maintenance plan of a product without subscriptions": situation(
        plan="care", offer=selling(STUDIO, plans={CARE: CARE_PLAN})
    ),
    "discontinued without a successor": situation(offer=selling(replace(DISCONTINUED, successor=None))),
    "a viewer where nobody may buy": situation(
        actor=VIEWER, state=account(people=(Person("vera", "Vera", Role.VIEWER),))
    ),
    "on the eve of its first day": situation(day("2026-02-28")),
    "on its first day": situation(day("2026-03-01")),
    "a contract for at least 3 seats": situation(seat_limits=SeatLimits(minimum=3)),
    "a contract for at most 600 seats of a product for 500": situation(seats=550, seat_limits=SeatLimits(maximum=600)),
    "on its last date, not renewing, not marked expired yet": situation(
        EXPIRED_ON, auto_renew=False, **UNTIL_SEPTEMBER
    ),
}

UNPAID = OpenOrder("o1", "T-1", "requires_action")
RENEWAL = replace(UNPAID, action="renew")
AT_THE_BANK: dict[str, Any] = {"is_in_flight": True, "needs_customer": True}
LAST_DAYS = day("2027-01-10")
LONG_AGO: dict[str, Any] = {"renews_on": day("2026-03-01"), "periods": (paid(day("2025-03-01"), day("2026-03-01")),)}
LEADING: dict[str, Situation] = {
    "an order that was not paid": situation(open_order=UNPAID),
    "an order under way": situation(open_order=replace(UNPAID, status="processing")),
    "an order that waits for the provider's answer": situation(open_order=replace(UNPAID, is_in_flight=True)),
    "an order that waits for the customer at the bank": situation(open_order=replace(UNPAID, **AT_THE_BANK)),
    "an order that was not paid, seen by a viewer": situation(open_order=UNPAID, actor=VIEWER),
    "a renewal that was declined": situation(**OWING, open_order=RENEWAL),
    "a renewal that was declined, seen by a viewer": situation(**OWING, open_order=RENEWAL, actor=VIEWER),
    "a renewal under way": situation(**OWING, open_order=replace(RENEWAL, status="processing", is_in_flight=True)),
    "a renewal that waits for the customer at the bank": situation(**OWING, open_order=replace(RENEWAL, **AT_THE_BANK)),
    "a suspended one under way": situation(
        **{**OWING, "status": SubscriptionStatus.SUSPENDED}, open_order=replace(RENEWAL, status="processing")
    ),
    "the last 90 days": situation(LAST_DAYS),
    "before the last 90 days": situation(day("2026-11-01")),
    "the last 90 days, not renewing": situation(LAST_DAYS, auto_renew=False),
    "the last 90 days, in Brazil": situation(LAST_DAYS, state=account(country="BR")),
    "the last 90 days, a reseller's": situation(LAST_DAYS, channel=Channel.RESELLER, reseller=RESELLER),
    "the last 90 days, in an older system": situation(LAST_DAYS, processor="oldshop"),
    "the last 90 days, seen by a viewer": situation(LAST_DAYS, VIEWER),
    "the last 90 days, discontinued": situation(LAST_DAYS, offer=selling(DISCONTINUED)),
    "the last 90 days, the card expired, another one stored": situation(
        LAST_DAYS, state=account(methods=(OLD_CARD, DEBIT))
    ),
    "the last 90 days, the only card expired": situation(LAST_DAYS, state=only(OLD_CARD)),
    "expired": situation(day("2026-09-20"), status=SubscriptionStatus.EXPIRED, **UNTIL_SEPTEMBER),
    "expired, in an older system": situation(
        day("2026-09-20"), status=SubscriptionStatus.EXPIRED, processor="oldshop", **UNTIL_SEPTEMBER
    ),
    "expired, discontinued, too late to renew": situation(
        status=SubscriptionStatus.EXPIRED, offer=selling(DISCONTINUED), **LONG_AGO
    ),
    "canceled, discontinued": situation(status=SubscriptionStatus.CANCELED, offer=selling(DISCONTINUED)),
    "monthly, in an older system": situation(term=MONTHLY, processor="oldshop"),
    "not renewing, a reseller's": situation(auto_renew=False, channel=Channel.RESELLER, reseller=RESELLER),
    "suspended, the card expired, another one stored": situation(
        state=account(subscription(status=SubscriptionStatus.SUSPENDED), methods=(OLD_CARD, DEBIT))
    ),
    "the only card expired, seen by a viewer": situation(state=only(OLD_CARD), actor=VIEWER),
}


def asked(where: Situation, action: Action) -> tuple[Reason, ...]:
    state, northline, actor, today = where
    return reasons(state, northline, action, state.subscriptions[0], actor, today)


def codes(found: tuple[Reason, ...]) -> list[str]:
    return [reason.code for reason in found]


def words(cell: str) -> list[str]:
    return [] if cell == "-" else cell.split()


def closes(row: dict[str, str]) -> set[Action]:
    return set(Action) if row["closes"] == "all" else {Action(word) for word in row["closes"].split()}


def test_the_page_shows_the_matrix_and_nothing_else() -> None:
    registered = [row.code for row in ACCOUNT_ROWS] + [row.code for row in SUBSCRIPTION_ROWS]
    assert [row["rule"] for row in MATRIX] == registered
    assert set(SITUATIONS) == {row["rule"] for row in MATRIX}


@pytest.mark.parametrize("row", MATRIX, ids=tables.ids(MATRIX))
def test_a_rule_closes_its_actions_and_no_other(row: dict[str, str]) -> None:
    where = SITUATIONS[row["rule"]]
    closed = {action for action in Action if row["rule"] in codes(asked(where, action))}
    assert closed == closes(row)


@pytest.mark.parametrize("row", MATRIX, ids=tables.ids(MATRIX))
def test_a_reason_carries_scope_visibility_remedy_and_what_a_link_needs(row: dict[str, str]) -> None:
    where = SITUATIONS[row["rule"]]
    for action in closes(row):
        reason = next(found for found in asked(where, action) if found.code == row["rule"])
        assert reason.scope is Scope(row["scope"])
        assert reason.visibility is Visibility(row["shown"])
        assert reason.remedy is not None
        assert reason.remedy.code == row["remedy"]
        if reason.scope is Scope.SUBSCRIPTION:
            assert reason.facts["subscription"] == reason.remedy.facts["subscription"] == "s1"


@pytest.mark.parametrize("row", DECIDED, ids=tables.ids(DECIDED, "action", "situation"))
def test_policy_and_catalog_decide(row: dict[str, str]) -> None:
    found = asked(POLICIES[row["situation"]], Action(row["action"]))
    others = {"canceled", "renewal_window_not_open"}
    assert [code for code in codes(found) if code not in others] == words(row["reasons"])
    assert [reason.remedy.code for reason in found if reason.remedy] == words(row["remedy"])


@pytest.mark.parametrize("row", LED, ids=tables.ids(LED, "action", "situation", "reason"))
def test_a_remedy_is_offered_only_where_it_leads_on(row: dict[str, str]) -> None:
    found = asked(LEADING[row["situation"]], Action(row["action"]))
    remedy = next(reason for reason in found if reason.code == row["reason"]).remedy
    assert (remedy.code if remedy else "-") == row["remedy"]


@pytest.mark.parametrize("where", [*SITUATIONS.values(), *POLICIES.values(), *LEADING.values()])
def test_no_remedy_leads_to_what_is_closed(where: Situation) -> None:
    state, northline, actor, today = where
    for action in Action:
        for reason in asked(where, action):
            if reason.remedy and (led := LEADS_TO.get(reason.remedy.code)):
                one = state.subscriptions[0]
                assert open_reasons(state, northline, led, one, actor, today) == (), (action, reason)


@pytest.mark.parametrize("row", WINDOWS, ids=tables.ids(WINDOWS, "term in months", "status", "today"))
def test_renewal_windows(row: dict[str, str]) -> None:
    status, renews_on = SubscriptionStatus(row["status"]), day(row["renews on"])
    lapsed_on = renews_on if status is SubscriptionStatus.EXPIRED else None
    term = Term(int(row["term in months"]))
    where = situation(day(row["today"]), term=term, status=status, renews_on=renews_on, lapsed_on=lapsed_on)
    for action in (Action.RENEW_EARLY, Action.RENEW_LATE):
        assert codes(asked(where, action)) == words(row[action])


def chosen(cell: str) -> tuple[Subscription, ...]:
    parts = [entry.split("/") for entry in cell.split()]
    return tuple(
        subscription(id=f"s{n}", term=Term(int(months)), method_id=method, renews_on=day(renews_on))
        for n, (months, method, renews_on) in enumerate(parts)
    )


@pytest.mark.parametrize("row", ALIGNED, ids=tables.ids(ALIGNED))
def test_subscriptions_to_align(row: dict[str, str]) -> None:
    subscriptions = chosen(row["chosen: months/method/renews on"])
    state = account(*subscriptions)
    found = align_reasons(state, offer(), subscriptions, ALICE, TODAY)
    assert codes(found) == words(row["reasons"])
    assert [reason.remedy.code for reason in found if reason.remedy] == words(row["remedies"])
    assert align_reasons(state, offer(), subscriptions[::-1] + subscriptions[:1], ALICE, TODAY) == found


def test_aligning_gives_the_reasons_of_each_subscription_too() -> None:
    fine, ending = subscription(), subscription(id="s2", auto_renew=False, renews_on=day("2027-06-01"))
    found = align_reasons(account(fine, ending, country="BR"), offer(), (fine, ending), ALICE, TODAY)
    assert codes(found) == ["country_outside_region", "auto_renew_off"]
    assert found[1].facts == {"subscription": "s2", "ends_on": day("2027-06-01")}


@pytest.mark.parametrize("row", RETURNED, ids=tables.ids(RETURNED, "today", "later orders"))
def test_orders_to_return(row: dict[str, str]) -> None:
    later = tuple((f"id of {number}", number) for number in words(row["later orders"]))
    found = return_reasons(day(row["window ends on"]), day(row["today"]), later)
    assert codes(found) == words(row["reasons"])
    assert [reason.remedy.code for reason in found if reason.remedy] == words(row["remedies"])


def test_an_ordinary_customer_may_do_what_there_is_to_do() -> None:
    state, northline, actor, _ = situation()
    found = available_actions(state, northline, state.subscriptions[0], actor, day("2027-01-10"))
    owed = {Action.CHANGE_OWED: ["nothing_owed"], Action.DECLINE_OWED: ["nothing_owed"]}
    closed = {Action.RENEW_LATE: ["not_expired"], Action.BUY_AGAIN: ["not_ended"], **owed}
    assert {action: codes(why) for action, why in found.items() if why} == closed
    check(state, northline, Action.SEATS_ADD, state.subscriptions[0], actor, TODAY)


def test_every_reason_is_given_the_accounts_first() -> None:
    state = account(
        subscription(seats=500, status=SubscriptionStatus.PAST_DUE, open_order=OpenOrder("o1", "T-1", "processing")),
        country="BR",
        methods=(),
    )
    with pytest.raises(Refusal, match="not_eligible") as refused:
        check(state, offer(), Action.SEATS_ADD, state.subscriptions[0], VIEWER, TODAY)
    assert codes(refused.value.reasons) == [
        "country_outside_region",
        "role_may_not_buy",
        "past_due",
        "open_order",
        "no_payment_method",
        "seats_at_maximum",
    ]
    assert refused.value.facts == {"action": "seats_add", "subscription": "s1"}


def test_without_a_subscription_only_the_account_is_judged() -> None:
    found = reasons(account(country="BR"), offer(), Action.BUY_AGAIN, None, ALICE, TODAY)
    assert codes(found) == ["country_outside_region"]
    assert is_hidden(found)
    assert not is_hidden(asked(SITUATIONS["past_due"], Action.SEATS_ADD))


def test_who_may_buy_is_named() -> None:
    people = (Person("a", "Alice", Role.BUYER), Person("b", "Bo", Role.BILLING_ADMIN), Person("v", "Vera", Role.VIEWER))
    found = reasons(account(people=people), offer(), Action.SEATS_ADD, None, VIEWER, TODAY)
    assert [reason.remedy.facts for reason in found if reason.remedy] == [{"names": "Alice, Bo"}]


def test_staff_meet_the_customers_rules() -> None:
    helper = replace(ALICE, staff="Sam of Northline")
    assert asked(situation(actor=helper), Action.SEATS_ADD) == ()
    assert codes(asked(situation(actor=helper, processor="oldshop"), Action.SEATS_ADD)) == ["legacy_processor"]


def test_turning_on_renewal_warns_of_a_card_that_expires_before_it() -> None:
    expiring = only(replace(CARD, expires_on=day("2027-01-31")), auto_renew=False)
    question = (expiring, offer(), Action.AUTO_RENEW_ON, expiring.subscriptions[0], ALICE, TODAY)
    assert reasons(*question) == ()
    assert codes(warnings(*question)) == ["payment_method_expired"]
    assert codes(asked(situation(state=expiring), Action.BUY_AGAIN)) == ["not_ended"]


def test_what_is_unpaid_is_paid_before_it_is_bought_again() -> None:
    (why,) = asked(situation(status=SubscriptionStatus.PAST_DUE), Action.BUY_AGAIN)
    assert (why.code, why.remedy and why.remedy.code) == ("not_ended", "pay_now")


def test_a_resellers_name_and_contact_are_in_the_remedy() -> None:
    (reason,) = asked(SITUATIONS["bought_from_reseller"], Action.SEATS_ADD)
    assert reason.remedy is not None
    assert reason.remedy.facts == {"subscription": "s1", "reseller": "Softhuis", "contact": "sales@softhuis.example"}
    nameless = situation(channel=Channel.RESELLER)
    assert [why.remedy and why.remedy.code for why in asked(nameless, Action.SEATS_ADD)] == ["contact_support"]


def test_an_extension_is_not_a_term_renewed_ahead() -> None:
    extension = paid(day("2027-03-01"), day("2027-06-01"), "420.00", kind=PeriodKind.EXTENSION, denominator=366)
    extended = situation(periods=(paid(), extension), renews_on=day("2027-06-01"))
    assert codes(asked(extended, Action.RENEW_EARLY)) == ["renewal_window_not_open"]


def test_what_has_not_begun_is_not_renewed_ahead_either() -> None:
    """Its only term is to come, and no next one is paid."""
    eve = day("2026-02-28")
    assert codes(asked(situation(eve), Action.RENEW_EARLY)) == ["renewal_window_not_open"]
    ahead = situation(eve, periods=(paid(), NEXT_TERM), renews_on=day("2028-03-01"))
    assert codes(asked(ahead, Action.RENEW_EARLY)) == ["renewal_window_not_open"]


def test_what_is_over_has_begun() -> None:
    """An expired one of which only an extension is left to come, and one without any period."""
    later = paid(day("2027-03-01"), day("2027-06-01"), denominator=366, kind=PeriodKind.EXTENSION)
    expired = situation(status=SubscriptionStatus.EXPIRED, periods=(later,), renews_on=day("2027-06-01"))
    assert "not_begun" not in codes(asked(expired, Action.SEATS_ADD))
    assert "not_begun" not in codes(asked(situation(periods=()), Action.SEATS_ADD))


@given(on=st.dates(day("2020-01-01"), day("2027-02-28")))
def test_seats_are_never_charged_for_the_whole_term_but_on_its_first_day(on: date) -> None:
    """A quote for a day before the first one would be for all of it."""
    ask = Request(ALICE, AddSeats("s1", 1))
    if on < day("2026-03-01"):
        with pytest.raises(Refusal) as refused:
            plan(account(subscription()), offer(), ask, on)
        assert "not_begun" in codes(refused.value.reasons)
    else:
        charged = plan(account(subscription()), offer(), ask, on).net
        assert (charged == usd("465.00")) == (on == day("2026-03-01"))
