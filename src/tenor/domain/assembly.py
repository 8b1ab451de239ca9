"""Putting a quote together: tax on the lines, totals, and how the total is collected (rules 4, 9, 11)."""

from dataclasses import dataclass, replace
from datetime import date

from tenor.domain.account import AccountState, CarriedLine
from tenor.domain.balance import drawn
from tenor.domain.effects import BillCarried, Effect
from tenor.domain.explanation import Explanation
from tenor.domain.line_tax import LineTax
from tenor.domain.money import Money
from tenor.domain.offer import Offer
from tenor.domain.quote import Collection, LineKind, NextRenewal, Quote, QuoteLine, ShortNotice, StillOwed
from tenor.domain.refusals import Refusal
from tenor.domain.tax import TaxDecision, Totals, decide, outlook, totals, totals_of
from tenor.domain.terms import Period


@dataclass(frozen=True, slots=True)
class DraftLine:
    """A line before tax: the explanation's result is its amount.

    `tax` is given where the line was sold before (what is credited, what waited): it keeps it. What is sold today gets
    today's decision; `tax_included` is said where its price is not like the draft's.
    """

    kind: LineKind
    subscription_id: str
    product: str
    plan: str
    seats: int
    span: Period
    unit_price: Money
    denominator: int
    explanation: Explanation
    tax: LineTax | None = None
    tax_included: bool | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """What a planner decided, before tax and totals. `tax_included`: whether its prices have tax in them, as a rule.

    `tax_may_wait`: it is a forecast, which shows amounts before tax where the tax is not known. `may_credit`: a total
    below zero goes to the account's balance (policy), and is not refused.
    """

    action: str
    method_id: str | None = None
    tax_included: bool = False
    lines: tuple[DraftLine, ...] = ()
    effects: tuple[Effect, ...] = ()
    promised: tuple[NextRenewal, ...] = ()
    tax_may_wait: bool = False
    owed: tuple[StillOwed, ...] = ()
    may_credit: bool = False
    short_notices: tuple[ShortNotice, ...] = ()

    @property
    def asks_for_tax(self) -> bool:
        """Whether it has to be known which tax is due: what charges nothing asks for none."""
        untaxed = (line.explanation.result for line in self.lines if line.tax is None)
        return not self.tax_may_wait and any(untaxed)


def assemble(state: AccountState, offer: Offer, draft: Draft, today: date) -> Quote:
    """The quote of a draft. Raises Refusal("credit_exceeds_charge") for a total below zero that nothing can take.

    The account's balance pays before the gateway does. Lines that waited for the next invoice join, as soon as there is
    something to collect. Each line has the tax that it is sold with, or was.
    """
    decision = decide(offer, state, today) if draft.asks_for_tax else outlook(offer, state, today)
    sums = _totals(draft, draft.lines, decision, state.currency)
    if sums.total.minor < 0 and not (draft.may_credit and offer.policy.credit_kept_on_balance):
        raise Refusal("credit_exceeds_charge", {"total": sums.total})
    if sums.total and state.carried:
        joined = (*draft.lines, *(_carried(state, offer, draft, line, today) for line in state.carried))
        with_carried = _totals(draft, joined, decision, state.currency)
        if with_carried.total.minor > 0 and _collection(state, offer, with_carried.total) is not Collection.CARRIED:
            billed = BillCarried(tuple(line.id for line in state.carried))
            draft, sums = replace(draft, lines=joined, effects=(*draft.effects, billed)), with_carried
    taxes = _taxes(draft, draft.lines, decision)
    quote = Quote(
        action=draft.action,
        priced_on=today,
        method_id=draft.method_id,
        lines=tuple(_line(*each) for each in zip(draft.lines, sums.nets, taxes, strict=False)),
        tax=decision,
        tax_lines=sums.tax_lines,
        net=sums.net,
        tax_total=sums.tax,
        total=sums.total,
        collection=_collection(state, offer, sums.total),
        effects=draft.effects,
        promised=draft.promised,
        owed=draft.owed,
        from_balance=drawn(offer, state.balance, sums.total),
        to_balance=-sums.total if sums.total.minor < 0 else None,
        short_notices=draft.short_notices,
    )
    quote.demand_sums()
    return quote


def _totals(draft: Draft, lines: tuple[DraftLine, ...], decision: TaxDecision, currency: str) -> Totals:
    if not lines:
        return totals((Money.zero(currency),), decision, draft.tax_included)
    return totals_of(tuple(line.explanation.result for line in lines), _taxes(draft, lines, decision))


def _taxes(draft: Draft, lines: tuple[DraftLine, ...], decision: TaxDecision) -> tuple[LineTax, ...]:
    """What each line was sold with, or is sold with today."""
    today = {included: LineTax(decision, included) for included in (False, True)}
    return tuple(
        line.tax or today[draft.tax_included if line.tax_included is None else line.tax_included] for line in lines
    )


def decided_then(state: AccountState, offer: Offer, day: date, today: date, *, may_wait: bool = False) -> TaxDecision:
    """The tax of what was sold on that day, where nobody kept it: its rate, for the customer as far as it is known.

    Where the table of rates begins later, today's. Raises Refusal as `tax.decide` does for today, unless it `may_wait`.
    """
    try:
        return decide(offer, state, min(day, today))
    except Refusal:
        return outlook(offer, state, today) if may_wait else decide(offer, state, today)


def _carried(state: AccountState, offer: Offer, draft: Draft, line: CarriedLine, today: date) -> DraftLine:
    """A line that waited, with the tax it was sold with; a small one is sold on its first day, or before it."""
    sold = line.tax or LineTax(
        decided_then(state, offer, line.span.start, today, may_wait=draft.tax_may_wait), draft.tax_included
    )
    return DraftLine(
        kind=LineKind.CARRIED,
        subscription_id=line.subscription_id,
        product=line.product,
        plan=line.plan,
        seats=line.seats,
        span=line.span,
        unit_price=line.unit_price,
        denominator=line.denominator,
        explanation=Explanation("carried", {"order": line.order_number}, line.amount),
        tax=sold,
    )


def _line(draft: DraftLine, net: Money, tax: LineTax) -> QuoteLine:
    return QuoteLine(
        kind=draft.kind,
        subscription_id=draft.subscription_id,
        product=draft.product,
        plan=draft.plan,
        seats=draft.seats,
        span=draft.span,
        unit_price=draft.unit_price,
        denominator=draft.denominator,
        amount=draft.explanation.result,
        net=net,
        explanation=draft.explanation,
        tax=tax,
    )


def _collection(state: AccountState, offer: Offer, total: Money) -> Collection:
    """A zero total needs no gateway, nor one that the balance pays or gets whole; one below what the gateway takes
    waits for the next invoice (rules 4).
    """
    if not total:
        return Collection.NONE
    if total.minor < 0 or drawn(offer, state.balance, total) == total:
        return Collection.BALANCE
    return Collection.CARRIED if total < offer.least_charge(total.currency) else Collection.GATEWAY
