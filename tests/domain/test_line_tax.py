"""Every line keeps the tax it was sold with: tables of docs/domain/tax.md, and what lives through a change of tax."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tenor.domain.account import CarriedLine, ComingTerm, PeriodKind, PriceKind
from tenor.domain.catalog import PriceBook
from tenor.domain.effects import BillCarried, GiveBack
from tenor.domain.forecast import forecast
from tenor.domain.line_tax import LineTax
from tenor.domain.orders import charges
from tenor.domain.quote import Collection, LineKind, Quote, QuoteLine, canonical
from tenor.domain.refusals import Refusal
from tenor.domain.requests import AddSeats, RenewEarly, ReturnOrder
from tenor.domain.tax import totals
from tests.domain.builders import account, day, entry, item, paid, subscription, usd
from tests.domain.documents import quote as plain_quote
from tests.domain.story import Story
from tests.domain.taxed_story import BOUGHT, EARLY, changed, nordic, sold, upgrade, who
from tests.support import tables

KEPT = tables.rows("tax", "A line keeps its tax")


def told(tax: LineTax) -> str:
    """As the page writes it: "S 25.5 in it"."""
    percent = tax.decision.rate * 100
    number = str(percent.numerator) if percent.denominator == 1 else f"{float(percent):g}"
    return f"{tax.decision.category} {number} {'in it' if tax.included else 'added'}"


def customer(cell: str) -> tuple[str, bool]:
    """ "SE consumer, included" is a customer of the page to whom prices are shown with tax."""
    text, _, included = cell.partition(", ")
    return text, included == "included"


def line_of(planned: Quote, kind: LineKind) -> tuple[QuoteLine, LineTax]:
    [found] = [pair for pair in zip(planned.lines, planned.taxes, strict=True) if pair[0].kind is kind]
    return found


@pytest.mark.parametrize("row", KEPT, ids=tables.ids(KEPT, "sold on", "to", "by then"))
def test_table_of_what_is_credited_under_another_tax(row: dict[str, str]) -> None:
    then, was_included = customer(row["to"])
    now, included = customer(row["by then"])
    story = sold(then, day(row["sold on"]), included=was_included)
    planned = upgrade(changed(story, now, day(row["changed on"]), included=included))
    credit, its_tax = line_of(planned, LineKind.CREDIT)
    charge, its_tax_then = line_of(planned, LineKind.PLAN)
    assert (credit.amount.plain(), told(its_tax)) == (row["credit"], row["its tax"])
    assert (charge.amount.plain(), told(its_tax_then)) == (row["charge"], row["its tax then"])
    assert [planned.net.plain(), planned.tax_total.plain(), planned.total.plain()] == [
        row["net"],
        row["tax"],
        row["total"],
    ]
    assert its_tax.decision == story.orders[0].quote.tax
    assert its_tax_then.decision == planned.tax


def test_a_vat_id_that_came_gives_back_the_tax_that_was_paid_even_where_the_charge_is_too_small_for_it() -> None:
    """The total falls below zero: what the credit is more than the charge goes to the balance, or nothing is sold."""
    story = changed(sold("NL business", day("2026-06-01")), "NL business NL123456789B01", day("2026-06-02"))
    prices = (entry("465.00", valid_from=EARLY), entry("470.00", of=item(plan="premium"), valid_from=EARLY))
    story.offer = replace(story.offer, book=PriceBook(prices))
    planned = upgrade(story)
    # 1,406.14 without tax, and 1,391.18 back with 292.15 of it
    assert (planned.total, planned.to_balance) == (usd("-277.19"), usd("277.19"))

    story.offer = replace(story.offer, policy=replace(story.offer.policy, credit_kept_on_balance=False))
    with pytest.raises(Refusal) as refused:
        upgrade(story)
    assert (refused.value.code, refused.value.facts["total"]) == ("credit_exceeds_charge", usd("-277.19"))


def test_a_second_upgrade_credits_each_line_with_its_own_tax() -> None:
    """Seats before and after the Finnish rise, and the plan since: three sales, two rates."""
    story = sold("FI business", day("2024-06-01"))
    story.today = day("2024-08-01")
    story.do(AddSeats(BOUGHT, 2))
    story.today = day("2024-10-01")
    story.do(AddSeats(BOUGHT, 1))
    story.today = day("2024-11-01")
    first = upgrade(story)
    credited = [told(tax) for line, tax in zip(first.lines, first.taxes, strict=True) if line.amount.minor < 0]
    assert credited == ["S 24 added", "S 24 added", "S 25.5 added"]
    story.carry_out(first)
    story.today = day("2025-01-01")
    second = upgrade(story, "ultimate")
    credited = [told(tax) for line, tax in zip(second.lines, second.taxes, strict=True) if line.amount.minor < 0]
    assert credited == ["S 25.5 added"] * 3


def test_a_term_paid_ahead_before_a_rise_is_credited_at_its_own_rate() -> None:
    story = sold("FI business", day("2023-09-15"))
    story.today = day("2024-08-01")
    story.do(RenewEarly((BOUGHT,), "card"))
    story.today = day("2024-09-10")
    planned = upgrade(story)
    credits_ = [(line.amount, told(tax)) for line, tax in zip(planned.lines, planned.taxes, strict=True)]
    assert [each for each in credits_ if each[0].minor < 0] == [
        (usd("-19.06"), "S 24 added"),
        (usd("-1260.00"), "S 24 added"),
    ]
    assert [told(tax) for tax in planned.taxes][1::2] == ["S 25.5 added", "S 25.5 added"]


def test_what_was_paid_elsewhere_is_credited_at_the_rate_of_its_first_day() -> None:
    owned = subscription(id=BOUGHT, anchor=day("2024-06-01"), renews_on=day("2025-06-01"))
    owned = replace(owned, periods=(paid(day("2024-06-01"), day("2025-06-01")),))
    story = Story(account(owned, **who("FI business")), nordic(), day("2024-10-01"))
    assert upgrade(story).total == usd("1179.47")
    with_tax = replace(owned, periods=(replace(owned.periods[0], tax_included=True),))
    story = Story(account(with_tax, **who("FI business")), nordic(), day("2024-10-01"))
    assert [told(tax) for tax in upgrade(story).taxes] == ["S 24 in it", "S 25.5 added"]


def test_what_is_older_than_the_table_of_rates_is_credited_at_the_rate_of_today() -> None:
    owned = subscription(id=BOUGHT, anchor=day("2024-06-01"), renews_on=day("2025-06-01"))
    owned = replace(owned, periods=(paid(day("2024-06-01"), day("2025-06-01")),))
    late = tuple(rate for rate in nordic().tax_rates if rate.valid_from >= day("2024-09-01"))
    story = Story(account(owned, **who("FI business")), replace(nordic(), tax_rates=late), day("2024-10-01"))
    assert {told(tax) for tax in upgrade(story).taxes} == {"S 25.5 added"}


@pytest.mark.parametrize(("was", "included"), [(False, True), (True, False)])
def test_seats_for_days_that_keep_their_price_keep_its_inclusion(was: bool, included: bool) -> None:
    """The current term is at today's price; the extension and the term ahead at theirs, and so with theirs."""
    end, extended, ahead = day("2027-03-01"), day("2027-06-01"), day("2028-06-01")
    owned = subscription(
        id=BOUGHT,
        renews_on=ahead,
        anchor=extended,
        periods=(
            replace(paid(), tax_included=was),
            replace(paid(end, extended, "420.00", kind=PeriodKind.EXTENSION, denominator=366), tax_included=was),
            replace(paid(extended, ahead, "420.00", price_kind=PriceKind.RENEWAL), tax_included=was),
        ),
        coming=ComingTerm(extended, 12, "standard", 3),
    )
    story = Story(account(owned, **who("SE consumer")), nordic(included=included), day("2026-11-21"))
    assert [tax.included for tax in story.plan(AddSeats(BOUGHT, 1)).taxes] == [included, was, was]


