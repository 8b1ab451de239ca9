"""Which stored method pays an order: those that can be charged today, and the one that is chosen."""

from dataclasses import dataclass

from tenor.domain.account import PaymentMethod
from tenor.domain.methods import is_usable, kept_methods
from tenor.portal.flows.method_cards import ICONS
from tenor.usecases.load import Loaded


@dataclass(frozen=True, slots=True)
class Payable:
    """A method that may pay, as a choice of a form (templates/portal/flows/pay_by.html)."""

    method: PaymentMethod
    icon: str
    is_chosen: bool


def payable(loaded: Loaded, wanted: str, own: PaymentMethod | None) -> list[Payable]:
    """What can be charged today, the default first. Chosen: what is wanted, else what pays by itself, or the first."""
    usable = [method for method in kept_methods(loaded.state) if is_usable(loaded.offer, method, loaded.today)]
    chosen = next((method for method in usable if method.id == wanted), own if own in usable else None)
    chosen = chosen or next(iter(usable), None)
    return [Payable(method, ICONS[method.kind], method == chosen) for method in usable]


def chosen_method(choices: list[Payable]) -> PaymentMethod | None:
    """The one that is chosen; None where nothing can be charged."""
    return next((choice.method for choice in choices if choice.is_chosen), None)
