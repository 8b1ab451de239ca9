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

EU = frozenset("AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split())
"""The member states of the European Union."""

OWN_SALES_TAX = frozenset({"BC", "MB", "QC", "SK"})
"""Canadian provinces whose own tax needs a registration there; elsewhere the federal one covers all (GST, HST)."""

OSS = "oss"
"""The scheme of a registration in the EU's one-stop shop."""


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
        return _untaxed(offer, state)
    if state.country == offer.seller.country and _is_registered_at_home(offer):
        return _taxed(offer, state, on, "own_country")
    if state.country in EU and _is_in_eu_system(offer):
        return _within_eu(offer, state, on)
    if _registration(offer, state.country) is not None:
        return _taxed(offer, state, on, "registered_abroad")
    return _untaxed(offer, state)


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


def _within_eu(offer: Offer, state: AccountState, on: date) -> TaxDecision:
    """A sale to another EU country: reverse charge, the customer's country, or what is left: the seller's own."""
    if _may_reverse_charge(offer, state):
        evidence = _evidence(state) | {"vat_id": state.vat_id, "checked_on": state.vat_id_checked_on}
        return TaxDecision(TaxCategory.REVERSE_CHARGE, Fraction(0), state.country, "reverse_charge", evidence=evidence)
    if _registration(offer, state.country) is not None:
        return _taxed(offer, state, on, "registered_abroad")
    if any(registration.scheme == OSS for registration in offer.registrations):
        return _taxed(offer, state, on, "destination_oss")
    if offer.seller.country in EU and _is_registered_at_home(offer):
        return _taxed(offer, state, on, "seller_country")
    return _untaxed(offer, state)


def _may_reverse_charge(offer: Offer, state: AccountState) -> bool:
    """A business with a checked VAT id of an EU country that is not the seller's. Greek ids begin with EL."""
    issuer = {"EL": "GR"}.get(state.vat_id[:2], state.vat_id[:2])
    is_valid = state.vat_id_checked_on is not None and issuer in EU
    return state.customer_type is CustomerType.BUSINESS and is_valid and issuer != offer.seller.country


def _taxed(offer: Offer, state: AccountState, on: date, rule: str) -> TaxDecision:
    """Tax at the rate of the customer's country, or, under rule "seller_country", of the seller's own."""
    country = offer.seller.country if rule == "seller_country" else state.country
    region = _region(offer, state) if country == "CA" else ""
    rate = rate_on(offer.rates_in(country, region), country, region, on)
    registration = _registration(offer, country, region)
    evidence = _evidence(state) | {
        "source": rate.source,
        "valid_from": rate.valid_from,
        "registration": _number(offer, registration, rule),
    }
    return TaxDecision(TaxCategory.STANDARD, rate.rate, country, rule, region=region, evidence=evidence)


def _region(offer: Offer, state: AccountState) -> str:
    """The Canadian rate to look up: the province's combined one where the seller collects it, else the federal ("")."""
    if not state.region:
        raise Refusal("tax_region_missing", {"country": state.country})
    registered = {registration.region for registration in offer.registrations if registration.country == "CA"}
    return "" if state.region in OWN_SALES_TAX - registered else state.region


def _untaxed(offer: Offer, state: AccountState) -> TaxDecision:
    """No tax, and why: the seller is not registered where the customer is.

    A seller in the Union writes G rather than O: an invoice under O must not carry the seller's VAT id (EN 16931).
    """
    leaves_union = offer.seller.country in EU and state.country not in EU
    rule = "export" if leaves_union else "not_registered"
    if state.country == "US":
        rule = "us_not_collected"
    category = TaxCategory.EXPORT if leaves_union else TaxCategory.OUT_OF_SCOPE
    return TaxDecision(category, Fraction(0), state.country, rule, region=state.region, evidence=_evidence(state))


def _registration(offer: Offer, country: str, region: str = "") -> TaxRegistration | None:
    """The seller's ordinary registration in a country; a region's own one first, where there is one."""
    found = [reg for reg in offer.registrations if reg.country == country and reg.scheme != OSS]
    fitting = [reg for reg in found if reg.region in (region, "")]
    return max(fitting, key=lambda reg: reg.region == region, default=None)


def _number(offer: Offer, registration: TaxRegistration | None, rule: str) -> str:
    if rule == "destination_oss":
        return next(reg.number for reg in offer.registrations if reg.scheme == OSS)
    return registration.number if registration else offer.seller.vat_id


def _is_registered_at_home(offer: Offer) -> bool:
    return bool(offer.seller.vat_id) or _registration(offer, offer.seller.country) is not None


def _is_in_eu_system(offer: Offer) -> bool:
    is_at_home = offer.seller.country in EU and _is_registered_at_home(offer)
    return is_at_home or any(reg.country in EU or reg.scheme == OSS for reg in offer.registrations)


def _evidence(state: AccountState) -> dict[str, Fact]:
    return {"customer_country": state.country, "customer_region": state.region, "customer": str(state.customer_type)}
