"""What a subscription owes, as pages show it: the sentence, and the three ways on: pay it, change it, end it."""

from dataclasses import dataclass

from django.urls import reverse

from tenor.domain.account import Actor, Subscription
from tenor.domain.eligibility import Action, open_reasons
from tenor.domain.under_way import is_owed, still_owed
from tenor.portal.flows.shared import Reader
from tenor.ui import words
from tenor.usecases.load import Loaded


@dataclass(frozen=True, slots=True)
class Owing:
    """What is owed, in sentences, and where to go on; "" for what is not possible now."""

    sentences: tuple[str, ...]
    pay_url: str
    change_url: str
    end_url: str


def owing(loaded: Loaded, one: Subscription, actor: Actor, who: Reader, *, says_next_try: bool = True) -> Owing | None:
    """None where no renewal of it is owed, or its money is on its way.

    `says_next_try`: False where the page tells that elsewhere.
    """
    order = one.open_order
    if not is_owed(one, loaded.today) or (order is not None and order.is_under_way):
        return None
    return Owing(
        sentences=words.owed(still_owed(loaded.state, [one], loaded.today), who.locale, says_next_try=says_next_try),
        pay_url=reverse("portal:order", args=[order.id]) if order and actor.role.may_buy else "",
        change_url=_address(loaded, one, actor, Action.CHANGE_OWED),
        end_url=_address(loaded, one, actor, Action.DECLINE_OWED),
    )


def _address(loaded: Loaded, one: Subscription, actor: Actor, action: Action) -> str:
    """The page, unless it is closed."""
    closed = open_reasons(loaded.state, loaded.offer, action, one, actor, loaded.today)
    return "" if closed else reverse(f"portal:{action}", args=[one.id])
