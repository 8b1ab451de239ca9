"""Answers to what customers ask most, as the help page shows them: short, and true of this seller and this account."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tenor.domain.offer import Policy
from tenor.ui import formats


@dataclass(frozen=True, slots=True)
class Article:
    """A question, and its answer."""

    question: str
    answer: str


_ARTICLES: Sequence[tuple[Promise, Promise]] = (
    (
        _("Who may buy, and who may only look?"),
        _(
            "The buyer owns the contract and may do everything. A billing admin orders and pays, a user admin"
            " manages users and seats, a viewer only looks. You find everybody's role under Users."
        ),
    ),
    (
        _("Why do I pay less than the yearly price for new seats?"),
        _(
            "You pay them in proportion, for the days that are left of the term, today included. At the next"
            " renewal all seats renew together, at the full price."
        ),
    ),
    (
        _("Why can't I align some subscriptions?"),
        _(
            "What is paid together needs the same term, payment method and currency. Under Align payment dates"
            " you see what differs, and can change it. What a reseller renews cannot be aligned."
        ),
    ),
    (
        _("How do I cancel automatic renewal?"),
        _(
            "Open the subscription and turn off automatic renewal. You keep access until the end of the term, and"
            " are not charged after it. Until then you can turn it on again and keep the special renewal price."
        ),
    ),
    (
        _("What is the special renewal price, and when does it not apply?"),
        _(
            "A subscription of a year or more that is renewed in time costs less than the list price. Monthly"
            " terms have no special price, promotions are not taken off it, and it follows the price list of your"
            " country, excl. or incl. %(tax)s like any other price. If a subscription lapses and is bought again,"
            " the list price applies."
        ),
    ),
    (
        _("I bought from a reseller. What is different?"),
        _(
            "The reseller charges you, and renews and changes the subscription. Its rules for returns and refunds"
            " may differ from ours. You find its name on the page of the subscription."
        ),
    ),
    (
        _("Can I return an order?"),
        _(
            "Yes, within %(days)s; for a monthly term within %(days_monthly)s. What the order changed is undone,"
            " and the money goes back to the payment method that paid it."
        ),
    ),
    (
        _("When does a change of term begin, and can I undo it?"),
        _("It begins at the next renewal. Nothing is charged now, and until then you can undo it."),
    ),
    (
        _("My payment was interrupted. Am I charged twice if I try again?"),
        _(
            "No. Resume the order: it goes on with the same payment. An order that is not paid ends after a day,"
            " and money that arrives later is refunded automatically."
        ),
    ),
    (
        _("The page says that the price has changed. What now?"),
        _("Nothing was charged. You see the new offer beside the old one, and decide."),
    ),
    (
        _("How is %(tax)s worked out?"),
        _(
            "It is worked out on the sum of an order, at the rate of the country that is entitled to it."
            " Companies in another country of the European Union whose VAT number was checked account for the VAT"
            " themselves."
        ),
    ),
)


def articles(tax: str, policy: Policy, locale: str) -> list[Article]:
    """The articles in the active language. `tax` is what the account's tax is called within a sentence."""
    facts = {
        "tax": tax,
        "days": formats.days(policy.return_days, locale),
        "days_monthly": formats.days(policy.return_days_monthly, locale),
    }
    return [Article(str(question) % facts, str(answer) % facts) for question, answer in _ARTICLES]
