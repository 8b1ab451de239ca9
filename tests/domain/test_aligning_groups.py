"""Groups to align at their edges: which comes first, which is nearest, what can be made to fit, and until when."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest

from tenor.domain.account import CarriedLine, ChangeKind, MethodStatus, OpenOrder, Subscription
from tenor.domain.alignment import Grouping, Outsider, grouping
from tenor.domain.changes.align_dates import latest_date
from tenor.domain.effects import AddPeriod, MoveRenewal, Schedule
from tenor.domain.eligibility import Action
from tenor.domain.offer import Offer, TaxRate, TaxRegistration
from tenor.domain.planner import plan
from tenor.domain.preparation import aligning_methods, prepare
from tenor.domain.quote import LineKind, Quote
from tenor.domain.refusals import Refusal
from tenor.domain.requests import AlignDates, Request
from tenor.domain.terms import Period, Term, boundary
from tests.domain.builders import (
    ALICE,
    CARD,
    DEBIT,
    RENEWS,
    STARTED,
    TODAY,
    account,
    day,
    entry,
    offer,
    paid,
    scheduled,
    subscription,
    usd,
)

SECOND = replace(CARD, id="card2", label="Visa 1111", is_default=False)
METHODS = (SECOND, CARD, DEBIT)
JUNE = date(2027, 6, 1)


def owned(
    one: str, months: int = 12, method: str | None = "card", renews_on: date = RENEWS, **more: Any
) -> Subscription:
    """One paid for a term that ends on its renewal date."""
    starts = boundary(renews_on, -months)
    return subscription(
        id=one,
        number=f"SUB-{one}",
        term=Term(months),
        method_id=method,
        anchor=renews_on,
        renews_on=renews_on,
        periods=(paid(starts, renews_on),),
        **more,
    )


def several(count: int, months: int = 12, method: str = "card") -> list[Subscription]:
    return [owned(f"{method}{months}-{n}", months, method, RENEWS + timedelta(days=7 * n)) for n in range(1, count + 1)]


def grouped(*found: Subscription) -> Grouping:
    return grouping(account(*found, methods=METHODS), offer(), ALICE, TODAY)


def outside(*found: Subscription) -> Outsider:
    (one,) = grouped(*found).outsiders
    return one


def test_one_alone_is_not_aligned_with_anything() -> None:
    (group,) = grouped(owned("s1")).groups
    assert not group.is_aligned


def test_the_largest_group_comes_first_and_names_its_own_method() -> None:
    found = grouped(*several(2, 36, "debit"), *several(3, 1, "card")).groups
    assert [(len(group.subscriptions), group.months, group.method.id) for group in found] == [
        (3, 1, "card"),
        (2, 36, "debit"),
    ]


def test_of_groups_equally_near_the_larger_one_is_shown_the_way_to() -> None:
    one = outside(*several(3, 12, "card"), *several(2, 12, "debit"), owned("alone", 12, "card2"))
    (reason,) = one.reasons
    assert reason.facts["others_method"] == "Visa 4242"


def test_of_groups_as_large_and_as_near_the_longer_term_is_shown_the_way_to() -> None:
    one = outside(*several(2, 12, "card"), *several(2, 36, "card"), owned("alone", 1, "card"))
    (reason,) = one.reasons
    assert reason.facts["others_months"] == 36


def test_one_thing_that_cannot_be_mended_is_enough() -> None:
    one = outside(*several(2), owned("alone", auto_renew=False, processor="oldshop"))
    assert {reason.code for reason in one.reasons} == {"legacy_processor", "auto_renew_off"}
    assert not one.can_be_prepared


# --- the date -----------------------------------------------------------------------------------------------------


def test_the_last_possible_date_is_less_than_a_term_after_the_earliest() -> None:
    assert latest_date((owned("s1"), owned("s2", renews_on=JUNE))) == day("2028-02-29")
    assert latest_date((owned("s1", 1), owned("s2", 1))) == day("2027-03-31")


def aligned(*found: Subscription, northline: Offer | None = None, **more: Any) -> Quote:
    ask = AlignDates(tuple(one.id for one in found), **more)
    return plan(account(*found, methods=METHODS), northline or offer(), Request(ALICE, ask), TODAY)


def refused(*found: Subscription, northline: Offer | None = None, **more: Any) -> Refusal:
    with pytest.raises(Refusal) as stopped:
        aligned(*found, northline=northline, **more)
    return stopped.value


def test_as_many_may_be_chosen_as_the_policy_says() -> None:
    three, two_at_once = several(3), offer(policy={"most_at_once": 2})
    assert len(aligned(*three[:2], northline=two_at_once).lines) == 1
    assert refused(*three, northline=two_at_once).code == "too_many_chosen"


@pytest.mark.parametrize("included", [True, False])
def test_an_extension_has_the_tax_in_it_that_its_price_has(included: bool) -> None:
    northline = offer(prices=(entry("465.00", "420.00", tax_included=included),))
    added = [each for each in aligned(*several(2), northline=northline).effects if isinstance(each, AddPeriod)]
    assert [each.paid.tax_included for each in added] == [included]


@pytest.mark.parametrize("included", [True, False])
def test_what_waited_without_a_word_about_its_tax_is_taken_as_the_prices_beside_it(included: bool) -> None:
    """Small lines that were stored before their tax was kept with them."""
    prices = (entry("465.00", "420.00", tax_included=included),)
    vat = (TaxRate("SE", Fraction(1, 4), STARTED, "test"),)
    northline = offer(prices=prices, tax_rates=vat, registrations=(TaxRegistration("SE", "SE556677889901"),))
    span = Period(TODAY, RENEWS)
    small = CarriedLine("c1", "N-7", "card12-1", "studio", "standard", 1, span, usd("465.00"), 365, usd("5.00"))
    state = account(*several(2), methods=METHODS, country="SE", carried=(small,))
    found = plan(state, northline, Request(ALICE, AlignDates(("card12-1", "card12-2"))), TODAY)
    assert [(line.kind, line.tax and line.tax.included) for line in found.lines] == [
        (LineKind.EXTENSION, included),
        (LineKind.CARRIED, included),
    ]


# --- preparing ----------------------------------------------------------------------------------------------------


def codes(refusal: Refusal) -> list[str]:
    return [reason.code for reason in refusal.reasons]


def test_one_alone_is_not_prepared_for_anything() -> None:
    assert codes(refused(owned("s1", auto_renew=False), prepare=True)) == ["auto_renew_off", "fewer_than_two"]


def test_preparing_what_is_alike_already_is_aligning_it() -> None:
    two = several(2)
    assert aligned(*two, prepare=True).fingerprint == aligned(*two).fingerprint
    assert any(isinstance(each, MoveRenewal) for each in aligned(*two, prepare=True).effects)


def test_what_renews_on_one_date_is_made_alike_without_a_charge_unless_something_is_in_the_way() -> None:
    off, on = owned("s1", auto_renew=False), owned("s2")
    turned = aligned(off, on, prepare=True)
    assert (turned.lines, [each.kind for each in turned.effects]) == ((), ["schedule"])
    held = replace(on, open_order=OpenOrder("o1", "N-1", "submitted"))
    assert codes(refused(off, held, prepare=True)) == ["open_order"]


def test_each_step_of_a_preparation_has_to_be_open() -> None:
    """A term that nobody may change keeps all of them apart."""
    care = owned("s3", 1, processor="oldshop")
    found = refused(*several(2), care, prepare=True)
    assert (found.code, found.facts["action"]) == ("not_eligible", str(Action.ALIGN))
    assert codes(found) == ["legacy_processor"]
    both = refused(*several(2), replace(care, method_id="debit", auto_renew=False), prepare=True)
    assert codes(both) == ["legacy_processor"], "once, though two steps are closed by it"


def test_those_of_another_term_wait_and_the_others_are_aligned_today() -> None:
    two, monthly = several(2), owned("s3", 1)
    ready = prepare(account(*two, monthly, methods=METHODS), offer(), ALICE, (*two, monthly), None, TODAY)
    assert [one.id for one in ready.now] == [one.id for one in two]
    assert [one.id for one in ready.later] == ["s3"]
    assert ready.effects == (Schedule("s3", ChangeKind.TERM, None, "12", RENEWS, ready.effects[0].unit_price),)  # type: ignore[union-attr]


@pytest.mark.parametrize(("months", "before"), [(12, []), (36, [("36", "12")])])
def test_only_the_others_term_needs_no_entry_of_its_own(months: int, before: list[tuple[str, str]]) -> None:
    two, monthly = several(2), owned("s3", 1, scheduled=(scheduled(ChangeKind.TERM, months),))
    ready = prepare(account(*two, monthly, methods=METHODS), offer(), ALICE, (*two, monthly), None, TODAY)
    assert [(each.before, each.after) for each in ready.effects if isinstance(each, Schedule)] == before


def test_a_method_that_cannot_be_charged_aligns_nothing() -> None:
    pending = replace(DEBIT, status=MethodStatus.MANDATE_PENDING)
    expired = replace(SECOND, expires_on=day("2026-10-31"))
    assert aligning_methods(account(methods=(expired, pending, CARD)), offer(), TODAY) == (CARD,)
