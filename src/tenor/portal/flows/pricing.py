"""A quote as pages show it: its lines with their arithmetic, tax with its reason, the total, the next renewal."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from tenor.domain.account import AccountState, CustomerType
from tenor.domain.money import Money
from tenor.domain.quote import Collection, LineKind, NextRenewal, Quote, QuoteLine
from tenor.domain.tax import EU
from tenor.portal.flows.shared import Reader
from tenor.ui import formats, words
from tenor.ui.components import PriceLine, PriceSummary, Step

DUTY_TO_PAY = EU | {"GB", "IS", "LI", "NO"}
"""Where a consumer's order button has to state the duty to pay: directive 2011/83/EU, article 8(2), and the laws that
took it over in the European Economic Area and the United Kingdom."""


@dataclass(frozen=True, slots=True)
class Renewal:
    """What the next renewal will be, as a quote promises it. `amount` is for all seats, as priced."""

    on: date
    amount: Money
    sentence: str
    tax: str
    steps: list[Step]


@dataclass(frozen=True, slots=True)
class Difference:
    """A part of a quote that came out otherwise when it was planned again."""

    label: str
    before: str
    after: str


def tax_is_included(quote: Quote) -> bool:
    """Whether the lines are priced with their tax, as consumers see prices."""
    return any(line.amount != line.net for line in quote.lines)


def summary(quote: Quote, reader: Reader) -> PriceSummary:
    """Lines as they were priced; below them always net, tax and total."""
    carried, paid = quote.collection is Collection.CARRIED, _paid(quote)
    return PriceSummary(
        lines=[_line(line, tax_is_included(quote), reader) for line in quote.lines],
        taxes=_taxes(quote, reader),
        total=quote.total,
        total_label=_("On your next invoice") if carried else _("Total") if paid else "",
        note=_note(quote),
        paid=paid,
        rest=quote.at_gateway if paid else None,
    )


def _paid(quote: Quote) -> list[PriceLine]:
    """What the account's balance pays of the total, or gets: a means of payment, and no line of what is charged."""
    lines: list[PriceLine] = []
    if quote.from_balance:
        lines.append(PriceLine(amount=-quote.from_balance, label=_("From your balance")))
    if quote.to_balance:
        lines.append(PriceLine(amount=quote.to_balance, label=_("To your balance")))
    return lines


def _note(quote: Quote) -> str:
    """How the total is collected, where it is not charged as usual."""
    if quote.collection is Collection.GATEWAY:
        return ""
    return words.collection("credit" if quote.to_balance and quote.total.minor < 0 else quote.collection)


def renewal(quote: Quote, reader: Reader, *, tax_included: bool | None = None) -> Renewal | None:
    """The next renewal that the quote promises; None where the subscription will not renew."""
    if not quote.promised:
        return None
    coming = quote.promised[0]
    included = tax_is_included(quote) if tax_included is None else tax_included
    return Renewal(
        on=coming.on,
        amount=coming.amount,
        sentence=_renewal_sentence(coming, reader),
        tax=tax_note(quote, included=included),
        steps=words.explain(coming.explanation, reader.locale, reader.names),
    )


@dataclass(frozen=True, slots=True)
class ComingRenewal:
    """One of several renewals that a quote promises: a name (data), the day, the amount for all seats as priced."""

    name: str
    on: date
    amount: Money


def renewals(quote: Quote, state: AccountState, reader: Reader) -> list[ComingRenewal]:
    """Where the quote promises several renewals, each of them, by day; nothing where it promises one or none."""
    if len(quote.promised) < 2:
        return []
    products = {subscription.id: subscription.product for subscription in state.subscriptions}
    return [
        ComingRenewal(
            f"{reader.names.product(product)} {reader.names.plan(product, coming.plan)}", coming.on, coming.amount
        )
        for coming in sorted(quote.promised, key=lambda one: one.on)
        if (product := products.get(coming.subscription_id))
    ]


def tax_note(quote: Quote, *, included: bool) -> str:
    """What an amount as priced has to do with tax."""
    if not quote.tax.rate:
        return _("no tax is added")
    return _("including tax") if included else _("before tax")


