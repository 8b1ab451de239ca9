"""Past orders as planners see them: what was charged and done, what was given back, and what is left to credit."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from tenor.domain.account import AccountState, ComingTerm, PaidPeriod, PriceKind, Subscription
from tenor.domain.balance import GivenBack, given_back
from tenor.domain.effects import Effect, GiveBack, changed_by, taxes_by_kind
from tenor.domain.explanation import Explanation
from tenor.domain.invoices import (
    DocumentKind,
    InvoiceDraft,
    Party,
    credit_note,
    credited_lines,
    invoice_of,
    tax_by_kind,
)
from tenor.domain.line_tax import LineTax, TaxKind
from tenor.domain.money import Money, total
from tenor.domain.quote import Collection, LineKind, NextRenewal, Quote
from tenor.domain.refusals import Refusal
from tenor.domain.tax import TaxLine

_NOBODY = Party("", "")
"""Parties are no matter of arithmetic: a credit note copies them from its invoice."""


@dataclass(frozen=True, slots=True)
class PastOrder:
    """An order that was carried out on the local day `granted_on`, and not returned.

    `credited` is what credit notes gave back of its invoice already; `waiting` are the ids of its lines that still wait
    for an invoice because they were too small (rules 4), and `billed_by` is the order on whose invoice they came to
    stand, which may itself be returned by now. `paid_by` is the method that paid its invoice, where that is known;
    `is_owed`: the invoice is open again, for the bank took the money back; `is_being_paid`: money for it is under way.
    `returned` are the subscriptions whose part of it was given back. `paid_out`, in minor units, is what its payment
    sent back from the balance: that part of it is the balance's from then on.
    """

    id: str
    number: str
    action: str
    granted_on: date
    quote: Quote
    credited: tuple[GiveBack, ...] = ()
    waiting: tuple[str, ...] = ()
    billed_by: "PastOrder | None" = None
    paid_by: str | None = None
    is_owed: bool = False
    is_being_paid: bool = False
    returned: frozenset[str] = frozenset()
    paid_out: int = 0

    @property
    def own_places(self) -> tuple[int, ...]:
        """The places of its own lines: one that was carried to its invoice belongs to another order."""
        return tuple(place for place, line in enumerate(self.quote.lines) if line.kind is not LineKind.CARRIED)

    @property
    def subscription_ids(self) -> frozenset[str]:
        """The subscriptions that it charged for or changed, and whose part of it stands."""
        charged = frozenset(self.quote.lines[place].subscription_id for place in self.own_places)
        return (charged | changed_by(self.quote.effects)) - self.returned

    def places_of(self, chosen: frozenset[str]) -> tuple[int, ...]:
        """The places of its own lines that are about these subscriptions."""
        return tuple(place for place in self.own_places if self.quote.lines[place].subscription_id in chosen)


PastOrders = tuple[PastOrder, ...]
"""Those that may still matter, in the order in which they were carried out."""


def find_order(orders: PastOrders, order_id: str) -> PastOrder:
    """The order of that id. Raises Refusal("unknown_order")."""
    for order in orders:
        if order.id == order_id:
            return order
    raise Refusal("unknown_order", {"order": order_id})


def give_back(order: PastOrder, places: Iterable[int], on: date) -> tuple[GiveBack, InvoiceDraft]:
    """The credit note over what is left of these lines, as an effect and as a document.

    Raises Refusal("nothing_to_credit") where nothing is left of them.
    """
    bill = invoice_of(order.quote, _NOBODY, _NOBODY, order.granted_on)
    notes = [_note(bill, credited) for credited in order.credited]
    note = credit_note(bill, notes, on, {place: bill.lines[place].amount for place in places})
    return _as_effect(order, note), note


def billing(orders: Iterable[PastOrder], order: PastOrder) -> PastOrder | None:
    """The order among `orders`, returned ones too, on whose invoice the lines of `order` stand that had been small."""
    return next((other for other in orders if other is not order and carried_places(other, order)), None)


def carried_places(bill: PastOrder, order: PastOrder) -> tuple[int, ...]:
    """The places of the lines of `order` on the invoice of another one that billed them."""
    return tuple(
        place
        for place, line in enumerate(bill.quote.lines)
        if line.kind is LineKind.CARRIED and line.explanation.facts.get("order") == order.number
    )


def refund_quote(
    action: str,
    notes: tuple[tuple[PastOrder, InvoiceDraft], ...],
    effects: tuple[Effect, ...],
    promised: tuple[NextRenewal, ...],
    on: date,
) -> Quote:
    """The quote of what credit notes give back, each by the payment that paid its order; `method_id` is the first's.

    Where the bank took the money back already, the notes only end the debt: nothing is given back. What the account's
    balance had paid goes back to it; what it had got, by a credit above the charge, is taken from it again.
    """
    bill, first = notes[0]
    drafts = [note for _, note in notes]
    parts = [_given_back(order, note) for order, note in notes]
    to_balance = total((part.to_balance for part in parts), first.total.currency)
    to_method = total((part.to_method for part in parts), first.total.currency)
    whole = total((draft.total for draft in drafts), first.total.currency)
    return Quote(
        action=action,
        priced_on=on,
        method_id=bill.paid_by or bill.quote.method_id,
        lines=tuple(line for draft in drafts for line in draft.lines if line.amount),
        tax=first.tax_decision,
        tax_lines=_by_rate([line for draft in drafts for line in draft.tax_lines]),
        net=total((draft.net for draft in drafts), whole.currency),
        tax_total=total((draft.tax for draft in drafts), whole.currency),
        total=whole,
        collection=_collection_of_return(notes, to_method, to_balance),
        effects=effects,
        promised=promised,
        from_balance=-to_balance if to_balance.minor < 0 else None,
        to_balance=to_balance if to_balance.minor > 0 else None,
    )


def is_overdrawn(state: AccountState, notes: Iterable[tuple[PastOrder, InvoiceDraft]]) -> bool:
    """Whether the notes, one after the other, take more from the account's balance than is on it."""
    left = state.balance or Money.zero(state.currency)
    for order, note in notes:
        left += _given_back(order, note).to_balance
        if left.minor < 0:
            return True
    return False