def test_paid_periods_remember_how_they_were_priced() -> None:
    story = sold("SE consumer", day("2026-06-01"), included=True)
    assert [one.tax_included for one in story.state.subscription(BOUGHT).periods] == [True]
    changed(story, "SE consumer", day("2026-10-01"))
    story.carry_out(upgrade(story))
    assert [one.tax_included for one in story.state.subscription(BOUGHT).periods] == [True, False]


# --- what waits ---------------------------------------------------------------------------------------------------


def waiting(story: Story) -> tuple[Quote, CarriedLine]:
    """One seat for three days, too small to be collected: its order, and its line as it waits."""
    story.offer = replace(story.offer, policy=replace(story.offer.policy, gateway_minimum={"USD": 1000}))
    small = story.do(AddSeats(BOUGHT, 1))
    assert small.collection is Collection.CARRIED
    [line], order = small.lines, story.orders[-1]
    waits = CarriedLine(
        "w1", order.number, BOUGHT, "studio", "standard", 1, line.span, line.unit_price, line.denominator, line.amount,
        small.taxes[0],
    )  # fmt: skip
    story.orders = (*story.orders[:-1], replace(order, waiting=("w1",)))
    story.state = replace(story.state, carried=(waits,))
    return small, waits


def test_what_waited_through_a_rise_is_billed_at_the_rate_of_its_sale() -> None:
    story = sold("FI business", day("2023-09-03"))
    story.today = day("2024-08-31")
    small, _ = waiting(story)
    story.today = day("2024-09-01")
    planned = story.plan(RenewEarly((BOUGHT,), "card"))
    assert [told(tax) for tax in planned.taxes] == ["S 25.5 added", "S 24 added"]
    assert planned.total == usd("1680.00") + usd("428.40") + small.total
    assert BillCarried(("w1",)) in planned.effects