def order_button(state: AccountState, quote: Quote) -> str:
    """What the button says that makes the order. Consumers have to be told that it costs."""
    is_consumer = state.customer_type is CustomerType.CONSUMER and state.country in DUTY_TO_PAY
    if is_consumer and quote.total.minor > 0:
        return pgettext("button by law", "Order with obligation to pay")
    return _("Submit order")


def differences(before: Quote, after: Quote, reader: Reader) -> list[Difference]:
    """What changed between a stale quote and the new one, the charges first."""
    rows = [*_line_differences(before, after, reader)]
    rows += _if_differs(_("Tax"), before.tax_total, after.tax_total, reader)
    rows += _if_differs(_("Total"), before.total, after.total, reader)
    rows += _if_differs(_("From your balance"), before.from_balance, after.from_balance, reader)
    rows += _if_differs(_("To your balance"), before.to_balance, after.to_balance, reader)
    old, new = (quote.promised[0] if quote.promised else None for quote in (before, after))
    rows += _if_differs(_("Next renewal"), old.amount if old else None, new.amount if new else None, reader)
    if old and new and old.on != new.on:
        days = (formats.day(promised.on, reader.locale) for promised in (old, new))
        rows.append(Difference(_("Renewal date"), *days))
    return rows


def _line(line: QuoteLine, included: bool, reader: Reader) -> PriceLine:
    start, end = (formats.day(day, reader.locale, "medium") for day in (line.span.start, line.span.end))
    span = _("%(start)s to %(end)s") % {"start": start, "end": end}
    seats = words.seats(line.seats, reader.locale)
    if line.kind is LineKind.SEATS:
        more = ngettext("%(count)s more seat", "%(count)s more seats", line.seats)
        seats = more % {"count": formats.number(line.seats, reader.locale)}
    label = _("%(seats)s, %(span)s") % {"seats": seats, "span": span}
    if line.kind is LineKind.CREDIT:
        label = _("Credit for the old plan: %(what)s") % {"what": label}
    return PriceLine(
        amount=line.amount,
        label=label,
        name=f"{reader.names.product(line.product)} {reader.names.plan(line.product, line.plan)}",
        note=_("including tax") if included else "",
        steps=words.explain(line.explanation, reader.locale, reader.names),
    )


def _taxes(quote: Quote, reader: Reader) -> list[PriceLine]:
    label, reason = words.tax_label(quote.tax, reader.locale), words.tax_reason(quote.tax, reader.locale)
    lines = [PriceLine(amount=quote.net, label=_("Before tax"))]
    for tax in quote.tax_lines:
        lines.append(PriceLine(amount=tax.tax, label=label, note=reason, steps=words.explain_tax(tax, reader.locale)))
    return lines


def _renewal_sentence(coming: NextRenewal, reader: Reader) -> str:
    facts = {
        "seats": words.seats(coming.seats, reader.locale),
        "price": formats.money(coming.unit_price, reader.locale),
        "term": words.term(coming.months),
    }
    return _("%(seats)s at %(price)s each, for %(term)s") % facts


def _line_differences(before: Quote, after: Quote, reader: Reader) -> list[Difference]:
    rows: list[Difference] = []
    if len(before.lines) != len(after.lines):
        return rows
    for old, new in zip(before.lines, after.lines, strict=True):
        rows += _if_differs(_("Price of one seat"), old.unit_price, new.unit_price, reader)
        if old.span != new.span:
            days = (_span(line, reader) for line in (old, new))
            rows.append(Difference(_("Charged for"), *days))
        rows += _if_differs(reader.names.product(new.product), old.amount, new.amount, reader)
    return rows


def _span(line: QuoteLine, reader: Reader) -> str:
    return formats.days(line.span.days, reader.locale)


def _if_differs(label: str, before: Money | None, after: Money | None, reader: Reader) -> list[Difference]:
    if before == after:
        return []
    shown = ("–" if amount is None else formats.money(amount, reader.locale) for amount in (before, after))
    return [Difference(label, *shown)]
