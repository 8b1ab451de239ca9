"""Which tax is due, why, its evidence, and the sums of a document (rules 11)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from math import floor

from tenor.domain.account import AccountState, CustomerType
from tenor.domain.explanation import Fact
from tenor.domain.later_fields import ADDED
from tenor.domain.line_tax import LineTax, TaxKind
from tenor.domain.line_tax import TaxCategory as TaxCategory
from tenor.domain.line_tax import TaxDecision as TaxDecision
from tenor.domain.money import Money, total
from tenor.domain.offer import Offer, TaxRate, TaxRegistration
from tenor.domain.refusals import Refusal
from tenor.domain.tax_territories import Place, Territory, place_of

EU = frozenset("AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split())
"""The member states of the European Union."""

OWN_SALES_TAX = frozenset({"BC", "MB", "QC", "SK"})
"""Canadian provinces whose own tax needs a registration there; elsewhere the federal one covers all (GST, HST)."""

OSS = "oss"
"""The scheme of a registration in the EU's one-stop shop."""

NOT_KNOWN = "not_known"
"""The rule of an outlook on a tax that can't be told: the province or the rate is missing."""


@dataclass(frozen=True, slots=True)
class TaxLine:
    """Tax of one category and rate on the sum of its line nets.

    `country`, `region` and `rule` say whose tax it is and why, and `included` whether its lines are priced with it. One
    that was stored without them ("", None) is the only one of its document, and as that document's decision says.
    """

    category: TaxCategory
    rate: Fraction
    net: Money
    tax: Money
    country: str = field(default="", metadata=ADDED)
    region: str = field(default="", metadata=ADDED)
    rule: str = field(default="", metadata=ADDED)
    included: bool | None = field(default=None, metadata=ADDED)

    @property
    def kind(self) -> TaxKind:
        """What it sums."""
        return TaxKind(self.category, self.rate, self.country, self.region, self.rule, bool(self.included))


@dataclass(frozen=True, slots=True)
class Totals:
    """The sums of a document: a net per line in the order given, tax per category, and net + tax = total."""

    nets: tuple[Money, ...]
    tax_lines: tuple[TaxLine, ...]
    net: Money
    tax: Money
    total: Money


def decide(offer: Offer, state: AccountState, on: date) -> TaxDecision:
    """Which tax the seller owes for a sale to this customer on that day: the seller's registrations decide (rules 11).

    Raises Refusal: no_tax_rate where the seller is registered but the table has no rate for the day, and
    tax_region_missing where the rate depends on a province that the account does not name.
    """
    if state.country == "US":
        return _untaxed(offer, state, Place(state.country, state.region))
    place, home = place_of(state.country, state.region, state.postal_code), _home(offer)
    if place.country == home.country and _is_registered_at_home(offer):
        return _taxed(offer, state, place, on, "own_country")
    if _is_in_union(place) and _is_in_eu_system(offer):
        return _within_eu(offer, state, place, on)
    if _registration(offer, place.country) is not None:
        return _taxed(offer, state, place, on, "registered_abroad")
    return _untaxed(offer, state, place)


def outlook(offer: Offer, state: AccountState, on: date) -> TaxDecision:
    """The decision, or under the rule "not_known" what is missing for one: for what charges nothing, and for forecasts.

    Never raises. Nothing is billed by it: what is charged asks `decide`.
    """
    try:
        return decide(offer, state, on)
    except Refusal as refused:
        evidence = _evidence(state, None) | {"missing": refused.code, **refused.facts}
        return TaxDecision(TaxCategory.OUT_OF_SCOPE, Fraction(0), state.country, NOT_KNOWN, evidence=evidence)


def rate_on(rates: Sequence[TaxRate], country: str, region: str, on: date) -> TaxRate:
    """The rate of a country (and region) valid on a day. Raises Refusal("no_tax_rate") where the table has none."""
    valid = [rate for rate in rates if (rate.country, rate.region) == (country, region) and rate.valid_from <= on]
    if not valid:
        raise Refusal("no_tax_rate", {"country": country, "region": region, "on": on})
    return max(valid, key=lambda rate: rate.valid_from)


def totals(amounts: Sequence[Money], decision: TaxDecision, tax_included: bool) -> Totals:
    """The sums of lines that share one tax decision (rules 11); at least one line, all of one currency.

    Without tax in the prices, the tax is rounded once on the sum of the nets. With tax in them, the gross sum comes
    first, the net is rounded from it, and the lines get their nets by largest remainder.
    """
    summed = total(amounts, amounts[0].currency)
    if tax_included:
        net = summed.share(1 / (1 + decision.rate))
        nets, tax = _split_net(amounts, net, decision.rate), summed - net
    else:
        net = summed
        nets, tax = tuple(amounts), net.share(decision.rate)
    line = tax_line(LineTax(decision, tax_included).kind, net, tax)
    return Totals(nets=nets, tax_lines=(line,), net=net, tax=tax, total=net + tax)


