"""Tax where it is due, and only there: places apart, VAT numbers, and what charges nothing (docs/domain/tax.md)."""

from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenor.domain.account import AccountState, ChangeKind, CustomerType
from tenor.domain.forecast import Upcoming, UpcomingKind, charged, forecast
from tenor.domain.money import Money
from tenor.domain.offer import SELF_SERVICE_REGION, Offer, PriceGroup, Seller, TaxRate, TaxRegistration
from tenor.domain.planner import plan
from tenor.domain.quote import Collection, Quote
from tenor.domain.refusals import Refusal
from tenor.domain.requests import (
    AddSeats,
    Ask,
    ChangePlan,
    ChangeTerm,
    ReduceSeats,
    Request,
    SetAutoRenew,
    SetPaymentMethod,
    UndoScheduled,
)
from tenor.domain.tax import EU, NOT_KNOWN, TaxCategory, TaxDecision, decide, outlook, rate_on, vat_id_country
from tenor.domain.tax_rates import STANDARD_RATES
from tenor.domain.tax_territories import PROVINCES, TERRITORIES, place_of, sold_with
from tenor.domain.terms import MONTHLY
from tests.domain.builders import ALICE, LONG_AGO, TODAY, account, entry, item, offer, scheduled, subscription
from tests.domain.test_tax import NORDIC, percent, seller, shown
from tests.support import tables

PLACES = tables.rows("tax", "Places apart")
NEARER = tables.rows("tax", "Sellers that are nearer")
NUMBERS = tables.rows("tax", "VAT numbers")
NOT_COLLECTED = frozenset({"US"})
"""Countries of the region list whose tax is said not to be collected."""


def customer(row: dict[str, str], **changes: Any) -> AccountState:
    cells = {name: "" if value == "-" else value for name, value in row.items()}
    number, _, unchecked = cells.get("VAT id", "").partition(" unchecked")
    is_checked = bool(number) and "unchecked" not in row.get("VAT id", "")
    assert unchecked == ""
    return account(
        country=cells["country"],
        postal_code=cells["postal code"],
        region=cells.get("region", ""),
        customer_type=CustomerType(cells.get("customer", "business")),
        vat_id=number,
        vat_id_checked_on=date(2026, 11, 1) if is_checked else None,
        **changes,
    )


def person(country: str, region: str = "", postal_code: str = "") -> AccountState:
    return account(country=country, region=region, postal_code=postal_code, customer_type=CustomerType.CONSUMER)


# --- places -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("row", PLACES, ids=tables.ids(PLACES, "country", "postal code", "region"))
def test_places_apart(row: dict[str, str]) -> None:
    decided = decide(seller("SE", *NORDIC), customer(row), TODAY)
    assert shown(decided) == (row["rule"], row["category"], percent(row["rate %"]), row["tax of"])
    assert decided.evidence.get("territory", "-") == row["territory"]
    assert ("territory_source" in decided.evidence) == (row["territory"] != "-")
    by_code = row["territory"] not in ("-", row["country"]) and row["postal code"] not in ("-", "23030")
    assert decided.evidence.get("customer_postal_code") == (row["postal code"] if by_code else None)


@pytest.mark.parametrize("row", NEARER, ids=tables.ids(NEARER, "seller", "registrations", "country", "postal code"))
def test_sellers_that_are_nearer(row: dict[str, str]) -> None:
    home = row["seller"]
    known = {"home": TaxRegistration(home, "home-1"), "oss": TaxRegistration("EU", "EU-1", scheme="oss")}
    names = [] if row["registrations"] == "-" else row["registrations"].split()
    near = seller(home, *(known.get(name) or TaxRegistration(name, f"{name}-1") for name in names))
    decided = decide(near, customer(row), TODAY)
    assert shown(decided) == (row["rule"], row["category"], percent(row["rate %"]), row["tax of"])


STARTS = [(territory, start) for territory in TERRITORIES for start in territory.postal if start.isdigit()]
WHOLE = {"AT": 4, "AU": 4, "DK": 4, "NO": 4, "PT": 7}


