"""What a seat costs: the tables of docs/domain/prices.md, which entry holds, and promotions."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tenor.domain.account import CustomerType, PriceKind
from tenor.domain.catalog import PriceBook, PriceEntry, Product, Promotion
from tenor.domain.money import Money
from tenor.domain.offer import PriceGroup
from tenor.domain.pricing import entry_for_renewal, entry_on, has_price, list_price, renewal_price
from tenor.domain.refusals import Refusal
from tenor.domain.terms import MONTHLY, THREE_YEARS, YEARLY, Term
from tests.domain.builders import LONG_AGO, RENEWS, TODAY, account, day, entry, item, offer, usd
from tests.support import tables

RENEWALS = tables.rows("prices", "The special renewal price")
PROMOTED = tables.rows("prices", "Promotions")
ENTRIES = tables.rows("prices", "Which entry a renewal uses")


def promotion(**changes: Any) -> Promotion:
    given: dict[str, Any] = {
        "code": "autumn",
        "name": "Autumn",
        "product": "studio",
        "starts_on": date(2026, 11, 1),
        "ends_on": date(2026, 12, 1),
    }
    given |= {} if "amount" in changes else {"percent": 10}
    return Promotion(**(given | changes))


def cell(text: str) -> str | None:
    return None if text == "-" else text.replace(",", "")


@pytest.mark.parametrize("row", RENEWALS, ids=tables.ids(RENEWALS, "term in months", "list price", "lapsed"))
def test_table_of_the_special_renewal_price(row: dict[str, str]) -> None:
    product = Product("studio", "Studio", renewal_discount_percent=int(row["discount %"]))
    term = item(Term(int(row["term in months"])))
    published = entry(row["list price"].replace(",", ""), cell(row["published renewal price"]), of=term)
    price = renewal_price(
        offer(prices=(published,), products={"studio": product}), published, RENEWS, 1, lapsed=row["lapsed"] == "yes"
    )
    assert price.amount == tables.amount(row["a seat at renewal"], "USD")
    is_special = row["lapsed"] == "no" and term.term.is_long
    assert price.kind is (PriceKind.RENEWAL if is_special else PriceKind.LIST)


@pytest.mark.parametrize("row", PROMOTED, ids=tables.ids(PROMOTED, "list price", "a seat"))
def test_table_of_promotions(row: dict[str, str]) -> None:
    off = cell(row["amount off"])
    running = promotion(amount=usd(off)) if off else promotion(percent=int(row["percent off"]))
    published = entry(row["list price"])
    book = offer(prices=(published,), promotions=(running,))
    price = list_price(book, published, TODAY, int(row["seats"]), first_term=True)
    assert price.amount == tables.amount(row["a seat"], "USD")
    assert price.amount * int(row["seats"]) == tables.amount(row["together"], "USD")
    assert price.explanation.steps[0].result == published.list_price


@pytest.mark.parametrize("row", ENTRIES, ids=tables.ids(ENTRIES, "announced on", "asked on"))
def test_table_of_which_entry_a_renewal_uses(row: dict[str, str]) -> None:
    rise = entry(
        "499.00", valid_from=day(row["the new price holds from"]), announced_on=day(row["announced on"]), id="rise"
    )
    found = entry_for_renewal(offer(prices=(entry("465.00"), rise)), item(), RENEWS, day(row["asked on"]))
    assert found.list_price == tables.amount(row["a seat at list price"], "USD")


def test_the_days_of_notice_are_a_policy() -> None:
    rise = entry("499.00", valid_from=RENEWS, announced_on=RENEWS - timedelta(days=7))
    book = offer(prices=(entry("465.00"), rise), policy={"announcement_days": 7})
    assert entry_for_renewal(book, item(), RENEWS, RENEWS) == rise


def test_a_book_younger_than_its_notice_uses_what_was_announced_first() -> None:
    first = entry("465.00", valid_from=RENEWS - timedelta(days=9), announced_on=RENEWS - timedelta(days=9))
    second = entry("499.00", valid_from=RENEWS - timedelta(days=5), announced_on=RENEWS - timedelta(days=5))
    # Valid before the first, but announced last: it must not change what has been promised since the first.
    third = entry("99.00", valid_from=RENEWS - timedelta(days=20), announced_on=RENEWS - timedelta(days=1))
    book = offer(prices=(first, second, third))
    for days in (9, 5, 1, 0):
        assert entry_for_renewal(book, item(), RENEWS, RENEWS - timedelta(days=days)) == first


def test_what_is_not_sold_is_refused_by_name() -> None:
    later = entry("465.00", valid_from=RENEWS + timedelta(days=1), announced_on=LONG_AGO)
    secret = entry("99.00", of=item(MONTHLY), valid_from=LONG_AGO, announced_on=TODAY + timedelta(days=1))
    book = offer(prices=(later, secret))
    for asked in (item(), item(MONTHLY), item(THREE_YEARS)):
        assert not has_price(book, asked, RENEWS, TODAY)
        with pytest.raises(Refusal) as at_renewal:
            entry_for_renewal(book, asked, RENEWS, TODAY)
        with pytest.raises(Refusal) as now:
            entry_on(book, asked, TODAY)
        facts = {"product": "studio", "plan": "standard", "months": asked.term.months}
        assert (at_renewal.value.code, at_renewal.value.facts) == ("not_sold", facts)
        assert (now.value.code, now.value.facts) == ("not_sold", facts)


def test_business_on_the_spot_uses_the_newest_entry_that_is_valid_and_announced() -> None:
    old, new = entry("465.00"), entry("499.00", valid_from=TODAY, announced_on=TODAY)
    unannounced = entry("599.00", valid_from=TODAY, announced_on=TODAY + timedelta(days=1))
    book = offer(prices=(old, new, unannounced))
    assert entry_on(book, item(), TODAY - timedelta(days=1)) == old
    assert entry_on(book, item(), TODAY) == new
    assert entry_on(book, item(), TODAY + timedelta(days=1)) == unannounced


NOT_RUNNING = {
    "another product": {"product": "render"},
    "another plan": {"plan": "premium"},
    "another term": {"term": MONTHLY},
    "not yet": {"starts_on": TODAY + timedelta(days=1)},
    "no longer": {"ends_on": TODAY},
    "too few seats": {"min_seats": 4},
    "another currency": {"amount": Money(100, "EUR")},
}


@pytest.mark.parametrize("changes", NOT_RUNNING.values(), ids=NOT_RUNNING)
def test_a_promotion_that_does_not_fit_changes_nothing(changes: dict[str, Any]) -> None:
    published = entry("465.00")
    price = list_price(offer(promotions=(promotion(**changes),)), published, TODAY, 3, first_term=True)
    assert (price.amount, price.explanation.rule) == (usd("465.00"), "list_price")


@pytest.mark.parametrize(
    "changes", [{}, {"plan": "standard"}, {"term": YEARLY}, {"starts_on": TODAY}, {"min_seats": 3}]
)
def test_a_promotion_that_fits_is_an_explained_step(changes: dict[str, Any]) -> None:
    price = list_price(offer(promotions=(promotion(**changes),)), entry("465.00"), TODAY, 3, first_term=True)
    assert price.explanation.rule == "promotion_percent"
    assert price.explanation.facts == {"name": "Autumn", "price": usd("465.00"), "percent": 10}
    assert price.explanation.steps[0].rule == "list_price"


def test_of_several_promotions_the_best_is_taken_and_only_that_one() -> None:
    small, big = promotion(percent=5), promotion(code="big", name="Big", amount=usd("100.00"))
    for order in ((small, big), (big, small)):
        price = list_price(offer(promotions=order), entry("465.00"), TODAY, 1, first_term=True)
        assert (price.amount, price.explanation.rule) == (usd("365.00"), "promotion_amount")
        assert price.explanation.facts == {"name": "Big", "price": usd("465.00"), "amount": usd("100.00")}


@pytest.mark.parametrize(("first_term_only", "expected"), [(True, "465.00"), (False, "418.50")])
def test_a_promotion_for_every_term_holds_for_list_prices_at_renewal(first_term_only: bool, expected: str) -> None:
    running = offer(promotions=(promotion(first_term_only=first_term_only),))
    assert renewal_price(running, entry("465.00", "420.00"), TODAY, 1, lapsed=True).amount == usd(expected)


def test_promotions_never_stack_on_the_special_price() -> None:
    running = offer(promotions=(promotion(first_term_only=False),))
    assert renewal_price(running, entry("465.00", "420.00"), TODAY, 1).amount == usd("420.00")


def test_a_customer_sees_the_prices_of_the_first_group_that_fits() -> None:
    groups = (
        PriceGroup("nordic-home", frozenset({"SE", "NO"}), CustomerType.CONSUMER),
        PriceGroup("nordic", frozenset({"SE", "NO"})),
    )
    book = offer(policy={"price_groups": groups})
    assert book.price_group(account(country="SE", customer_type=CustomerType.CONSUMER)) == "nordic-home"
    assert book.price_group(account(country="SE")) == "nordic"
    assert book.price_group(account(country="US")) == ""


@pytest.mark.parametrize(
    "changes",
    [
        {"percent": None},
        {"percent": 5, "amount": usd("1.00")},
        {"percent": 101},
        {"percent": -1},
        {"amount": usd("-1")},
    ],
)
def test_a_promotion_refuses_to_be_nonsense(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="promotion autumn takes"):
        promotion(**changes)


@pytest.mark.parametrize("changes", [{"list_price": Money(1, "EUR")}, {"renewal_price": usd("-1")}])
def test_a_price_entry_keeps_to_its_currency_and_is_never_negative(changes: dict[str, Money]) -> None:
    given: dict[str, Any] = {"list_price": usd("2.00"), "renewal_price": None} | changes
    with pytest.raises(ValueError, match="price entry p1 takes"):
        PriceEntry("p1", item(), valid_from=TODAY, announced_on=TODAY, **given)


days = st.integers(-120, 60).map(lambda n: RENEWS + timedelta(days=n))
entries = st.builds(
    lambda n, valid, announced, gross: entry(
        f"{n}.00", valid_from=valid, announced_on=announced, tax_included=gross, id=f"p{n}"
    ),
    st.integers(1, 9),
    days,
    days,
    st.booleans(),
)


books = st.lists(entries, min_size=1, max_size=6, unique_by=lambda e: e.id)


def with_tax(found: PriceEntry, percent: int) -> int:
    """What a seat costs with that tax, in hundredths of a cent."""
    return found.list_price.minor * (100 if found.tax_included else 100 + percent)


@given(book=books, asked=st.integers(0, 30), percent=st.sampled_from([0, 8, 25, 27]))
def test_what_a_reminder_shows_is_never_followed_by_more(book: list[PriceEntry], asked: int, percent: int) -> None:
    """From the last day of notice on, nothing that is announced can raise the price of the renewal."""
    on = RENEWS - timedelta(days=asked)
    northline = offer(prices=tuple(book))
    assume(has_price(northline, item(), RENEWS, on))
    shown, charged = (entry_for_renewal(northline, item(), RENEWS, day) for day in (on, RENEWS))
    assert with_tax(charged, percent) <= with_tax(shown, percent)


@given(book=books)
def test_nobody_pays_more_than_was_announced_in_time(book: list[PriceEntry]) -> None:
    """And nobody more than what everybody pays who buys on that day, where all prices are alike as to tax."""
    northline = offer(prices=tuple(book))
    in_time = tuple(one for one in book if one.announced_on <= RENEWS - timedelta(days=30))
    assume(has_price(offer(prices=in_time), item(), RENEWS, RENEWS))
    announced = entry_for_renewal(offer(prices=in_time), item(), RENEWS, RENEWS)
    held, sold = entry_for_renewal(northline, item(), RENEWS, RENEWS), entry_on(northline, item(), RENEWS)
    assert with_tax(held, 0) <= with_tax(announced, 0)
    if len({one.tax_included for one in book}) == 1:
        assert held.list_price <= sold.list_price


NO_NOTICE = tables.rows("prices", "A lower price needs no notice")


def written(text: str) -> PriceEntry:
    """The entry of a cell: list/renewal/holds from/announced on, and "gross" where tax is in it."""
    listed, renewed, valid, announced, *gross = text.split("/")
    return entry(
        listed, cell(renewed), valid_from=day(valid), announced_on=day(announced), tax_included=gross == ["gross"]
    )


@pytest.mark.parametrize("row", NO_NOTICE, ids=tables.ids(NO_NOTICE, "new prices", "asked on"))
def test_table_of_lower_prices(row: dict[str, str]) -> None:
    new = tuple(written(text) for text in row["new prices"].split())
    book, asked = offer(prices=(entry("465.00", "420.00"), *new)), day(row["asked on"])
    found = renewal_price(book, entry_for_renewal(book, item(), RENEWS, asked), RENEWS, 3)
    assert found.amount == tables.amount(row["a seat at renewal"], "USD")


def test_a_lower_list_price_of_a_month_needs_no_notice_either() -> None:
    late = entry("40.00", of=item(MONTHLY), valid_from=RENEWS - timedelta(days=3))
    book = offer(prices=(entry("45.00", of=item(MONTHLY)), late))
    assert entry_for_renewal(book, item(MONTHLY), RENEWS, RENEWS) == late


def test_the_book_lists_the_terms_of_a_plan_for_its_group_only() -> None:
    book = PriceBook(
        (entry("1.00"), entry("1.00", of=item(MONTHLY)), entry("1.00", of=item(THREE_YEARS, plan="premium")))
    )
    assert book.terms(item()) == (MONTHLY, YEARLY)
    assert book.history(item(THREE_YEARS)) == ()