def tax_line(kind: TaxKind, net: Money, tax: Money) -> TaxLine:
    """The tax line of what is summed together."""
    one = kind
    return TaxLine(one.category, one.rate, net, tax, one.country, one.region, one.rule, one.included)


def places_by_kind(taxes: Sequence[LineTax]) -> dict[TaxKind, list[int]]:
    """The places of the lines that are summed together, in the order in which each kind of tax comes first."""
    found: dict[TaxKind, list[int]] = {}
    for place, tax in enumerate(taxes):
        found.setdefault(tax.kind, []).append(place)
    return found


def totals_of(amounts: Sequence[Money], taxes: Sequence[LineTax]) -> Totals:
    """The sums of lines that each have a tax of their own (rules 11); at least one line, all of one currency.

    What is of one kind is summed by itself, as `totals` does it: a credit priced before tax at an earlier rate stands
    beside a charge that has today's tax in it.
    """
    groups = places_by_kind(taxes)
    if len(groups) == 1:
        return totals(amounts, taxes[0].decision, taxes[0].included)
    nets, lines = list(amounts), list[TaxLine]()
    for places in groups.values():
        sums = totals([amounts[place] for place in places], taxes[places[0]].decision, taxes[places[0]].included)
        lines += sums.tax_lines
        for place, net in zip(places, sums.nets, strict=True):
            nets[place] = net
    currency = amounts[0].currency
    net, tax = total((line.net for line in lines), currency), total((line.tax for line in lines), currency)
    return Totals(nets=tuple(nets), tax_lines=tuple(lines), net=net, tax=tax, total=net + tax)


def _split_net(amounts: Sequence[Money], net: Money, rate: Fraction) -> tuple[Money, ...]:
    """Split a net over lines that may have either sign, by largest remainder, ties to the first.

    A net below zero is split as the mirror of the net above zero, so that a credit note mirrors its invoice.
    """
    sign = -1 if net.minor < 0 else 1
    exact = [sign * amount.minor / (1 + rate) for amount in amounts]
    parts = [floor(share) for share in exact]
    by_remainder = sorted(range(len(exact)), key=lambda i: parts[i] - exact[i])
    for i in by_remainder[: sign * net.minor - sum(parts)]:
        parts[i] += 1
    return tuple(Money(sign * part, net.currency) for part in parts)


def _within_eu(offer: Offer, state: AccountState, place: Place, on: date) -> TaxDecision:
    """A sale to another EU country: reverse charge, the customer's country, or what is left: the seller's own."""
    if _may_reverse_charge(offer, state, place):
        evidence = _evidence(state, place) | {"vat_id": state.vat_id, "checked_on": state.vat_id_checked_on}
        return TaxDecision(TaxCategory.REVERSE_CHARGE, Fraction(0), place.country, "reverse_charge", evidence=evidence)
    if _registration(offer, place.country) is not None:
        return _taxed(offer, state, place, on, "registered_abroad")
    if any(registration.scheme == OSS for registration in offer.registrations):
        return _taxed(offer, state, place, on, "destination_oss")
    if _is_in_union(_home(offer)) and _is_registered_at_home(offer):
        return _taxed(offer, state, place, on, "seller_country")
    return _untaxed(offer, state, place)


def _may_reverse_charge(offer: Offer, state: AccountState, place: Place) -> bool:
    """A business with a checked VAT id of the EU country that it is in, which is not the seller's."""
    issuer = vat_id_country(state.vat_id)
    is_valid = state.vat_id_checked_on is not None and issuer in EU and issuer == place.country
    return state.customer_type is CustomerType.BUSINESS and is_valid and issuer != _home(offer).country


def vat_id_country(vat_id: str) -> str:
    """The country (ISO 3166) whose prefix a VAT id has; "" where it begins with no two letters.

    Greek ids begin with EL; GR, the ISO code that directive 2006/112/EC (art. 215) allows as well, means the same.
    Those of Northern Ireland (XI) count for goods only, and are the United Kingdom's here.
    """
    prefix = "".join(letter for letter in vat_id.upper() if letter.isalnum())[:2]
    if not (prefix.isascii() and prefix.isalpha()):
        return ""
    return {"EL": "GR", "XI": "GB"}.get(prefix, prefix)


def _vat_id_question(offer: Offer, state: AccountState, place: Place) -> str:
    """What a business that is charged tax in the Union has to be asked about its VAT id; "" for nothing.

    Either the id or the address is wrong where their countries differ: that alone never takes the tax away. An id that
    nobody checked, or without its country's letters, matters only where another country's tax would be reversed.
    """
    if state.customer_type is not CustomerType.BUSINESS or not state.vat_id or not _is_in_union(place):
        return ""
    issuer = vat_id_country(state.vat_id)
    if issuer and issuer != place.country:
        return "vat_id_of_another_country"
    if place.country == _home(offer).country:
        return ""
    if not issuer:
        return "vat_id_without_country"
    return "" if state.vat_id_checked_on else "vat_id_not_checked"


