"""The balance of an account: the customer's own money, which pays the next invoices before a method does (rules 9).

It is a means of payment: no line of a quote, no net and no tax changes by it. What it pays is fixed when an order is
placed; the gateway collects the rest.
"""

from dataclasses import dataclass, replace
from enum import StrEnum

from tenor.domain.account import AccountState, OpenOrder
from tenor.domain.money import Money
from tenor.domain.offer import Offer
from tenor.domain.quote import Quote


class BalanceReason(StrEnum):
    """Why the balance moved: a credit above the charge, an invoice that it pays or that was given up, a credit note, a
    refund that pays it out, or one that could not be sent.
    """

    __hash__ = str.__hash__  # see `domain.account.ChangeKind`

    CREDIT = "credit"
    USED = "used"
    RELEASED = "released"
    RETURNED = "returned"
    PAID_OUT = "paid_out"
    NOT_PAID_OUT = "not_paid_out"


def drawn(offer: Offer, balance: Money | None, total: Money) -> Money | None:
    """What the balance pays of a total; None for nothing.

    All that it can, but the gateway takes no less than its least amount: where the rest would be smaller, so
    much is left on the balance. A total that is too small for the gateway anyway is paid whole or not at all.
    """
    if balance is None or balance.minor <= 0 or total.minor <= 0:
        return None
    if balance >= total:
        return total
    most = total.minor - offer.least_charge(total.currency).minor
    pays = Money(min(balance.minor, most), total.currency)
    return pays if pays.minor > 0 else None


def after(state: AccountState, quote: Quote) -> AccountState:
    """The account when the quote is carried out, as far as its balance goes."""
    moved = quote.balance_moves
    if not moved:
        return state
    before = state.balance or Money.zero(moved.currency)
    return replace(state, balance=before + moved)


def released(state: AccountState, order: OpenOrder) -> AccountState:
    """The account when an unpaid order is given up: what its balance was to pay is on it again."""
    if order.from_balance is None:
        return state
    before = state.balance or Money.zero(order.from_balance.currency)
    return replace(state, balance=before + order.from_balance)


@dataclass(frozen=True, slots=True)
class GivenBack:
    """Where a credit note's money goes. Below zero, for a note that takes back what went to the balance."""

    to_method: Money
    to_balance: Money


def given_back(total: Money, from_balance: Money, credited: Money, note: Money) -> GivenBack:
    """Each part goes back to where it came from: to the method until all of it is back, the rest to the balance.

    `total` is the invoice's, of which the balance paid `from_balance` (below zero: got); `credited` is what earlier
    notes gave back of it, and `note` what this one gives back, both as amounts above zero.
    """
    method = total - from_balance
    to_method = _back_at_method(credited + note, method) - _back_at_method(credited, method)
    return GivenBack(to_method, note - to_method)


def left_to_pay(total: Money, from_balance: Money, credited: Money) -> Money:
    """What a payment of an unpaid invoice has to take: without what the balance pays, and what notes gave back."""
    method = total - from_balance
    return method - _back_at_method(credited, method)


def _back_at_method(credited: Money, method: Money) -> Money:
    """How much of what was credited so far is the method's."""
    return max(min(credited, method), Money.zero(method.currency))
