"""How a line names a subscription, so that ten of one product can be told apart."""

from tenor.domain.account import Subscription
from tenor.ui.words.values import Names


def subscription_name(subscription: Subscription, names: Names) -> str:
    """The whole name: "Draft Standard · Office Malmö · SUB-000107". In pages, filter it through `unbroken`."""
    return f"{names.item(subscription.product, subscription.plan)} · {subscription_reference(subscription)}"


def subscription_reference(subscription: Subscription) -> str:
    """What tells it from others of its product and plan: "Office Malmö · SUB-000107"."""
    return " · ".join(part for part in (subscription.label, subscription.number) if part)