def test_what_waited_and_nobody_kept_its_tax_is_billed_at_the_rate_of_its_first_day() -> None:
    story = sold("FI business", day("2023-09-03"))
    story.today = day("2024-08-31")
    small, waits = waiting(story)
    story.state = replace(story.state, carried=(replace(waits, tax=None),))
    story.today = day("2024-09-01")
    planned = story.plan(RenewEarly((BOUGHT,), "card"))
    assert planned.taxes[1] == small.taxes[0]


def test_what_waited_without_tax_joins_a_renewal_priced_with_it() -> None:
    story = sold("SE consumer", day("2025-09-03"))
    story.today = day("2026-08-30")
    small, _ = waiting(story)
    changed(story, "SE consumer", day("2026-08-31"), included=True)
    story.offer = replace(story.offer, policy=replace(story.offer.policy, gateway_minimum={"USD": 1000}))
    planned = story.plan(RenewEarly((BOUGHT,), "card"))
    assert [told(tax) for tax in planned.taxes] == ["S 25 in it", "S 25 added"]
    assert planned.total == usd("1680.00") + small.total
    assert len(planned.tax_lines) == 2


def test_a_small_order_goes_back_from_a_mixed_invoice_with_its_own_tax() -> None:
    story = sold("FI business", day("2023-09-03"))
    story.today = day("2024-08-31")
    small, _ = waiting(story)
    story.today = day("2024-09-01")
    story.do(RenewEarly((BOUGHT,), "card"))
    order, bill = story.orders[-2], story.orders[-1]
    billed = replace(order, waiting=(), billed_by=bill)
    story.orders = (*story.orders[:-2], billed, bill)
    with pytest.raises(Refusal):  # the renewal builds on it, and goes first
        story.plan(ReturnOrder(order.id))
    renewal = story.plan(ReturnOrder(bill.id))
    assert [told(tax) for tax in renewal.taxes] == ["S 25.5 added"]
    assert renewal.total == -bill.quote.total + small.total
    [note] = [effect for effect in renewal.effects if isinstance(effect, GiveBack)]
    assert note.taxes == (usd("-428.40"), usd("0.00"))
    story.carry_out(renewal)
    story.orders = tuple(
        replace(each, billed_by=replace(bill, credited=(note,))) if each.id == order.id else each
        for each in story.orders
    )
    rest = story.plan(ReturnOrder(order.id))
    assert (rest.total, [told(tax) for tax in rest.taxes]) == (-small.total, ["S 24 added"])