@given(st.sampled_from(STARTS), st.data())
def test_every_postal_code_of_a_territory_means_it_however_it_is_written(found: Any, data: st.DataObject) -> None:
    territory, start = found
    length = WHOLE.get(territory.country, 5)
    rest = data.draw(st.text("0123456789", min_size=length - len(start), max_size=length - len(start)))
    code = start + rest
    longer = [one for one, other in STARTS if one.country == territory.country and len(other) > len(start)
              and code.startswith(other)]  # fmt: skip
    written = data.draw(st.sampled_from([code, f" {code[:2]} {code[2:]}", f"{territory.country}-{code}"]))
    place = place_of(territory.country, data.draw(st.sampled_from(["", "Elsewhere"])), written)
    assert place.territory in [territory, *longer]
    if territory.is_apart and not longer:
        northline = seller("SE", *NORDIC)
        decided = decide(northline, person(territory.country, postal_code=written), TODAY)
        assert (decided.rate, decided.rule) == (Fraction(0), "outside_territory")


@given(st.integers(0, 99_999))
def test_every_other_postal_code_of_spain_is_spanish(number: int) -> None:
    code = f"{number:05}"
    decided = decide(seller("SE", *NORDIC), person("ES", postal_code=code), TODAY)
    is_apart = code[:2] in {"35", "38", "51", "52"}
    assert (decided.rule == "outside_territory") is is_apart
    assert decided.rate == (0 if is_apart else percent("21"))


@pytest.mark.parametrize("code", ["34001", "36001", "37001", "39001", "50001", "53001", "3500", "350011", "x"])
def test_neighbours_and_codes_that_are_none_are_not_taken_for_the_islands(code: str) -> None:
    assert place_of("ES", "", code).territory is None


@pytest.mark.parametrize("territory", TERRITORIES, ids=lambda one: str(one.code))
def test_every_name_of_a_territory_means_it(territory: Any) -> None:
    assert territory.source
    for name in territory.names:
        for written in (name, name.lower(), f"{territory.country}-{name}"):
            assert place_of(territory.country, written).territory == territory
    assert place_of("NL", territory.names[0]).territory is None


def test_an_address_across_the_border_means_the_same_place() -> None:
    assert [getattr(place_of("CH", "", code).territory, "code", "") for code in ("8238", "6911", "8001")] == [
        "DE-BUS",
        "IT-CAM",
        "",
    ]


def test_a_table_without_a_row_for_the_territory_gives_it_the_rate_of_its_country() -> None:
    bare = replace(seller("PT", TaxRegistration("PT", "PT1")), tax_rates=(TaxRate("PT", percent("23"), LONG_AGO, "-"),))
    decided = decide(bare, person("PT", postal_code="9500-321"), TODAY)
    assert (decided.rate, decided.country, decided.region) == (percent("23"), "PT", "")


@pytest.mark.parametrize(
    ("region", "postal_code", "province"),
    [
        ("ON", "", "ON"),
        ("ca-on", "", "ON"),
        ("Ontario", "", "ON"),
        ("Île-du-Prince-Édouard", "", "PE"),
        ("", "H2X 1Y4", "QC"),
        ("", "x0a0h0", "NU"),
        ("", "X1A 0A1", "NT"),
        ("ON", "H2X 1Y4", "ON"),
        ("Elsewhere", "H2X 1Y4", "QC"),
        ("", "12345", ""),
        ("XX", "", "XX"),
    ],
)
def test_a_province_by_code_name_or_postal_code(region: str, postal_code: str, province: str) -> None:
    assert place_of("CA", region, postal_code).region == province


# --- the table ----------------------------------------------------------------------------------------------------


def test_every_country_of_the_region_list_has_a_rate_or_is_said_not_to_be_collected() -> None:
    taxed_as = {country: place_of(country, "ON" if country == "CA" else "") for country in SELF_SERVICE_REGION}
    known = {rate.country for rate in STANDARD_RATES}
    assert {country for country, place in taxed_as.items() if place.country not in known} == NOT_COLLECTED
    assert EU < SELF_SERVICE_REGION
    assert {rate.region for rate in STANDARD_RATES if rate.country == "CA"} == PROVINCES | {""}


@pytest.mark.parametrize("country", sorted(EU))
def test_every_member_state_is_sold_to(country: str) -> None:
    decided = decide(seller("SE", *NORDIC), person(country), TODAY)
    assert decided.category is TaxCategory.STANDARD
    assert decided.rate == rate_on(STANDARD_RATES, country, "", TODAY).rate