def still_got(order: PastOrder) -> Money | None:
    """What the order brought to the account's balance, without what credit notes took from there again."""
    got = order.quote.to_balance
    return None if got is None else got + _credited(order)


def _credited(order: PastOrder) -> Money:
    """What the order's credit notes gave back, as an amount above zero."""
    currency = order.quote.total.currency
    return Money(-sum((total(one.nets, currency).minor + one.tax.minor for one in order.credited), 0), currency)


def _given_back(order: PastOrder, note: InvoiceDraft) -> GivenBack:
    """Where the money of a note goes, by what paid the invoice."""
    currency = note.total.currency
    by_balance = Money(order.paid_out, currency) - order.quote.balance_moves
    return given_back(order.quote.total, by_balance, _credited(order), -note.total)


def _collection_of_return(
    notes: tuple[tuple[PastOrder, InvoiceDraft], ...], to_method: Money, to_balance: Money
) -> Collection:
    if to_method and not all(order.is_owed for order, _ in notes):
        return Collection.REFUND
    return Collection.BALANCE if to_balance else Collection.NONE


def _by_rate(lines: list[TaxLine]) -> tuple[TaxLine, ...]:
    """One line for each kind of tax."""
    found: dict[TaxKind, TaxLine] = {}
    for line in lines:
        so_far = found.get(line.kind)
        found[line.kind] = (
            line if so_far is None else replace(so_far, net=so_far.net + line.net, tax=so_far.tax + line.tax)
        )
    return tuple(found.values())


def _as_effect(order: PastOrder, note: InvoiceDraft) -> GiveBack:
    amounts, nets = tuple(line.amount for line in note.lines), tuple(line.net for line in note.lines)
    taxes = tax_by_kind(note)
    return GiveBack(order.id, amounts, nets, note.tax, taxes if len(taxes) > 1 else ())


