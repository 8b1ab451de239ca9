"""What mails about payment methods say of what is charged in place of one that can't pay any more."""

from collections.abc import Iterable

from tenor.domain.account import PaymentMethod, Subscription
from tenor.domain.paying import paying_for
from tenor.usecases.load import Loaded


def instead_of(loaded: Loaded, method: PaymentMethod, paid: Iterable[Subscription]) -> str:
    """The label of what pays for all of them on their next day, where the method can't; "" where something is unpaid.

    `paid` is what the method was to pay.
    """
    policy, today = loaded.offer.policy, loaded.today
    next_ones = [paying_for(loaded.state, policy, one, max(one.renews_on, today)) for one in paid]
    labels = {one.method.label if one.method and one.instead_of else "" for one in next_ones}
    return labels.pop() if len(labels) == 1 and method.status == "invalid" else ""