@pytest.mark.parametrize("one", TERRITORIES, ids=lambda one: str(one.code))
def test_every_territory_with_another_countrys_tax_has_its_row(one: Any) -> None:
    if not one.is_apart:
        assert rate_on(STANDARD_RATES, one.tax_country, one.tax_region, TODAY).source


@pytest.mark.parametrize(
    ("country", "with_"),
    [("IC", "ES"), ("AX", "FI"), ("GP", "FR"), ("MC", "FR"), ("IM", "GB"), ("JE", "GB"), ("LI", "LI"), ("NC", "NC"),
     ("SE", "SE"), ("JP", "JP")],
)  # fmt: skip
def test_a_territory_is_sold_to_with_its_country(country: str, with_: str) -> None:
    assert sold_with(country) == with_


def test_the_canary_islands_count_as_europe() -> None:
    add = Request(ALICE, AddSeats("s1", 1))
    for country in ("IC", "ES"):
        assert plan(account(country=country), offer(), add, TODAY).total.minor > 0
    with pytest.raises(Refusal) as refused:
        plan(account(country="NC"), offer(), add, TODAY)
    assert [reason.code for reason in refused.value.reasons] == ["country_outside_region"]


def test_the_canary_islands_see_the_prices_of_spain() -> None:
    grouped = offer(policy={"price_groups": (PriceGroup("south", frozenset({"ES", "PT"})),)})
    assert [grouped.price_group(account(country=country)) for country in ("ES", "IC", "NC")] == ["south", "south", ""]


# --- VAT numbers --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("row", NUMBERS, ids=tables.ids(NUMBERS, "country", "VAT id"))
def test_a_vat_number_and_the_address_agree_or_the_customer_is_asked(row: dict[str, str]) -> None:
    decided = decide(seller("SE", *NORDIC), customer(row), TODAY)
    assert (decided.rule, decided.evidence.get("vat_id_question", "-")) == (row["rule"], row["asked"])
    if row["asked"] != "-":
        asked = customer(row)
        assert decided.evidence["vat_id"] == asked.vat_id
        assert decided.evidence["vat_id_country"] == vat_id_country(asked.vat_id)
        assert decided == replace(
            decide(seller("SE", *NORDIC), replace(asked, vat_id="", vat_id_checked_on=None), TODAY),
            evidence=decided.evidence,
        )


def test_a_consumer_is_asked_nothing() -> None:
    state = replace(person("DE"), vat_id="FR40303265045", vat_id_checked_on=TODAY)
    assert "vat_id_question" not in decide(seller("SE", *NORDIC), state, TODAY).evidence


@given(st.sampled_from(sorted(EU)), st.sampled_from(sorted(EU)), st.booleans())
def test_only_a_checked_number_of_the_customers_own_country_reverses_the_charge(
    country: str, issuer: str, is_checked: bool
) -> None:
    prefix = {"GR": "EL"}.get(issuer, issuer)
    state = account(country=country, vat_id=f"{prefix}123456789", vat_id_checked_on=TODAY if is_checked else None)
    decided = decide(seller("SE", *NORDIC), state, TODAY)
    agrees = country == issuer != "SE" and is_checked
    assert (decided.category is TaxCategory.REVERSE_CHARGE) is agrees
    assert (decided.rate == 0) is agrees


# --- what charges nothing -----------------------------------------------------------------------------------------

NO_RATE = replace(offer(), seller=Seller("northline", "Northline", "SE", "SE556677889901"))
NO_PROVINCE = replace(offer(), registrations=(TaxRegistration("CA", "1"),), tax_rates=STANDARD_RATES)
UNKNOWN = {
    "no rate": (NO_RATE, {"country": "SE"}, "no_tax_rate"),
    "no province": (NO_PROVINCE, {"country": "CA"}, "tax_region_missing"),
}
FREE: dict[str, tuple[Ask, tuple[Any, ...]]] = {
    "off": (SetAutoRenew(("s1",), False), ()),
    "on": (SetAutoRenew(("s1",), True), (scheduled(ChangeKind.AUTO_RENEW, "off"),)),
    "fewer seats": (ReduceSeats("s1", 2), ()),
    "method": (SetPaymentMethod(("s1",), "debit"), ()),
    "term": (ChangeTerm("s1", 36), ()),
    "plan": (ChangePlan("s1", "premium", "renewal"), ()),
    "undo": (UndoScheduled("s1", ChangeKind.SEATS), (scheduled(ChangeKind.SEATS, "2"),)),
}


