"""An account that lives on: what was asked is carried out, and its order kept, as the use cases do it with rows."""

from dataclasses import dataclass, field, replace
from datetime import date

from tenor.domain import carrying_out
from tenor.domain.account import AccountState, Subscription
from tenor.domain.effects import GiveBack, MarkReturned
from tenor.domain.offer import Offer
from tenor.domain.orders import PastOrder
from tenor.domain.planner import plan
from tenor.domain.quote import Quote
from tenor.domain.requests import Ask, Request, ReturnOrder
from tenor.domain.return_windows import window_ends_on
from tests.domain.builders import ALICE, TODAY, account, offer


@dataclass
class Story:
    """The account of Alice, the orders it placed, and its day. What is paid for is paid at once."""

    state: AccountState = field(default_factory=account)
    offer: Offer = field(default_factory=offer)
    today: date = TODAY
    orders: tuple[PastOrder, ...] = ()

    @property
    def one(self) -> Subscription:
        """The subscription s1 as it stands."""
        return self.state.subscription("s1")

    def plan(self, ask: Ask) -> Quote:
        """What it would charge and do."""
        return plan(self.state, self.offer, Request(ALICE, ask), self.today, self.orders)

    def do(self, ask: Ask) -> Quote:
        """Carry it out, and keep its order, if it is one."""
        quote = self.plan(ask)
        self.carry_out(quote)
        return quote

    def carry_out(self, quote: Quote) -> None:
        """A quote's effects, its credit notes, and the order that it places or returns."""
        self.state = carrying_out.carry_out(self.state, quote.effects, self.today, by=ALICE.name)
        for effect in quote.effects:
            match effect:
                case GiveBack(order_id):
                    self.orders = tuple(
                        _credited(each, effect) if each.id == order_id else each for each in self.orders
                    )
                case MarkReturned(order_id):
                    self.orders = tuple(each for each in self.orders if each.id != order_id)
                case _:
                    pass
        if quote.lines and not any(isinstance(effect, GiveBack) for effect in quote.effects):
            number = f"o{len(self.orders) + 1}-{self.today}"
            self.orders += (PastOrder(number, number, quote.action, self.today, quote),)

    def give_back(self) -> Quote:
        """Return the latest order."""
        return self.do(ReturnOrder(self.orders[-1].id))

    def is_returnable(self) -> bool:
        """Whether the latest order is inside its window."""
        return bool(self.orders) and self.today < window_ends_on(self.offer, self.orders[-1], [self.one.id])


def _credited(order: PastOrder, note: GiveBack) -> PastOrder:
    return replace(order, credited=(*order.credited, note))
