"""What is said of direct debits: how they are announced, when the money of one arrives, and what is agreed to."""

from collections.abc import Iterable
from datetime import date

from django.utils.translation import gettext as _

from tenor.domain.offer import Policy
from tenor.domain.quote import ShortNotice
from tenor.ui import formats


def debit_promise(policy: Policy, locale: str) -> str:
    """How debits are announced, where a mandate is signed or shown."""
    promise = _("Renewals are announced %(days)s before the debit. What you order yourself is debited at once.")
    return promise % {"days": formats.days(policy.pre_notice_days, locale)}


def debit_notice(policy: Policy, today: date, arrives_on: date, locale: str) -> tuple[str, ...]:
    """What an order by debit means, said before it is placed: when it is debited, and when it takes effect."""
    facts = {
        "today": formats.day(today, locale),
        "days": formats.days(policy.pre_notice_days, locale),
    }
    debited = _("Debited on %(today)s, without the notice of %(days)s: you order it yourself.") % facts
    if policy.grant_on_processing:
        return (debited,)
    return debited, debit_arrival(arrives_on, locale, takes_effect=True)


def debit_arrival(arrives_on: date, locale: str, *, takes_effect: bool) -> str:
    """About when the money of a debit that is under way arrives, and whether what it pays takes effect then."""
    if takes_effect:
        return _("It takes effect as soon as the money has arrived, about %(arrival)s.") % _arrival(arrives_on, locale)
    return _("The money arrives about %(arrival)s. We write to you then.") % _arrival(arrives_on, locale)


def _arrival(arrives_on: date, locale: str) -> dict[str, str]:
    return {"arrival": formats.day(arrives_on, locale)}


def short_notice(policy: Policy, found: Iterable[ShortNotice], locale: str) -> str:
    """What a customer agrees to who chooses a debit shortly before a renewal; "" where there is nothing to agree to."""
    soonest = min(found, key=lambda one: one.on, default=None)
    if soonest is None:
        return ""
    facts = {"day": formats.day(soonest.on, locale), "usual": formats.days(policy.pre_notice_days, locale)}
    agreed = _("I agree to a notice of less than %(usual)s: the next renewal is debited on %(day)s already.")
    return agreed % facts