def asked(northline: Offer, place: dict[str, str], ask: Ask, entries: tuple[Any, ...] = ()) -> Quote:
    state = account(subscription(scheduled=entries), **place)
    return plan(state, northline, Request(ALICE, ask), TODAY)


@pytest.mark.parametrize("why", UNKNOWN)
@pytest.mark.parametrize("verb", FREE)
def test_what_charges_nothing_asks_for_no_tax(verb: str, why: str) -> None:
    northline, place, missing = UNKNOWN[why]
    quote = asked(northline, place, *FREE[verb])
    assert (quote.total.minor, quote.collection, quote.lines) == (0, Collection.NONE, ())
    assert quote.effects
    assert (quote.tax.rule, quote.tax.rate) == (NOT_KNOWN, Fraction(0))
    assert quote.tax.evidence["missing"] == missing


@pytest.mark.parametrize("why", UNKNOWN)
def test_what_charges_something_is_refused(why: str) -> None:
    northline, place, missing = UNKNOWN[why]
    with pytest.raises(Refusal, match=missing):
        asked(northline, place, AddSeats("s1", 1))


def test_lines_of_nothing_ask_for_no_tax() -> None:
    free = replace(NO_PROVINCE, book=offer(prices=(entry("0.00"), entry("0.00", of=item(plan="premium")))).book)
    quote = asked(free, {"country": "CA"}, AddSeats("s1", 1))
    assert (len(quote.lines), quote.total.minor, quote.tax.rule) == (1, 0, NOT_KNOWN)


def test_where_the_tax_is_known_a_quote_of_nothing_tells_it() -> None:
    known = replace(NO_PROVINCE, seller=NO_RATE.seller)
    quote = asked(known, {"country": "SE"}, SetAutoRenew(("s1",), False))
    assert (quote.tax.rule, quote.tax.rate) == ("own_country", percent("25"))


COUNTRIES = sorted({*SELF_SERVICE_REGION, *(one.code for one in TERRITORIES if len(one.code) == 2), "JP", "XX"})
SELLERS = st.sampled_from(["SE", "US", "CA", "ES", "FR", "GB", "IC", "AX", "MC", "JP"])


@given(SELLERS, st.sampled_from(COUNTRIES), st.text(max_size=6), st.text(max_size=9), st.text(max_size=12))
def test_an_outlook_never_fails(home: str, country: str, region: str, postal_code: str, vat_id: str) -> None:
    registered = (TaxRegistration(one, "1") for one in (home, "CA", "JP", "EA"))
    registrations = (*registered, TaxRegistration("EU", "2", scheme="oss"))
    state = replace(person(country, region, postal_code), vat_id=vat_id, customer_type=CustomerType.BUSINESS)
    told = outlook(seller(home, *registrations), state, TODAY)
    assert isinstance(told, TaxDecision)
    assert (told.rule == NOT_KNOWN) == ("missing" in told.evidence)
    assert 0 <= told.rate < 1


# --- forecasts ----------------------------------------------------------------------------------------------------


def test_a_forecast_shows_amounts_before_a_tax_that_is_not_known() -> None:
    found = forecast(account(subscription(term=MONTHLY, renews_on=date(2026, 12, 1)), country="CA"), NO_PROVINCE, TODAY)
    assert len(found) == 12
    assert {one.kind for one in found} == {UpcomingKind.UNPRICED}
    assert {(one.amount, one.before_tax) for one in found} == {(None, Money.of("135.00", "USD"))}
    assert all(one.quote and one.quote.tax.evidence["missing"] == "tax_region_missing" for one in found)
    assert charged(found, "USD").minor == 0


def test_a_forecast_knows_the_tax_where_it_is_known() -> None:
    (found,) = forecast(account(country="CA", region="ON"), NO_PROVINCE, TODAY)
    assert (found.kind, found.before_tax) == (UpcomingKind.PAYMENT, None)
    assert found.amount == Money.of("1423.80", "USD")


def test_what_has_no_quote_has_no_amount_before_tax() -> None:
    assert Upcoming(UpcomingKind.UNPRICED, TODAY, ("s1",)).before_tax is None
