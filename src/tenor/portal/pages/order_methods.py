"""An unpaid order's payment methods: which one is chosen, whether it is to stay, what is charged by itself and when."""

from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from tenor.db.access import account_scope
from tenor.db.queries.receipts import Receipt
from tenor.domain.account import Subscription
from tenor.domain.methods import is_usable, kept_method
from tenor.domain.paying import named_method
from tenor.portal.flows.shared import Reader
from tenor.portal.visit import AccountRequest
from tenor.ui import formats
from tenor.usecases.keep_method import has_failed_them
from tenor.usecases.load import Loaded
from tenor.usecases.next_try import next_try


@dataclass(frozen=True, slots=True)
class PayingBy:
    """`chosen` is the id of the ticked method, "" for the first. `keeps`: whether the form asks "use it from now
    on"; `kept`: with that ticked. `now` says what pays now, `next_try` what is charged by itself, "" for nothing.
    """

    chosen: str
    keeps: bool
    kept: bool
    now: str
    next_try: str


def paying_by(request: AccountRequest, loaded: Loaded, receipt: Receipt, who: Reader) -> PayingBy:
    """For an order that can be paid; of no use for others."""
    about = {line.subscription_id for line in receipt.quote.lines}
    owned = [one for one in loaded.state.subscriptions if one.id in about]
    with account_scope(request.visit.account_id):
        coming = next_try(loaded, receipt.id)
        kept = has_failed_them(loaded, receipt.id)
    told = ""
    if coming is not None:
        facts = {"day": formats.day(coming.on, who.locale), "method": coming.method}
        told = _("If you do nothing, it is charged to %(method)s on %(day)s.") % facts
    return PayingBy(_chosen(request, loaded), bool(owned), kept, _now(loaded, owned), told)


def _chosen(request: AccountRequest, loaded: Loaded) -> str:
    """What the address names, where that can be charged; "" for the first."""
    try:
        method = kept_method(loaded.state, str(UUID(request.GET.get("method", ""))))
    except ValueError:
        return ""
    return method.id if method is not None and is_usable(loaded.offer, method, loaded.today) else ""


def _now(loaded: Loaded, owned: list[Subscription]) -> str:
    named = (named_method(loaded.state, one) for one in owned)
    labels = dict.fromkeys(method.label for method in named if method is not None)
    return _("Now paid by %(methods)s.") % {"methods": ", ".join(labels)} if labels else _("Nothing pays for it now.")
