"""Single values in words: terms, seats, roles, kinds, countries, and the operands of a sentence by their name."""

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction

from babel import Locale
from babel.lists import format_list
from babel.numbers import NumberPattern
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from tenor.domain.catalog import name_in
from tenor.domain.explanation import Fact, Facts
from tenor.domain.money import Money
from tenor.domain.offer import Offer
from tenor.ui import formats

Words = str | Promise


@dataclass(frozen=True, slots=True)
class Names:
    """What products, plans and promotions are called in the reader's language, and what a plan contains.

    By code, plans by (product code, plan code); and by the seller's own name, which stored facts may carry.
    """

    products: Mapping[str, str] = field(default_factory=dict[str, str])
    plans: Mapping[tuple[str, str], str] = field(default_factory=dict[tuple[str, str], str])
    promotions: Mapping[str, str] = field(default_factory=dict[str, str])
    contents: Mapping[tuple[str, str], tuple[str, ...]] = field(default_factory=dict[tuple[str, str], tuple[str, ...]])

    @classmethod
    def of(cls, offer: Offer, language: str = "") -> "Names":
        """The names that the seller's catalog gives in that language, else its own."""
        products, plans = offer.products.values(), offer.plans.items()
        own = {(offer.products[product].name, plan.name): name_in(plan, language) for (product, _), plan in plans}
        return cls(
            products={known: name_in(each, language) for each in products for known in (each.name, each.code)},
            plans={**own, **{key: name_in(plan, language) for key, plan in plans}},
            promotions={each.name: name_in(each, language) for each in offer.book.promotions},
            contents={
                key: plan.contains.get(language, plan.contains.get(offer.seller.language, ())) for key, plan in plans
            },
        )

    def product(self, code: str) -> str:
        """The product's name; what is no code of the catalog (a name already) stays as it is."""
        return self.products.get(code, code)

    def plan(self, product: str, code: str) -> str:
        """The plan's name; what is no code of the catalog stays as it is."""
        return self.plans.get((product, code), code)

    def item(self, product: str, code: str) -> str:
        """What is sold, as a line names it: "Draft Standard"."""
        return f"{self.product(product)} {self.plan(product, code)}"

    def promotion(self, name: str) -> str:
        """A promotion by the seller's own name for it; one that is no longer in the catalog stays as it is."""
        return self.promotions.get(name, name)

    def contained(self, product: str, code: str) -> tuple[str, ...]:
        """What the plan contains, a few words each; nothing where the seller doesn't say."""
        return self.contents.get((product, code), ())

    def added(self, product: str, code: str, own: str) -> tuple[str, ...]:
        """What the plan contains that `own` does not; all of it where the two are one."""
        known = self.contained(product, own) if code != own else ()
        return tuple(each for each in self.contained(product, code) if each not in known)


NO_NAMES = Names()

_ROLES: dict[str, Promise] = {
    "buyer": pgettext_lazy("role", "buyer"),
    "billing_admin": pgettext_lazy("role", "billing admin"),
    "user_admin": pgettext_lazy("role", "user admin"),
    "viewer": pgettext_lazy("role", "viewer"),
}
_RIGHTS: dict[str, Promise] = {
    "buyer": _("does everything, and owns the contract"),
    "billing_admin": _("orders, pays, and changes subscriptions"),
    "user_admin": _("manages users and seats"),
    "viewer": _("sees everything, and changes nothing"),
}
_METHOD_KINDS: dict[str, Words] = {"card": _("card"), "paypal": "PayPal", "direct_debit": _("direct debit")}
_PLAN_KINDS: dict[str, Promise] = {"subscription": _("subscription"), "maintenance": _("maintenance plan")}
_COUNTED = frozenset({"seats", "minimum", "maximum", "asked", "scheduled", "after", "left"})