def test_a_forecast_lets_what_is_too_small_wait_with_its_tax() -> None:
    monthly = subscription(id=BOUGHT, seats=1)
    state = account(monthly, **who("SE consumer"))
    small = replace(nordic(included=True), policy=replace(nordic().policy, gateway_minimum={"USD": 60_000}))
    found = forecast(state, small, day("2026-11-21"), months=30)
    second = found[1].quote
    assert second is not None
    assert [told(tax) for tax in second.taxes] == ["S 25 in it", "S 25 in it"]


# --- stored without -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("included", [False, True])
def test_a_quote_that_was_stored_without_taxes_of_lines_has_the_same_canonical_form(included: bool) -> None:
    old = plain_quote([usd("100.00"), usd("10.00")], Fraction(1, 4), tax_included=included)
    bare = [replace(line, country="", rule="", included=None) for line in old.tax_lines]
    old = replace(old, tax_lines=tuple(bare))
    told_form = canonical(old)
    assert isinstance(told_form, dict)
    assert all("tax" not in line for line in told_form["lines"])
    assert set(told_form["tax_lines"][0]) == {"category", "rate", "net", "tax"}
    assert old.taxes == (LineTax(old.tax, included),) * 2


def test_a_fingerprint_covers_the_tax_of_each_line() -> None:
    story = changed(sold("FI business", day("2024-06-01")), "FI business", day("2024-10-01"))
    planned = upgrade(story)
    credit = planned.lines[0]
    assert credit.tax is not None
    other = replace(credit, tax=LineTax(replace(credit.tax.decision, rule="seller_country"), included=False))
    assert replace(planned, lines=(other, *planned.lines[1:])).fingerprint != planned.fingerprint


# --- laws ---------------------------------------------------------------------------------------------------------

SALES = st.sampled_from(
    (
        "SE consumer",
        "FI business",
        "FI business FI12345678",
        "DE consumer",
        "NO business",
        "CA NS business",
        "US business",
        "IE consumer",
    )
)
DAYS = st.dates(date(2020, 1, 1), date(2026, 6, 1))


@given(SALES, SALES, DAYS, st.integers(0, 360), st.booleans(), st.booleans(), st.integers(1, 40))
def test_law_a_credit_has_the_tax_of_its_sale_and_a_return_restores_every_cent(
    then: str, now: str, on: date, later: int, was: bool, included: bool, seats: int
) -> None:
    story = sold(then, on, included=was, seats=seats)
    changed(story, now, on + timedelta(days=later), included=included)
    before, sale = story.state, story.orders[0].quote
    try:
        planned = upgrade(story)
    except Refusal:  # the credit is more than the charge: a long rebate of tax
        assume(False)
    credit, tax = line_of(planned, LineKind.CREDIT)
    assert tax == sale.taxes[0]
    assert tax.included == was
    charge, its_tax = line_of(planned, LineKind.PLAN)
    assert its_tax == LineTax(planned.tax, included)
    if tax.kind != its_tax.kind:
        apart = totals([credit.amount], sale.tax, was), totals([charge.amount], planned.tax, included)
        assert planned.total == apart[0].total + apart[1].total
    story.carry_out(planned)
    if planned.collection is not Collection.GATEWAY:
        return
    given_back = story.give_back()
    assert (given_back.net, given_back.tax_total, given_back.total) == (
        -planned.net,
        -planned.tax_total,
        -planned.total,
    )
    assert sorted(map(str, given_back.taxes)) == sorted(map(str, planned.taxes))
    assert story.state == before
    assert [charge.tax for charge in charges(story.orders, story.state.subscription(BOUGHT), story.today)] == [tax]
