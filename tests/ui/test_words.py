"""Every code has its words, every sentence gets the facts it names, and the worked examples read as they should."""

import re
from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any, get_args

import pytest
from django.utils import translation
from django.utils.functional import Promise

from tenor.domain.account import ChangeKind, Channel, MethodKind, Role, Subscription, SubscriptionStatus
from tenor.domain.catalog import PlanKind
from tenor.domain.differences import Difference
from tenor.domain.effects import BillCarried, Schedule
from tenor.domain.eligibility import Action, available_actions
from tenor.domain.explanation import Explanation, Fact
from tenor.domain.money import Money
from tenor.domain.planner import plan
from tenor.domain.quote import Collection, Quote
from tenor.domain.refusals import Reason, Refusal, Remedy, Scope
from tenor.domain.requests import AddSeats, Ask, ChangeTerm, Request
from tenor.domain.tax import TaxCategory, TaxDecision, TaxLine
from tenor.gateways.payments.sandbox.server import behaviours
from tenor.ui import words
from tenor.ui.statuses import LOOKS
from tenor.ui.words import eligibility, explanations, orders, refusals, tax, upcoming, values
from tests.domain.builders import ALICE, TODAY, account, offer, scheduled, subscription, usd
from tests.ui import codes

LANGUAGES = ["en", "sv", "nl"]
LOCALES = {"en": "en_US", "sv": "sv_SE", "nl": "nl_NL"}
TABLES: dict[str, Mapping[str, Promise]] = {
    "reasons": eligibility.REASONS,
    "reasons without facts": eligibility.WITHOUT,
    "remedies": eligibility.REMEDIES,
    "refusals": refusals.REFUSALS,
    "explanations": explanations.RULES,
    "tax": tax.RULES,
    "differences": upcoming.DIFFERENCES,
}
STATES = {
    "order_*": {"order_failed", "order_canceled", "order_expired"},
    "payment_*": {f"payment_{s}" for s in "succeeded requires_action processing failed canceled reversed".split()},
    "subscription_*": {f"subscription_{status}" for status in LOOKS["subscription"]},
}
FACTS: dict[str, Fact] = {
    "count": 26,
    "payment": Money(45000, "USD"),
    "tax": "VAT",
    "whose": "Swedish VAT",
    **dict.fromkeys(["price", "list_price", "unit_price", "amount", "charged", "credited", "total"], usd("465.00")),
    **dict.fromkeys(["valid_from", "starts_on", "ends_on", "since", "discontinued_on", "opens_on"], TODAY),
    **dict.fromkeys(["renews_on", "paid_until", "closed_on", "expired_on", "ended_on", "last_day"], TODAY),
    **dict.fromkeys(["earliest", "latest", "term_ends_on"], TODAY),
    "methods": "Visa 4242, SEPA 3000",
    "numbers": "S-000001, S-000002",
    **dict.fromkeys(["seats", "minimum", "maximum", "asked", "scheduled", "days", "chosen", "most"], 3),
    **dict.fromkeys(
        [
            "territory",
            "name",
            "names",
            "person",
            "email",
            "number",
            "order",
            "method",
            "others_method",
            "reseller",
            "contact",
        ],
        "Words",
    ),
    **dict.fromkeys(["action", "status", "price_kind"], "words"),
    **dict.fromkeys(["before", "after"], usd("420.00")),
    "announced_on": TODAY,
    "product": "studio",
    "other_plan": "premium",
    "plan": "standard",
    "months": 12,
    "others_months": 36,
    "percent": 10,
    "denominator": 365,
    "country": "NL",
    "role": "viewer",
    "kind": "card",
    "allowed": "card, direct_debit",
    "left": 3,
}


def placeholders(sentence: object) -> set[str]:
    return set(re.findall(r"%\((\w+)\)s", str(sentence)))


# --- no code without words ----------------------------------------------------------------------------------------


def test_every_refusal_has_a_sentence_made_of_facts_it_always_gets() -> None:
    found = codes.refusals()
    assert len(found) > 20
    assert set(found) == set(refusals.REFUSALS)
    unknown = {
        code: missing
        for code, places in found.items()
        for facts in places
        if facts is not None
        and (missing := placeholders(refusals.REFUSALS[code]) - facts - ({"tax"} if "country" in facts else set()))
    }
    assert unknown == {}


