"""What a quote changes, in a line each: for its review, and for the confirmation of what costs nothing."""

from datetime import date

from django.utils.translation import gettext as _

from tenor.db.queries.quotes import QuoteShown
from tenor.domain.account import Subscription
from tenor.domain.effects import Schedule, SetSeats, StartTerm, worth_telling
from tenor.domain.requests import AlignDates, subscriptions_of
from tenor.portal.flows import align_shown
from tenor.portal.flows.shared import Reader
from tenor.ui import formats, words
from tenor.usecases.load import Loaded


def changed(stored: QuoteShown, subscription: Subscription, loaded: Loaded, who: Reader) -> list[tuple[str, str]]:
    """What will be different afterwards, in a line each."""
    if isinstance(stored.request.ask, AlignDates):
        return _alignment(stored, loaded, who)
    effects = [effect for effect in worth_telling(stored.quote.effects) if not isinstance(effect, SetSeats)]
    facts = [
        (_("Seats"), _("%(before)s now, then %(after)s") % {"before": effect.before, "after": effect.after})
        for effect in stored.quote.effects
        if isinstance(effect, SetSeats)
    ]
    for effect in effects:
        product = who.owned.get(getattr(effect, "subscription_id", ""), subscription).product
        if sentence := words.effect(effect, who.locale, who.names, product):
            label = _("At the next renewal") if isinstance(effect, Schedule) else who.names.product(product)
            facts.append((label, sentence))
        if isinstance(effect, StartTerm) and not effect.auto_renew:
            last = {"day": formats.day(effect.paid.period.end, who.locale)}
            facts.append((_("After that term"), _("Automatic renewal is off: it ends on %(day)s.") % last))
    return facts


def _alignment(stored: QuoteShown, loaded: Loaded, who: Reader) -> list[tuple[str, str]]:
    """The date that is common afterwards, and what is changed first."""
    common = align_shown.common_date(stored.quote)
    facts = [(_("One renewal date"), formats.day(common, who.locale))] if common else []
    return facts + [(step.name, step.sentence) for step in align_shown.steps(stored.quote, loaded.state, who)]


def ends(stored: QuoteShown, subscription: Subscription) -> date | None:
    """The day on which what the quote is about ends; None where it renews, or where it is about several."""
    if stored.quote.promised or len(subscriptions_of(stored.request.ask)) > 1:
        return None
    started = (effect.paid.period.end for effect in stored.quote.effects if isinstance(effect, StartTerm))
    return next(started, subscription.renews_on)