def _note(bill: InvoiceDraft, credited: GiveBack) -> InvoiceDraft:
    """A credit note as it was written, as far as arithmetic goes."""
    written = zip(bill.lines, credited.amounts, credited.nets, strict=True)
    net = total(credited.nets, credited.tax.currency)
    return replace(
        bill,
        kind=DocumentKind.CREDIT_NOTE,
        lines=tuple(replace(line, amount=amount, net=own) for line, amount, own in written),
        tax_lines=credited_lines(bill, credited.nets, taxes_by_kind(credited)),
        net=net,
        tax=credited.tax,
        total=net + credited.tax,
    )


@dataclass(frozen=True, slots=True)
class Charge:
    """Money that was paid for seats to the end of a paid period, and stands: an upgrade credits it by days (rules 4).

    `ref` names it: an order's line ("ORDER ID/PLACE"), or the first day of a period that was taken over from elsewhere.
    `tax` is what it was sold with; None where it was paid elsewhere.
    """

    ref: str
    paid: PaidPeriod
    seats: int
    unit_price: Money
    price_kind: PriceKind
    tax: LineTax | None = None

    @property
    def whole(self) -> Money:
        """What the seats cost for the whole of the period (P)."""
        return self.unit_price * self.seats


_PAYS_FOR_SEATS = frozenset({LineKind.TERM, LineKind.SEATS, LineKind.EXTENSION, LineKind.PLAN})


def charges(orders: PastOrders, subscription: Subscription, today: date) -> tuple[Charge, ...]:
    """What was paid for the subscription's periods that still run, and was not credited, by period.

    Seats of a period for which no order of ours is known were paid elsewhere, at the period's own price.
    """
    found: list[Charge] = []
    for paid in subscription.running_periods(today):
        coming = coming_in(subscription, paid)
        if coming is not None and coming.plan != subscription.plan:
            continue  # paid ahead for another plan already
        own = list(_charges_of(orders, subscription, paid))
        seats = coming.seats if coming else subscription.seats
        if (missing := seats - sum(charge.seats for charge in own)) > 0:
            found.append(Charge(paid.period.start.isoformat(), paid, missing, paid.unit_price, paid.price_kind))
        found += own
    return tuple(found)


def coming_in(subscription: Subscription, paid: PaidPeriod) -> ComingTerm | None:
    """The term paid ahead that the subscription is in by the days of that period; None where it is as it is now."""
    coming = subscription.coming
    return coming if coming is not None and paid.period.start >= coming.starts_on else None


def is_given_back(order: PastOrder, place: int) -> bool:
    """Whether credit notes have given all of that line back."""
    line = order.quote.lines[place]
    return bool(order.credited) and not sum((note.amounts[place].minor for note in order.credited), line.amount.minor)


def _charges_of(orders: PastOrders, subscription: Subscription, paid: PaidPeriod) -> Iterator[Charge]:
    credited = {line.explanation.facts.get("line") for order in orders for line in order.quote.lines}
    for order in orders:
        for place in order.own_places:
            line, ref = order.quote.lines[place], f"{order.id}/{place}"
            pays = line.subscription_id == subscription.id and line.kind in _PAYS_FOR_SEATS
            stands = ref not in credited and not is_given_back(order, place)
            if pays and stands and line.span.end == paid.period.end and line.plan == subscription.plan:
                kind = _price_kind(line.explanation) or paid.price_kind
                yield Charge(ref, paid, line.seats, line.unit_price, kind, order.quote.taxes[place])


_KINDS_OF_PRICE = {
    "list_price": PriceKind.LIST,
    "special_price_published": PriceKind.RENEWAL,
    "special_price_derived": PriceKind.RENEWAL,
}


def _price_kind(explanation: Explanation) -> PriceKind | None:
    """The kind of price that a line was worked out from: seats added at the list price stay at it."""
    own = _KINDS_OF_PRICE.get(explanation.rule)
    return own or next((kind for step in explanation.steps if (kind := _price_kind(step))), None)