def test_every_reason_and_remedy_has_a_sentence() -> None:
    assert len(codes.reasons()) > 25
    assert codes.reasons() == set(eligibility.REASONS)
    assert codes.remedies() == set(eligibility.REMEDIES)


def test_reasons_are_made_of_facts_that_their_rule_gives() -> None:
    given = codes.facts_of_rules()
    same_name = [code for code in eligibility.REASONS if given.get(code)]
    assert len(same_name) > 18
    missing = {code: placeholders(eligibility.REASONS[code]) - given[code] for code in same_name}
    assert {code: names for code, names in missing.items() if names} == {}


def test_every_rule_of_arithmetic_and_of_tax_has_a_sentence() -> None:
    assert codes.explanations() == set(explanations.RULES)
    assert codes.tax_rules() == set(tax.RULES)


def test_whatever_a_next_term_changes_has_a_sentence() -> None:
    assert codes.differences() == set(upcoming.DIFFERENCES)


def test_whatever_an_order_waits_for_has_words() -> None:
    assert codes.waiting() == set(orders.WAITING)


def test_history_and_mail_have_words_for_every_kind() -> None:
    told = {kind for found in codes.told("tell", place=1) for kind in STATES.get(found, {found})}
    assert told >= {"order_placed", "payment_failed", "subscription_past_due"}
    assert told - set(orders.EVENTS) == set()


def test_every_member_of_an_enum_that_people_see_has_words() -> None:
    with translation.override("en"):
        assert [words.action(code) for code in Action]
        assert [words.role(code) for code in Role]
        assert [words.method_kind(code) for code in MethodKind]
        assert [words.plan_kind(code) for code in PlanKind]
        assert [words.collection(code) for code in Collection]
    assert set(orders.ACTIONS) >= set(Action)
    assert set(orders._SCHEDULED) == set(orders._TAKEN_BACK) == set(ChangeKind)


def test_every_order_has_a_title() -> None:
    planned = {
        code
        for tree in codes.trees("domain")
        for call in codes.calls(tree, "Draft")
        for code in codes.strings(codes.argument(call, 0, "action"))
    }
    asked = {ask.__dataclass_fields__["kind"].default for ask in get_args(Ask)}
    assert {"renew", "buy"} <= planned
    assert planned | asked <= set(orders.ORDER_ACTIONS)
    assert asked <= set(orders.EVENTS)


def test_every_decline_of_the_sandbox_has_its_reason() -> None:
    outcomes = [*behaviours.AT_ONCE.values(), *behaviours.AT_SETTLEMENT.values(), behaviours.BANK_REFUSED]
    declined = {outcome.code for outcome in outcomes if outcome.code}
    assert len(declined) >= 5
    assert declined <= set(orders.DECLINES)
    assert words.decline("a code of another gateway") == words.decline("generic_decline")


def test_every_text_of_an_invoice_has_words() -> None:
    assert set(tax.TEXTS) == {"reverse_charge", "export", "out_of_scope"}


# --- every sentence renders ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("table", "code"), [(table, code) for table, found in TABLES.items() for code in found])
def test_a_sentence_is_complete_in_every_language(table: str, code: str, language: str) -> None:
    with translation.override(language):
        sentence = TABLES[table][code]
        shown = values.fill(sentence, {name: FACTS[name] for name in placeholders(sentence)}, LOCALES[language])
    assert shown
    assert "%(" not in shown
    assert "None" not in shown


@pytest.mark.parametrize("language", LANGUAGES)
def test_whatever_the_rules_of_eligibility_find_can_be_said(language: str) -> None:
    """Real findings, with the facts they really carry."""
    seen = set()
    with translation.override(language):
        for state in _unhappy():
            customer = account(state, country="BR", methods=())
            for found in available_actions(customer, offer(), state, ALICE, TODAY).values():
                for one in words.shown(found, LOCALES[language], lambda remedy: f"/{remedy.code}/"):
                    assert "%(" not in str(one.sentence) + "".join(str(remedy.label) for remedy in one.remedies)
                seen |= {reason.code for reason in found}
    assert len(seen) >= 10


def _unhappy() -> list[Subscription]:
    changes: list[dict[str, Any]] = [
        {"channel": Channel.RESELLER},
        {"processor": "old"},
        {"auto_renew": False},
        {"seats": 1},
        {"seats": 500},
        {"renewal_claimed": True},
        {"renews_on": TODAY},
        *({"status": SubscriptionStatus(status)} for status in LOOKS["subscription"]),
    ]
    return [subscription(**change) for change in changes]


