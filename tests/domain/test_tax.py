"""Tax: the tables of docs/domain/tax.md, and the law of tax sums."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenor.domain.account import AccountState, CustomerType
from tenor.domain.money import Money, round_half_away, total
from tenor.domain.offer import Offer, Seller, TaxRegistration
from tenor.domain.refusals import Refusal
from tenor.domain.tax import EU, TaxCategory, TaxDecision, decide, rate_on, totals
from tenor.domain.tax_rates import STANDARD_RATES
from tests.domain.builders import TODAY, account, day, offer
from tests.support import tables

WHICH = tables.rows("tax", "Which tax")
SELLERS = tables.rows("tax", "Without registrations")
DATED = tables.rows("tax", "Which rate")
SUMS = tables.rows("tax", "How it adds up")
RATES = tables.rows("tax", "The rates")

NORDIC = (
    TaxRegistration("SE", "SE556677889901"),
    TaxRegistration("SE", "SE-OSS-1", scheme="oss"),
    TaxRegistration("NO", "NO999888777MVA"),
    TaxRegistration("CA", "123456789 RT0001"),
    TaxRegistration("CA", "PST-1234-5678", region="BC"),
)


def seller(country: str, *registrations: TaxRegistration) -> Offer:
    entity = Seller("northline", "Northline", country, "")
    return replace(offer(), seller=entity, registrations=registrations, tax_rates=STANDARD_RATES)


def customer(country: str, kind: str, vat_id: str, region: str = "-") -> AccountState:
    number, _, unchecked = vat_id.partition(" ")
    return account(
        country=country,
        customer_type=CustomerType(kind),
        region="" if region == "-" else region,
        vat_id="" if number == "-" else number,
        vat_id_checked_on=None if unchecked or number == "-" else date(2026, 11, 1),
    )


def percent(cell: str) -> Fraction:
    return Fraction(cell) / 100


def decision(rate: Fraction) -> TaxDecision:
    return TaxDecision(TaxCategory.STANDARD, rate, "SE", "own_country")


def shown(decided: TaxDecision) -> tuple[str, str, Fraction, str]:
    return decided.rule, str(decided.category), decided.rate, f"{decided.country} {decided.region}".strip()


@pytest.mark.parametrize("row", WHICH, ids=tables.ids(WHICH, "country", "region", "customer", "VAT id"))
def test_the_sellers_registrations_decide(row: dict[str, str]) -> None:
    state = customer(row["country"], row["customer"], row["VAT id"], row["region"])
    decided = decide(seller("SE", *NORDIC), state, TODAY)
    assert shown(decided) == (row["rule"], row["category"], percent(row["rate %"]), row["tax of"])


@pytest.mark.parametrize("row", SELLERS, ids=tables.ids(SELLERS, "seller", "registrations", "country", "customer"))
def test_other_sellers(row: dict[str, str]) -> None:
    home = row["seller"]
    known = {"home": TaxRegistration(home, "home-1"), "oss": TaxRegistration("EU", "EU-1", scheme="oss")}
    names = [] if row["registrations"] == "-" else row["registrations"].split()
    northline = seller(home, *(known.get(name) or TaxRegistration(name, f"{name}-1") for name in names))
    decided = decide(northline, customer(row["country"], row["customer"], row["VAT id"]), TODAY)
    assert shown(decided) == (row["rule"], row["category"], percent(row["rate %"]), row["tax of"])


@pytest.mark.parametrize("row", DATED, ids=tables.ids(DATED, "country", "on"))
def test_the_rate_of_the_day(row: dict[str, str]) -> None:
    region = "" if row["region"] == "-" else row["region"]
    assert rate_on(STANDARD_RATES, row["country"], region, day(row["on"])).rate == percent(row["rate %"])


@pytest.mark.parametrize("row", SUMS, ids=tables.ids(SUMS, "prices", "tax included", "rate %"))
def test_how_tax_adds_up(row: dict[str, str]) -> None:
    prices = [Money.of(price, "EUR") for price in row["prices"].split()]
    sums = totals(prices, decision(percent(row["rate %"])), row["tax included"] == "yes")
    assert [net.plain() for net in sums.nets] == row["nets"].split()
    assert (sums.net.plain(), sums.tax.plain(), sums.total.plain()) == (row["net"], row["tax"], row["total"])
    (line,) = sums.tax_lines
    assert (line.net, line.tax, line.rate) == (sums.net, sums.tax, percent(row["rate %"]))


def test_the_page_lists_every_rate_with_its_source() -> None:
    listed = [
        (row["country"], row["region"].strip("-"), day(row["valid from"]), percent(row["rate %"]), row["source"])
        for row in RATES
    ]
    known = [(rate.country, rate.region, rate.valid_from, rate.rate, rate.source) for rate in STANDARD_RATES]
    assert listed == known
    assert all(rate.source for rate in STANDARD_RATES)
    assert len({(rate.country, rate.region, rate.valid_from) for rate in STANDARD_RATES}) == len(STANDARD_RATES)


def test_evidence_is_kept() -> None:
    northline = seller("SE", *NORDIC)
    reversed_charge = decide(northline, customer("NL", "business", "NL123456789B01"), TODAY).evidence
    assert (reversed_charge["vat_id"], reversed_charge["checked_on"]) == ("NL123456789B01", date(2026, 11, 1))
    abroad = decide(northline, customer("FI", "consumer", "-"), TODAY).evidence
    assert (abroad["valid_from"], abroad["registration"]) == (date(2024, 9, 1), "SE-OSS-1")
    assert abroad["customer_country"] == "FI"
    coast = decide(northline, customer("CA", "business", "-", "BC"), TODAY).evidence
    assert coast["registration"] == "PST-1234-5678"
    home = decide(northline, customer("SE", "consumer", "-"), TODAY).evidence
    assert home["registration"] == "SE556677889901"


def test_a_vat_id_of_the_entity_counts_as_its_registration_at_home() -> None:
    northline = replace(seller("SE"), seller=Seller("northline", "Northline AB", "SE", "SE556677889901"))
    decided = decide(northline, customer("SE", "consumer", "-"), TODAY)
    assert (decided.rule, decided.evidence["registration"]) == ("own_country", "SE556677889901")


def test_a_missing_rate_or_province_is_refused_never_taken_for_untaxed() -> None:
    northline = seller("SE", *NORDIC, TaxRegistration("JP", "T1"))
    with pytest.raises(Refusal, match="no_tax_rate") as refused:
        decide(northline, customer("JP", "consumer", "-"), TODAY)
    assert refused.value.facts == {"country": "JP", "region": "", "on": TODAY}
    with pytest.raises(Refusal, match="no_tax_rate"):
        decide(northline, customer("SE", "consumer", "-"), date(1994, 12, 31))
    with pytest.raises(Refusal, match="no_tax_rate"):
        decide(northline, customer("CA", "consumer", "-", "XX"), TODAY)
    with pytest.raises(Refusal, match="tax_region_missing"):
        decide(northline, customer("CA", "consumer", "-"), TODAY)


def test_the_union_has_its_27_members() -> None:
    assert len(EU) == 27
    assert not EU & {"GB", "NO", "CH", "IS", "LI"}


AMOUNTS = st.lists(st.integers(-(10**7), 10**7).map(lambda minor: Money(minor, "SEK")), min_size=1, max_size=8)
ALL_RATES = st.sampled_from(sorted({rate.rate for rate in STANDARD_RATES} | {Fraction(0)}))


@given(AMOUNTS, ALL_RATES, st.booleans())
def test_law_7_gross_is_net_and_tax_and_the_lines_add_up(
    amounts: list[Money], rate: Fraction, tax_included: bool
) -> None:
    sums = totals(amounts, decision(rate), tax_included)
    assert sums.net + sums.tax == sums.total
    assert total(sums.nets, "SEK") == sums.net
    assert total((line.tax for line in sums.tax_lines), "SEK") == sums.tax
    exact = sums.net.minor * rate
    if tax_included:
        assert sums.total == total(amounts, "SEK")
        assert abs(sums.tax.minor - exact) <= 1
        shares = [amount.minor / (1 + rate) for amount in amounts]
        assert all(abs(net.minor - share) < 1 for net, share in zip(sums.nets, shares, strict=True))
    else:
        assert sums.nets == tuple(amounts)
        assert sums.tax.minor == round_half_away(exact)


@given(AMOUNTS, ALL_RATES, st.booleans())
def test_a_credit_is_the_mirror_of_its_charge(amounts: list[Money], rate: Fraction, tax_included: bool) -> None:
    charged, credited = (totals(side, decision(rate), tax_included) for side in (amounts, [-a for a in amounts]))
    assert (credited.net, credited.tax, credited.total) == (-charged.net, -charged.tax, -charged.total)
    if charged.net:
        assert credited.nets == tuple(-net for net in charged.nets)


@given(st.integers(1, 200), st.integers(0, 10**6), ALL_RATES)
def test_the_tax_of_one_line_of_q_seats_or_of_q_lines_of_one(seats: int, minor: int, rate: Fraction) -> None:
    price = Money(minor, "SEK")
    together = totals([price * seats], decision(rate), tax_included=False)
    apart = totals([price] * seats, decision(rate), tax_included=False)
    assert (together.net, together.tax) == (apart.net, apart.tax)
    each = totals([price], decision(rate), tax_included=False).tax * seats
    assert abs((together.tax - each).minor) * 2 <= seats + 1