def term(months: int) -> str:
    """The length of a term: "1 month", "1 year", "3 years", "18 months"."""
    named = {1: _("1 month"), 12: _("1 year"), 36: _("3 years")}
    if months in named:
        return str(named[months])
    if months % 12 == 0:
        return ngettext("%(count)s year", "%(count)s years", months // 12) % {"count": months // 12}
    return ngettext("%(count)s month", "%(count)s months", months) % {"count": months}


def capital(text: str) -> str:
    """Words at the start of a line: "One month". A Dutch capital drops its first accent: één, but Eén."""
    return f"Eén{text[3:]}" if text.startswith("één") else text[:1].upper() + text[1:]


def every(months: int) -> str:
    """How often a term is paid: "every month", "every year", "every 3 years"."""
    named = {1: _("every month"), 12: _("every year"), 36: _("every 3 years")}
    if months in named:
        return str(named[months])
    if months % 12 == 0:
        return ngettext("every %(count)s year", "every %(count)s years", months // 12) % {"count": months // 12}
    return ngettext("every %(count)s month", "every %(count)s months", months) % {"count": months}


def seats(count: int, locale: str) -> str:
    """A number of seats: "3 seats"."""
    words = ngettext("%(count)s seat", "%(count)s seats", count) % {"count": formats.number(count, locale)}
    return words.replace(" ", formats.NBSP)


def role(code: str) -> str:
    """What a person may do in an account (rules 12). Raises KeyError for an unknown role."""
    return str(_ROLES[str(code)])


def rights(code: str) -> str:
    """What that means: "manages users and seats". Raises KeyError for an unknown role."""
    return str(_RIGHTS[str(code)])


def role_with_rights(code: str) -> str:
    """A role with what it means, as a line to choose: "User admin: manages users and seats"."""
    return f"{capital(role(code))}: {rights(code)}"


def method_kind(code: str) -> str:
    """A kind of payment method: "card", "PayPal", "direct debit". Raises KeyError for an unknown one."""
    return str(_METHOD_KINDS[str(code)])


def plan_kind(code: str) -> str:
    """A kind of plan: "subscription", "maintenance plan". Raises KeyError for an unknown one."""
    return str(_PLAN_KINDS[str(code)])


def country(code: str, locale: str) -> str:
    """A country's name in the reader's language; the code itself where CLDR has none."""
    return str(Locale.parse(locale).territories.get(code, code))


def rate(share: Fraction, locale: str) -> str:
    """A tax rate with all its decimals: 14.975 % is not rounded as a saving would be."""
    shape = Locale.parse(locale)
    pattern: NumberPattern = copy.copy(shape.percent_formats[None])
    pattern.frac_prec = (0, 3)
    text: str = pattern.apply(Decimal(share.numerator) / Decimal(share.denominator), shape)
    return text.replace("\u202f", formats.NBSP)


def fill(sentence: Words, facts: Facts, locale: str, names: Names = NO_NAMES) -> str:
    """The sentence with its operands, each as its name and type ask for. Raises KeyError where one is missing."""
    return str(sentence) % _Operands(facts, locale, names)


@dataclass(frozen=True, slots=True)
class _Operands:
    """Facts in words, worded as the sentence asks for them: a fact that it doesn't name needs no words."""

    facts: Facts
    locale: str
    names: Names

    def __getitem__(self, name: str) -> str:
        value = self.facts[name]
        if name == "product":
            return self.names.product(str(value))
        if name == "name":
            return self.names.promotion(str(value))
        if name in ("plan", "other_plan"):
            return self.names.plan(str(self.facts.get("product", "")), str(value))
        if value is None:
            return ""
        if name in _BY_NAME:
            return _BY_NAME[name](value, self.locale)
        return _by_type(value, name, self.locale)


def _by_type(value: Fact, name: str, locale: str) -> str:
    match value:
        case Money():
            return formats.money(value, locale)
        case Fraction():
            return formats.percent(value, locale)
        case date():
            return formats.day(value, locale)
        case int():
            return seats(value, locale) if name in _COUNTED else formats.number(value, locale)
        case _:
            return str(value)


def _months(value: Fact, locale: str) -> str:
    return term(int(str(value)))


def _kinds(value: Fact, locale: str) -> str:
    """A list of codes, "card, direct_debit", as "card or direct debit"."""
    return format_list([method_kind(code) for code in str(value).split(", ") if code], style="or", locale=locale)


def _percent(value: Fact, locale: str) -> str:
    return formats.percent(Fraction(str(value)) / 100, locale)


_BY_NAME: dict[str, Callable[[Fact, str], str]] = {
    "months": _months,
    "others_months": _months,
    "role": lambda value, locale: role(str(value)),
    "kind": lambda value, locale: method_kind(str(value)),
    "allowed": _kinds,
    "country": lambda value, locale: country(str(value), locale),
    "percent": _percent,
    "denominator": lambda value, locale: formats.days(int(str(value)), locale),
}
