"""How an amount was worked out, sentence by sentence: explanations of the domain in reading order."""

from collections.abc import Iterator

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tenor.domain.explanation import Explanation
from tenor.domain.tax import TaxLine
from tenor.ui import formats
from tenor.ui.components import Step
from tenor.ui.words.values import NO_NAMES, Names, fill, rate

RULES: dict[str, Promise] = {
    "list_price": _("List price of one seat of %(product)s %(plan)s for %(months)s, valid from %(valid_from)s"),
    "special_price_published": _(
        "Special renewal price of one seat of %(product)s %(plan)s for %(months)s, valid from %(valid_from)s"
        " (list price %(list_price)s)"
    ),
    "special_price_derived": _(
        "Special renewal price of one seat of %(product)s %(plan)s for %(months)s: the list price of %(list_price)s,"
        " valid from %(valid_from)s, less %(percent)s"
    ),
    "promotion_percent": _("%(name)s: %(percent)s off %(price)s"),
    "promotion_amount": _("%(name)s: %(amount)s off %(price)s"),
    "prorated_seats": _(
        "%(unit_price)s a seat × %(seats)s × %(days)s of %(denominator)s (%(starts_on)s to %(ends_on)s)"
    ),
    "extension": _(
        "%(unit_price)s a seat × %(seats)s × %(days)s of %(denominator)s: %(starts_on)s to %(ends_on)s, out of the next"
        " term, which would have ended on %(term_ends_on)s"
    ),
    "whole_term": _("%(unit_price)s a seat × %(seats)s for %(months)s (%(starts_on)s to %(ends_on)s)"),
    "payments_alike": _("%(count)s × %(payment)s (%(starts_on)s to %(ends_on)s)"),
    "paid_in_span": _("Together, what is paid from %(starts_on)s until %(ends_on)s"),
    "price_of_period": _("Price of one seat in the paid period %(starts_on)s to %(ends_on)s (%(price_kind)s)"),
    "carried": _("Waited since order %(order)s, because it was too small to be charged on its own"),
    "credit_of_rest": _(
        "Credit for %(product)s %(plan)s: %(unit_price)s a seat × %(seats)s × %(days)s of %(denominator)s"
        " (%(starts_on)s to %(ends_on)s)"
    ),
    "credit_of_line": _("Credit: %(credited)s of the %(charged)s that were charged"),
}
PRICE_KINDS: dict[str, Promise] = {"list": _("list price"), "renewal": _("special renewal price")}


def explain(explanation: Explanation, locale: str, names: Names = NO_NAMES) -> list[Step]:
    """The steps to an amount, operands first, the amount itself last. Raises KeyError for an unknown rule."""
    return [_step(part, locale, names) for part in _in_order(explanation)]


def explain_tax(line: TaxLine, locale: str) -> list[Step]:
    """How the tax of one rate was worked out."""
    if not line.rate:
        return []
    facts = {"rate": rate(line.rate, locale), "net": formats.money(line.net, locale)}
    return [Step(gettext("%(rate)s of %(net)s") % facts, line.tax)]


def _in_order(explanation: Explanation) -> Iterator[Explanation]:
    for step in explanation.steps:
        yield from _in_order(step)
    yield explanation


def _step(explanation: Explanation, locale: str, names: Names) -> Step:
    facts = dict(explanation.facts)
    if explanation.rule == "price_of_period":
        # "kind" is a kind of price here; elsewhere it is one of payment method.
        facts["price_kind"] = str(PRICE_KINDS[str(facts.pop("kind"))])
    return Step(fill(RULES[explanation.rule], facts, locale, names), explanation.result)