def _taxed(offer: Offer, state: AccountState, place: Place, on: date, rule: str) -> TaxDecision:
    """Tax at the rate of the customer's place, or, under rule "seller_country", of the seller's own."""
    taxed_in = _home(offer) if rule == "seller_country" else place
    country, region = taxed_in.country, taxed_in.region
    if country == "CA":
        region = _region(offer, place)
    rates = offer.rates_in(country, region)
    if not rates and taxed_in.territory is not None:
        region = ""  # a table without a row for the territory: its country's own rate
        rates = offer.rates_in(country, "")
    rate = rate_on(rates, country, region, on)
    registration = _registration(offer, country, region)
    evidence = _evidence(state, place) | {
        "source": rate.source,
        "valid_from": rate.valid_from,
        "registration": _number(offer, registration, rule),
    }
    if asked := _vat_id_question(offer, state, place):
        issuer = vat_id_country(state.vat_id)
        evidence |= {"vat_id": state.vat_id, "vat_id_country": issuer, "vat_id_question": asked}
    return TaxDecision(TaxCategory.STANDARD, rate.rate, country, rule, region=region, evidence=evidence)


def _region(offer: Offer, place: Place) -> str:
    """The Canadian rate to look up: the province's combined one where the seller collects it, else the federal ("")."""
    if not place.region:
        raise Refusal("tax_region_missing", {"country": place.country})
    registered = {registration.region for registration in offer.registrations if registration.country == "CA"}
    return "" if place.region in OWN_SALES_TAX - registered else place.region


def _untaxed(offer: Offer, state: AccountState, place: Place) -> TaxDecision:
    """No tax, and why: the seller is not registered where the customer is.

    A seller in the Union writes G rather than O: an invoice under O must not carry the seller's VAT id (EN 16931).
    """
    leaves_union = _is_in_union(_home(offer)) and not _is_in_union(place)
    rule = "export" if leaves_union else "not_registered"
    if place.territory is not None and _is_outside(place.territory):
        rule = "outside_territory"
    if state.country == "US":
        rule = "us_not_collected"
    category = TaxCategory.EXPORT if leaves_union else TaxCategory.OUT_OF_SCOPE
    evidence = _evidence(state, place)
    return TaxDecision(category, Fraction(0), state.country, rule, region=state.region, evidence=evidence)


def _registration(offer: Offer, country: str, region: str = "") -> TaxRegistration | None:
    """The seller's ordinary registration in a country; a region's own one first, where there is one."""
    ordinary = (reg for reg in offer.registrations if reg.scheme != OSS)
    found = [reg for reg in ordinary if country in (reg.country, place_of(reg.country).country)]
    fitting = [reg for reg in found if reg.region in (region, "")]
    return max(fitting, key=lambda reg: reg.region == region, default=None)


def _number(offer: Offer, registration: TaxRegistration | None, rule: str) -> str:
    if rule == "destination_oss":
        return next(reg.number for reg in offer.registrations if reg.scheme == OSS)
    return registration.number if registration else offer.seller.vat_id


def _home(offer: Offer) -> Place:
    """Where the seller is, as far as tax asks: a seller in Monaco is taxed as one in France."""
    return place_of(offer.seller.country)


def _is_in_union(place: Place) -> bool:
    return place.country in EU if place.territory is None else place.territory.in_union


def _is_outside(territory: Territory) -> bool:
    """Whether its addresses name a country whose tax, or that of whose union, stops short of it."""
    return territory.is_apart or (territory.country in EU and not territory.in_union)


def _is_registered_at_home(offer: Offer) -> bool:
    return bool(offer.seller.vat_id) or _registration(offer, _home(offer).country) is not None


def _is_in_eu_system(offer: Offer) -> bool:
    is_at_home = _is_in_union(_home(offer)) and _is_registered_at_home(offer)
    return is_at_home or any(reg.country in EU or reg.scheme == OSS for reg in offer.registrations)


def _evidence(state: AccountState, place: Place | None) -> dict[str, Fact]:
    """Where the customer is; of a territory also which one, by what law it is one, and the postal code that said so."""
    found: dict[str, Fact] = {
        "customer_country": state.country,
        "customer_region": state.region,
        "customer": str(state.customer_type),
    }
    if place is not None and place.territory is not None:
        found |= {"territory": place.territory.code, "territory_source": place.territory.source}
        if place.by_postal_code:
            found["customer_postal_code"] = state.postal_code
    return found