# --- how it reads -------------------------------------------------------------------------------------------------


def planned(ask: AddSeats | ChangeTerm) -> Quote:
    return plan(account(), offer(), Request(ALICE, ask), TODAY)


def said(explanation: Explanation, language: str) -> list[str]:
    with translation.override(language):
        steps = words.explain(explanation, LOCALES[language], words.Names.of(offer()))
    return [str(step.sentence).replace("\xa0", " ") for step in steps]


@pytest.mark.parametrize(
    ("language", "last"),
    [
        ("en", "$465.00 a seat × 3 seats × 100 of 365 days (November 21, 2026 to March 1, 2027)"),
        (
            "sv",
            "465,00 US$ per användarplats × 3 användarplatser × 100 av 365 dagar (21 november 2026 till 1 mars 2027)",
        ),
        ("nl", "US$ 465,00 per seat × 3 seats × 100 van 365 dagen (21 november 2026 tot 1 maart 2027)"),
    ],
)
def test_three_seats_with_a_hundred_days_left(language: str, last: str) -> None:
    explained = planned(AddSeats("s1", 3)).lines[0].explanation
    assert said(explained, language)[-1] == last
    assert explained.result == usd("382.19")
    assert "Northline Studio Standard" in said(explained, language)[0]


def test_a_step_carries_what_it_arrives_at() -> None:
    steps = words.explain(planned(ChangeTerm("s1", 36)).promised[0].explanation, "en_US", words.Names.of(offer()))
    assert [step.amount for step in steps] == [usd("1179.00"), usd("3537.00")]
    assert str(steps[0].sentence).endswith("the list price of $1,310.00, valid from January 1, 2024, less 10%")


def test_a_price_of_a_paid_period_names_its_kind() -> None:
    facts: dict[str, Fact] = {"starts_on": TODAY, "ends_on": date(2027, 3, 1), "kind": "renewal"}
    assert said(Explanation("price_of_period", facts, usd("420.00")), "en")[0].endswith("(special renewal price)")


@pytest.mark.parametrize(
    ("months", "english", "swedish", "dutch"),
    [
        (1, "1 month", "en månad", "één maand"),
        (12, "1 year", "ett år", "één jaar"),
        (36, "3 years", "tre år", "drie jaar"),
        (18, "18 months", "18 månader", "18 maanden"),
        (24, "2 years", "2 år", "2 jaar"),
    ],
)
def test_terms_are_called_what_the_trade_calls_them(months: int, english: str, swedish: str, dutch: str) -> None:
    for language, expected in zip(LANGUAGES, (english, swedish, dutch), strict=True):
        with translation.override(language):
            assert words.term(months) == expected
            assert words.every(months)


@pytest.mark.parametrize(("text", "shown"), [("één maand", "Eén maand"), ("tre år", "Tre år"), ("å", "Å"), ("", "")])
def test_the_first_letter_may_be_a_capital(text: str, shown: str) -> None:
    assert words.capital(text) == shown


def test_a_reason_shows_its_remedy_and_where_it_leads() -> None:
    pay = Remedy("pay_now", {"subscription": "s1"})
    found = Reason("past_due", Scope.SUBSCRIPTION, facts={"subscription": "s1", "since": TODAY}, remedy=pay)
    with translation.override("en"):
        (shown,) = words.shown([found], "en_GB", lambda remedy: f"/{remedy.facts['subscription']}/pay/")
    assert shown.sentence == "A payment has been overdue since 21 November 2026."
    assert (shown.remedies[0].label, shown.remedies[0].url) == ("Pay now", "/s1/pay/")


def test_what_is_not_known_is_left_out() -> None:
    unknown = Reason("bought_from_reseller", Scope.SUBSCRIPTION, facts={"reseller": None})
    assert words.reason(unknown, "en_US") == "You bought this subscription from a reseller."


def test_lists_of_methods_are_read_as_lists() -> None:
    facts: dict[str, Fact] = {"method": "PayPal", "kind": "paypal", "allowed": "card, direct_debit"}
    found = Reason("method_kind_not_allowed", Scope.SUBSCRIPTION, facts=facts)
    assert words.reason(found, "en_US").endswith("It can be paid by card or direct debit.")


