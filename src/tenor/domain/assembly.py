"""Putting a quote together: tax on the lines, totals, and how the total is collected (rules 4, 9, 11)."""

from dataclasses import dataclass, replace
from datetime import date

from tenor.domain.account import AccountState, CarriedLine
from tenor.domain.balance import drawn
from tenor.domain.effects import BillCarried, Effect
from tenor.domain.explanation import Explanation
from tenor.domain.money import Money
from tenor.domain.offer import Offer
from tenor.domain.quote import Collection, LineKind, NextRenewal, Quote, QuoteLine
from tenor.domain.refusals import Refusal
from tenor.domain.tax import TaxDecision, Totals, decide, totals
from tenor.domain.terms import Period


@dataclass(frozen=True, slots=True)
class DraftLine:
    """A line before tax: the explanation's result is its amount."""

    kind: LineKind
    subscription_id: str
    product: str
    plan: str
    seats: int
    span: Period
    unit_price: Money
    denominator: int
    explanation: Explanation


@dataclass(frozen=True, slots=True)
class Draft:
    """What a planner decided, before tax and totals. `tax_included`: whether its prices have tax in them.

    `may_credit`: a total below zero goes to the account's balance (policy), and is not refused.
    """

    action: str
    method_id: str | None = None
    tax_included: bool = False
    lines: tuple[DraftLine, ...] = ()
    effects: tuple[Effect, ...] = ()
    promised: tuple[NextRenewal, ...] = ()
    may_credit: bool = False


def assemble(state: AccountState, offer: Offer, draft: Draft, today: date) -> Quote:
    """The quote of a draft. Raises Refusal("credit_exceeds_charge") for a total below zero that nothing can take.

    The account's balance pays before the gateway does. Lines that waited for the next invoice join, as soon as there is
    something to collect.
    """
    decision = decide(offer, state, today)
    sums = _totals(draft.lines, decision, draft.tax_included, state.currency)
    if sums.total.minor < 0 and not (draft.may_credit and offer.policy.credit_kept_on_balance):
        raise Refusal("credit_exceeds_charge", {"total": sums.total})
    if sums.total and state.carried:
        joined = (*draft.lines, *(_carried(line) for line in state.carried))
        with_carried = _totals(joined, decision, draft.tax_included, state.currency)
        if _collection(state, offer, with_carried.total) in (Collection.GATEWAY, Collection.BALANCE) and (
            with_carried.total.minor > 0
        ):
            billed = BillCarried(tuple(line.id for line in state.carried))
            draft, sums = replace(draft, lines=joined, effects=(*draft.effects, billed)), with_carried
    return Quote(
        action=draft.action,
        priced_on=today,
        method_id=draft.method_id,
        lines=tuple(_line(line, net) for line, net in zip(draft.lines, sums.nets, strict=False)),
        tax=decision,
        tax_lines=sums.tax_lines,
        net=sums.net,
        tax_total=sums.tax,
        total=sums.total,
        collection=_collection(state, offer, sums.total),
        effects=draft.effects,
        promised=draft.promised,
        from_balance=drawn(offer.policy, state.balance, sums.total),
        to_balance=-sums.total if sums.total.minor < 0 else None,
    )


def _totals(lines: tuple[DraftLine, ...], decision: TaxDecision, tax_included: bool, currency: str) -> Totals:
    return totals(tuple(line.explanation.result for line in lines) or (Money.zero(currency),), decision, tax_included)


def _carried(line: CarriedLine) -> DraftLine:
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
    )


def _line(draft: DraftLine, net: Money) -> QuoteLine:
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
    )


def _collection(state: AccountState, offer: Offer, total: Money) -> Collection:
    """A zero total needs no gateway, nor one that the balance pays or gets whole; one below what the gateway takes
    waits for the next invoice (rules 4).
    """
    if not total:
        return Collection.NONE
    if total.minor < 0 or drawn(offer.policy, state.balance, total) == total:
        return Collection.BALANCE
    too_small = total.minor < offer.policy.gateway_minimum.get(total.currency, 0)
    return Collection.CARRIED if too_small else Collection.GATEWAY
