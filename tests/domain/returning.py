"""Orders as they were carried out, for tests of what builds on them: returns, credits, upgrades."""

from datetime import date
from typing import Any

from tenor.domain.account import AccountState
from tenor.domain.carrying_out import carry_out
from tenor.domain.changes import return_order
from tenor.domain.offer import Offer
from tenor.domain.orders import PastOrder, PastOrders
from tenor.domain.quote import Quote
from tenor.domain.requests import ReturnOrder
from tests.domain.builders import ALICE, TODAY


def ordered(quote: Quote, id_: str = "o1", on: date = TODAY, **also: Any) -> PastOrder:
    """The order of a quote, paid and granted on a day."""
    return PastOrder(id_, id_.upper(), quote.action, on, quote, **also)


def give_back(state: AccountState, offer: Offer, orders: PastOrders, id_: str, on: date) -> Quote:
    """The quote of that order's return."""
    return return_order.plan(state, offer, ALICE, ReturnOrder(id_), on, orders)


def after(state: AccountState, quote: Quote, on: date) -> AccountState:
    """The account once the quote's effects are carried out on a day."""
    return carry_out(state, quote.effects, on, by=ALICE.name)
