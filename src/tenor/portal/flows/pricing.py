"""A quote as pages show it: its lines with their arithmetic, tax with its reason, the total, the next renewal."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from tenor.domain.account import AccountState, ChangeKind, CustomerType, Subscription
from tenor.domain.effects import MoveRenewal, Schedule, changed_by
from tenor.domain.line_tax import LineTax, TaxDecision
from tenor.domain.money import Money, total
from tenor.domain.quote import Collection, LineKind, NextRenewal, Quote, QuoteLine
from tenor.domain.tax import EU, NOT_KNOWN
from tenor.domain.tax_territories import sold_with
from tenor.portal.flows.shared import Reader
from tenor.ui import formats, words
from tenor.ui.components import PriceLine, PriceSummary, Step
from tenor.ui.words import TaxWords

DUTY_TO_PAY = EU | {"GB", "IS", "LI", "NO"}
"""Where a consumer's order button has to state the duty to pay: directive 2011/83/EU, article 8(2), and the laws that
took it over in the European Economic Area and the United Kingdom."""
NOTHING = "–"


@dataclass(frozen=True, slots=True)
class Renewal:
    """What the next renewal will be, as a quote promises it. `amount` is what all seats are charged, as `tax` says.

    `net` is the same without the tax, in words; "" where it is no other amount, or the only one that is known.
    """

    on: date
    amount: Money
    tax: str
    net: str
    sentence: str
    steps: list[Step]


@dataclass(frozen=True, slots=True)
class Difference:
    """A part of a quote that came out otherwise when it was planned again."""

    label: str
    before: str
    after: str


def tax_is_included(quote: Quote) -> bool:
    """Whether what the quote sells is priced with its tax, as consumers see prices."""
    taxed = zip(quote.lines, quote.taxes, strict=True)
    sold = (tax.kind for line, tax in taxed if line.kind not in (LineKind.CREDIT, LineKind.CARRIED))
    return any(kind.included for kind in sold)


def summary(quote: Quote, reader: Reader) -> PriceSummary:
    """Lines as they were priced; below them always net, tax and total."""
    carried, paid = quote.collection is Collection.CARRIED, _paid(quote)
    return PriceSummary(
        lines=[
            *(_line(line, note, reader) for line, note in zip(quote.lines, _tax_notes(quote, reader), strict=True)),
            *_uncharged(quote, reader),
        ],
        taxes=_taxes(quote, reader) if quote.lines else [],
        total=quote.total,
        total_label=_("On your next invoice") if carried else _("Total") if paid else _unknown_total(quote),
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


def renewal(quote: Quote, reader: Reader) -> Renewal | None:
    """The next renewal that the quote promises; None where the subscription will not renew."""
    if not quote.promised:
        return None
    coming, tax = quote.promised[0], TaxWords.of(quote.tax)
    amount, label = _charged(quote, coming, tax)
    is_priced_so = amount == coming.amount
    return Renewal(
        on=coming.on,
        amount=amount,
        tax=label,
        net="" if is_priced_so else tax.beside(formats.money(coming.amount, reader.locale), included=False),
        sentence=_renewal_sentence(coming, tax, reader),
        steps=words.explain(coming.explanation, reader.locale, reader.names),
    )


@dataclass(frozen=True, slots=True)
class ComingRenewal:
    """One of several renewals that a quote promises: a name (data), the day, what is charged, and `tax` says how."""

    name: str
    on: date
    amount: Money
    tax: str


def renewals(quote: Quote, state: AccountState, reader: Reader) -> list[ComingRenewal]:
    """Where the quote promises several renewals, each of them, by day; nothing where it promises one or none."""
    if len(quote.promised) < 2:
        return []
    tax, owned = TaxWords.of(quote.tax), {subscription.id: subscription for subscription in state.subscriptions}
    return [
        ComingRenewal(
            f"{reader.names.item(one.product, coming.plan)} · {words.subscription_reference(one)}",
            coming.on,
            *_charged(quote, coming, tax),
        )
        for coming in sorted(quote.promised, key=lambda one: one.on)
        if (one := owned.get(coming.subscription_id))
    ]


def _charged(quote: Quote, coming: NextRenewal, tax: TaxWords) -> tuple[Money, str]:
    """What a promised renewal is charged, and what that has to do with tax: as priced where the tax is not known."""
    charged = quote.charge_of(coming)
    if charged is None:
        return coming.amount, tax.priced(included=coming.tax_included)
    return charged, tax.included


def order_button(state: AccountState, quote: Quote, locale: str) -> str:
    """What the button says that makes the order: what is paid at once. Consumers have to be told in the law's words."""
    is_consumer = state.customer_type is CustomerType.CONSUMER and sold_with(state.country) in DUTY_TO_PAY
    if is_consumer and quote.total.minor > 0:
        return pgettext("button by law", "Order with obligation to pay")
    if quote.collection is Collection.GATEWAY:
        return _("Submit order: pay %(amount)s") % {"amount": formats.money(quote.at_gateway, locale)}
    return _("Submit order")


def differences(before: Quote, after: Quote, reader: Reader) -> list[Difference]:
    """What changed between a stale quote and the new one, the charges first."""
    rows = [*_line_differences(before, after, reader)]
    rows += _if_differs(words.capital(TaxWords.of(after.tax).name), before.tax_total, after.tax_total, reader)
    rows += _if_differs(_("Total"), before.total, after.total, reader)
    rows += _if_differs(_("From your balance"), before.from_balance, after.from_balance, reader)
    rows += _if_differs(_("To your balance"), before.to_balance, after.to_balance, reader)
    old, new = (quote.promised[0] if quote.promised else None for quote in (before, after))
    charges = [_promise(quote, promised, reader) for quote, promised in ((before, old), (after, new))]
    rows += [Difference(_("Next renewal"), *charges)] if charges[0] != charges[1] else []
    if old and new and old.on != new.on:
        days = (formats.day(promised.on, reader.locale) for promised in (old, new))
        rows.append(Difference(_("Renewal date"), *days))
    return rows