def test_a_refusal_names_the_action_and_the_state() -> None:
    with translation.override("en"):
        assert (
            words.refusal(Refusal("not_eligible", {"action": "seats_add"}), "en_US")
            == "“Add seats” is not possible now."
        )
        closed = Refusal("order_not_open", {"order": "10042", "status": "fulfilled"})
        assert words.refusal(closed, "en_US") == "Order 10042 is closed already: Completed."


def test_what_changes_is_told_in_a_line() -> None:
    with translation.override("en"):
        assert [words.effect(done, "en_US") for done in planned(AddSeats("s1", 3)).effects] == ["Seats: from 3 to 6"]
        assert [words.effect(done, "en_US") for done in planned(ChangeTerm("s1", 36)).effects] == [
            "Renews for 3 years from March 1, 2027"
        ]
        off = Schedule("s1", ChangeKind.AUTO_RENEW, None, "off", TODAY)
        assert words.effect(off, "en_US") == "Ends on November 21, 2026: automatic renewal off"
        assert "taken back" in words.effect(Schedule("s1", ChangeKind.TERM, "36", None, TODAY), "en_US")
        assert words.effect(BillCarried(("a",)), "en_US")


def test_a_change_to_come_says_who_scheduled_it() -> None:
    seats = {"seats": 2, "scheduled": 3}
    noted = Difference("seats", "s1", {**seats, "by": "Alice", "scheduled_on": TODAY})
    assert words.difference(noted, "en_US") == (
        "Renews with 2\u00a0seats instead of 3\u00a0seats. Scheduled by Alice on November 21, 2026."
    )
    by_itself = Difference("seats", "s1", {**seats, "by": None, "scheduled_on": None})
    assert words.difference(by_itself, "en_US") == "Renews with 2\u00a0seats instead of 3\u00a0seats."


@pytest.mark.parametrize("kind", ChangeKind)
def test_every_kind_of_scheduled_change_can_be_said(kind: ChangeKind) -> None:
    entry = scheduled(kind, {ChangeKind.PLAN: "premium", ChangeKind.AUTO_RENEW: "on"}.get(kind, "5"))
    names = words.Names.of(offer())
    shown = words.scheduled_change(entry.kind, entry.value, TODAY, "en_US", names=names, product="studio")
    assert "November 21, 2026" in shown
    assert "%(" not in shown
    if kind is ChangeKind.PLAN:
        assert "Premium" in shown


def test_history_says_why_a_payment_was_declined() -> None:
    with translation.override("en"):
        assert words.event("payment_failed", {"decline": "expired_card"}) == "Payment declined. The card has expired."
        assert words.event("payment_succeeded", {"decline": ""}) == "Payment received"


@pytest.mark.parametrize(
    ("country", "rate", "rule", "label"),
    [
        ("SE", Fraction(1, 4), "own_country", "VAT 25%"),
        ("FI", Fraction(51, 200), "destination_oss", "VAT 25.5%"),
        ("CA", Fraction(14975, 100_000), "registered_abroad", "GST/HST 14.975%"),
        ("AU", Fraction(1, 10), "registered_abroad", "GST 10%"),
        ("NL", Fraction(0), "reverse_charge", "Reverse charge"),
        ("US", Fraction(0), "us_not_collected", "No sales tax"),
        ("JP", Fraction(1, 10), "registered_abroad", "Tax 10%"),
    ],
)
def test_tax_is_called_what_its_country_calls_it(country: str, rate: Fraction, rule: str, label: str) -> None:
    decision = TaxDecision(TaxCategory.STANDARD, rate, country, rule)
    with translation.override("en"):
        assert words.tax_label(decision, "en_US") == label
        assert words.tax_reason(decision, "en_US")


def test_tax_is_worked_out_on_the_sum() -> None:
    line = TaxLine(TaxCategory.STANDARD, Fraction(1, 4), Money(10_000, "SEK"), Money(2_500, "SEK"))
    (step,) = words.explain_tax(line, "en_US")
    assert (str(step.sentence).replace("\xa0", " "), step.amount) == ("25% of SEK 100.00", Money(2_500, "SEK"))
    assert words.explain_tax(TaxLine(TaxCategory.EXPORT, Fraction(0), line.net, line.net), "en_US") == []
