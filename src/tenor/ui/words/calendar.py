"""What a day in somebody's calendar says of a subscription."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tenor.domain.account import Subscription
from tenor.domain.situation import Next, Situation
from tenor.ui.words.situation import elsewhere
from tenor.ui.words.subscriptions import subscription_reference
from tenor.ui.words.values import Names, fill


def calendar_title(found: Situation, one: Subscription, locale: str, names: Names, tax_included: str) -> str:
    """A line such as "Draft Standard (Office Malmö · SUB-000107) renews: 34,313.00 kr incl. VAT by Visa 4242".

    "" for what has no day to come: what is owed, under way or ended. `tax_included` as of `situation_line`.
    """
    sentence = _sentence(found)
    if sentence is None:
        return ""
    facts = {
        "name": f"{names.item(one.product, one.plan)} ({subscription_reference(one)})",
        "amount": found.amount,
        "tax": tax_included,
        "method": found.method.label if found.method else "",
        "elsewhere": elsewhere(one),
    }
    return fill(sentence, facts, locale, names).replace("  ", " ")  # where no tax is added, nothing is said of it


def _sentence(found: Situation) -> Promise | None:
    match found.next:
        case Next.RENEWS if found.amount is None:
            return _("%(name)s renews")
        case Next.RENEWS if found.method is None or _takes_from_balance(found):
            return _("%(name)s renews: %(amount)s %(tax)s")
        case Next.RENEWS:
            return _("%(name)s renews: %(amount)s %(tax)s by %(method)s")
        case Next.UNPRICED:
            return _("%(name)s renews: its price is not known yet")
        case Next.ENDS:
            return _("%(name)s ends: automatic renewal is off")
        case Next.ELSEWHERE:
            return _("%(name)s: %(elsewhere)s")
        case _:
            return None


def _takes_from_balance(found: Situation) -> bool:
    """Whether it is not, or not only, the method that pays."""
    quote = found.payment.quote if found.payment else None
    return quote is not None and quote.from_balance is not None