def _tax_notes(quote: Quote, reader: Reader) -> list[str]:
    """What each amount has to do with tax. Where a document has several kinds, each line names its own rate."""
    if len({tax.kind for tax in quote.taxes}) > 1:
        return [words.line_tax(tax, reader.locale) for tax in quote.taxes]
    return [TaxWords.of(tax.decision).included if tax.kind.included else "" for tax in quote.taxes]


def _uncharged(quote: Quote, reader: Reader) -> list[PriceLine]:
    """What is aligned too and costs nothing now, with why: nothing that was chosen is left out."""
    if quote.action != "align_dates":
        return []
    charged = {line.subscription_id for line in quote.lines}
    chosen = changed_by(quote.effects) | {coming.subscription_id for coming in quote.promised}
    found = (one for one in reader.owned.values() if one.id in chosen - charged)
    return [
        PriceLine(
            amount=Money.zero(quote.total.currency),
            label=_why_uncharged(quote, one, reader),
            name=reader.names.item(one.product, one.last_plan),
            number=reader.reference(one.id),
        )
        for one in sorted(found, key=lambda one: (one.renews_on, one.number))
    ]


def _why_uncharged(quote: Quote, one: Subscription, reader: Reader) -> str:
    for effect in quote.effects:
        if isinstance(effect, Schedule) and effect.subscription_id == one.id and effect.change is ChangeKind.TERM:
            day = formats.day(effect.effective_on, reader.locale)
            return _("No charge now: it can be aligned once it has renewed on %(day)s") % {"day": day}
    if not any(isinstance(effect, MoveRenewal) for effect in quote.effects):
        return _("No charge now")
    days = (coming.on for coming in quote.promised if coming.subscription_id == one.id)
    day = formats.day(next(days, one.renews_on), reader.locale)
    return _("No charge now: its renewal date is %(day)s already") % {"day": day}


def _line(line: QuoteLine, note: str, reader: Reader) -> PriceLine:
    start, end = (formats.day(day, reader.locale, "medium") for day in (line.span.start, line.span.end))
    span = _("%(start)s to %(end)s") % {"start": start, "end": end}
    seats = words.seats(line.seats, reader.locale)
    if line.kind is LineKind.SEATS:
        more = ngettext("%(count)s more seat", "%(count)s more seats", line.seats)
        seats = more % {"count": formats.number(line.seats, reader.locale)}
    label = _("%(seats)s, %(span)s") % {"seats": seats, "span": span}
    if line.kind is LineKind.CREDIT:
        label = _("Deduction for what is left of the old plan: %(what)s") % {"what": label}
    return PriceLine(
        amount=line.amount,
        label=label,
        name=reader.names.item(line.product, line.plan),
        number=reader.reference(line.subscription_id),
        note=note,
        steps=words.explain(line.explanation, reader.locale, reader.names),
    )


def _unknown_total(quote: Quote) -> str:
    return _total_without(quote) if quote.total and quote.tax.rule == NOT_KNOWN else ""


def _total_without(quote: Quote) -> str:
    return _("Total %(tax)s") % {"tax": TaxWords.of(quote.tax).excluded}


def _taxes(quote: Quote, reader: Reader) -> list[PriceLine]:
    """The tax by rate; before it the net, where a tax comes to it."""
    if quote.tax.rule == NOT_KNOWN:
        return []
    is_taxed = any(tax.rate for tax in quote.tax_lines)
    lines = [PriceLine(amount=quote.net, label=_total_without(quote))] if is_taxed else []
    for decision, alike in quote.tax_lines_alike:
        lines.append(
            PriceLine(
                amount=total((tax.tax for tax in alike), quote.total.currency),
                label=words.tax_label(decision, reader.locale),
                note=_tax_reason(quote, decision, reader),
                steps=[step for tax in alike for step in words.explain_tax(tax, reader.locale)],
            )
        )
    return lines


def _tax_reason(quote: Quote, decision: TaxDecision, reader: Reader) -> str:
    is_todays = LineTax(decision, included=False).kind == LineTax(quote.tax, included=False).kind
    return (words.tax_reason if is_todays else words.kept_tax_reason)(decision, reader.locale)


def _renewal_sentence(coming: NextRenewal, tax: TaxWords, reader: Reader) -> str:
    facts = {
        "seats": words.seats(coming.seats, reader.locale),
        "price": tax.beside(formats.money(coming.unit_price, reader.locale), included=coming.tax_included),
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


def _promise(quote: Quote, coming: NextRenewal | None, reader: Reader) -> str:
    """What a promised renewal is charged, as the page says it elsewhere: with its tax."""
    if coming is None:
        return NOTHING
    amount, tax = _charged(quote, coming, TaxWords.of(quote.tax))
    return f"{formats.money(amount, reader.locale)} {tax}".rstrip()


def _if_differs(label: str, before: Money | None, after: Money | None, reader: Reader) -> list[Difference]:
    if before == after:
        return []
    shown = (NOTHING if amount is None else formats.money(amount, reader.locale) for amount in (before, after))
    return [Difference(label, *shown)]
