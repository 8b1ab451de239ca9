"""How states look: a word, a tone and an icon for every state a customer can see."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy


@dataclass(frozen=True, slots=True)
class Look:
    """`tone` is neutral, info, success, warning, danger or accent; `icon` a symbol of icons.svg."""

    label: Promise
    tone: str
    icon: str


LOOKS: dict[str, dict[str, Look]] = {
    "subscription": {
        "active": Look(pgettext_lazy("subscription", "Active"), "success", "check-circle"),
        "past_due": Look(pgettext_lazy("subscription", "Payment overdue"), "danger", "warning"),
        "suspended": Look(pgettext_lazy("subscription", "Suspended"), "danger", "pause"),
        "expired": Look(pgettext_lazy("subscription", "Expired"), "warning", "clock"),
        "canceled": Look(pgettext_lazy("subscription", "Canceled"), "neutral", "close"),
    },
    "order": {
        "submitted": Look(pgettext_lazy("order", "Submitted"), "info", "clock"),
        "requires_action": Look(pgettext_lazy("order", "Waiting for you"), "warning", "warning"),
        "checking": Look(pgettext_lazy("order", "Being checked"), "info", "clock"),
        "processing": Look(pgettext_lazy("order", "Payment under way"), "info", "clock"),
        "paid": Look(pgettext_lazy("order", "Paid"), "success", "check"),
        "fulfilled": Look(pgettext_lazy("order", "Completed"), "success", "check-circle"),
        "returned": Look(pgettext_lazy("order", "Returned"), "neutral", "arrow-left"),
        "partly_returned": Look(pgettext_lazy("order", "Partly returned"), "neutral", "arrow-left"),
        "failed": Look(pgettext_lazy("order", "Payment failed"), "danger", "danger"),
        "canceled": Look(pgettext_lazy("order", "Canceled"), "neutral", "close"),
        "expired": Look(pgettext_lazy("order", "Expired"), "neutral", "clock"),
    },
    "invoice": {
        "open": Look(pgettext_lazy("invoice", "To be paid"), "warning", "clock"),
        "paid": Look(pgettext_lazy("invoice", "Paid"), "success", "check"),
        "credited": Look(pgettext_lazy("invoice", "Credited"), "neutral", "renew"),
    },
}


def look(kind: str, code: str) -> Look:
    """How the state `code` of a `kind` (subscription, order, invoice) looks.

    Raises KeyError for an unknown one.
    """
    return LOOKS[kind][code]
