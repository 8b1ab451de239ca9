"""Reads what pages say of subscriptions, and holds it against what is true of them (`domain.situation`).

A page says something by a word with a day or an amount ("Renews on 31 January 2027 for $1,260.00"), by a badge, or by
an alert. What is said inside of something that links to one subscription is about that one; on the subscription's own
page all is. Only English pages are read: the others are made of the same values.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tests.support.following import every
from tests.support.walking import Node, Page

MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*"
DAY = rf"(?P<day>\d{{1,2}} {_MONTH} \d{{4}}|{_MONTH} \d{{1,2}}, \d{{4}})"
AMOUNT = r"(?P<amount>(?:[A-Z]{3} ?|[A-Z]{0,2}[$£€])\d[\d,]*(?:\.\d+)?)"
SAYINGS: Mapping[str, re.Pattern[str]] = {
    "renews": re.compile(
        rf"(?:renews(?: automatically)? on|renewal date|due for renewal on) {DAY}(?: for {AMOUNT})?", re.I
    ),
    "ends": re.compile(rf"(?<!access )\bends on {DAY}", re.I),
    "access": re.compile(rf"access ends on {DAY}", re.I),
    "unpaid": re.compile(rf"(?:unpaid|overdue) since {DAY}", re.I),
    "over": re.compile(rf"(?<!order )(?<!do so )(?<!have )(?:expired|ended) on {DAY}", re.I),
    "begins": re.compile(rf"\bbegins on {DAY}", re.I),
}
SUBSCRIPTION = re.compile(r"/subscriptions/([0-9a-f-]{36})/")
ORDER = re.compile(r"/orders/([0-9a-f-]{36})/")
SCOPES = frozenset({"tr", "li", "article"})
BLOCKS = frozenset(
    {"p", "li", "tr", "td", "th", "div", "dl", "section", "article", "h1", "h2", "h3", "ul", "ol", "table"}
)
BEHIND = frozenset({"history", "periods", "paid", "past", "orders"})
"""Sections about what was, by their headings' ids: they tell of other days."""
SUMS = (("span", "coming__each"), ("td", "coming__sum"), ("span", "due__sum"))
"""Where a line of payments has what is charged: of several alike, what each is."""
METHOD_WAYS = frozenset({"add_payment_method", "choose_payment_method", "use_payment_method", "update_method"})
WAITING = re.compile(r"waiting for you|waits for you", re.I)
BADGES: Mapping[str, frozenset[str]] = {
    "Active": frozenset({"renews", "unpriced", "ends", "elsewhere", "paying"}),
    "Payment overdue": frozenset({"owed", "paying"}),
    "Suspended": frozenset({"suspended", "paying"}),
    "Expired": frozenset({"expired", "ended"}),
    "Canceled": frozenset({"ended"}),
}
"""The badges of a subscription, and with what may happen next each fits."""
FITS: Mapping[str, frozenset[str]] = {
    "renews": frozenset({"renews", "unpriced", "elsewhere"}),
    "ends": frozenset({"ends"}),
    "access": frozenset({"ends", "owed"}),
    "unpaid": frozenset({"owed", "suspended"}),
    "over": frozenset({"expired", "ended"}),
}
"""What a saying may be said of, by what happens next."""
AFTER_PAYING = frozenset({"paying", "owed", "suspended"})
"""Of these a page may also tell what follows once they are paid: on days after the one that is spoken of."""


@dataclass(frozen=True)
class Truth:
    """What is true of one subscription today."""

    next: str
    on: date
    amount: str
    access_until: date | None
    begins_on: date | None
    renews: bool
    concerned: bool

    @classmethod
    def of(cls, told: Mapping[str, str | bool]) -> "Truth":
        """As `tests.support.situated` writes it."""
        days = {
            name: date.fromisoformat(str(told[name])) if told[name] else None for name in ("access_until", "begins_on")
        }
        return cls(
            next=str(told["next"]),
            on=date.fromisoformat(str(told["on"])),
            amount=str(told["amount"]),
            renews=bool(told["renews"]),
            concerned=bool(told["concerned"]),
            **days,
        )


@dataclass(frozen=True)
class Book:
    """What is true of one account: of its subscriptions, of its payments, and which orders wait for nobody."""

    subscriptions: Mapping[str, Truth]
    concerned: bool
    under_way: frozenset[str]
    coming: frozenset[date] = frozenset()
    """The days of all payments to come: a later one may be told of, where no subscription is named by its number."""


def lies(page: Page, book: Book) -> list[str]:
    """What the page says that is not so."""
    path = page.url.path
    own = SUBSCRIPTION.match(path)
    found = [*_in(page.main, own[1] if own else "", book), *_alerts(page, own[1] if own else "", book)]
    return [f"{path}: {said}" for said in dict.fromkeys(found)]


def _in(scope: Node, about: str, book: Book) -> Iterator[str]:
    """What is said in a scope, and in those inside of it."""
    inner: list[tuple[Node, str]] = []
    words = " ".join(filter(None, _words(scope, about, inner)))
    truth = book.subscriptions.get(about)
    yield from _sayings(words, truth, book)
    if truth is not None:
        yield from _badges(scope, inner, truth)
        yield from _amounts(scope, truth)
    if WAITING.search(words) and (order := _only(ORDER, scope)) in book.under_way:
        yield f"order {order} waits for the customer, whose money is on its way"
    for node, named in inner:
        yield from _in(node, named, book)


def _words(node: Node, about: str, inner: list[tuple[Node, str]]) -> Iterator[str]:
    """The words of a scope, without those of the scopes inside; where a block ends, nothing runs on."""
    for child in node.children:
        if isinstance(child, str):
            yield re.sub(r"\s+", " ", child.replace("\u202f", " ")).strip()
        elif _is_behind(child):
            continue
        elif child.tag in SCOPES and (named := _only(SUBSCRIPTION, child)) and named != about:
            inner.append((child, named))
        elif child.tag in SCOPES and not about and _only(ORDER, child):
            inner.append((child, ""))
        else:
            if label := child.attributes.get("data-label"):
                yield f"¦ {label}"
            yield from _words(child, about, inner)
            if child.tag in BLOCKS:
                yield "¦"


def _is_behind(node: Node) -> bool:
    return bool({node.attributes.get("aria-labelledby"), node.attributes.get("id")} & BEHIND)


def _only(pattern: re.Pattern[str], node: Node) -> str:
    """The one subscription (or order) that something links to; "" for none, or several."""
    found = {match[1] for link in node.every("a") if (match := pattern.match(link.attributes.get("href", "")))}
    return found.pop() if len(found) == 1 else ""


def _sayings(words: str, truth: Truth | None, book: Book) -> Iterator[str]:
    for kind, pattern in SAYINGS.items():
        for said in pattern.finditer(words):
            day, amount = _day(said["day"]), said.groupdict().get("amount")
            if truth is None:  # of any of them, then
                is_later = kind == "renews" and amount is None and day in book.coming
                if not is_later and not any(_is_so(kind, day, amount, one) for one in book.subscriptions.values()):
                    yield f"{said[0]!r} is true of no subscription"
            elif not _is_so(kind, day, amount, truth):
                yield f"{said[0]!r}, where it {truth.next} on {truth.on} ({truth.amount})"


def _is_so(kind: str, day: date, amount: str | None, truth: Truth) -> bool:
    if amount is not None and truth.amount and _number(amount) != _number(truth.amount):
        return False
    if kind == "begins":
        return truth.begins_on == day
    if kind == "access" and truth.next == "owed":
        return day == truth.access_until
    if truth.next in AFTER_PAYING and kind in ("renews", "ends") and day > truth.on:
        return truth.renews is (kind == "renews")
    return truth.next in FITS[kind] and day == truth.on


def _badges(scope: Node, inner: list[tuple[Node, str]], truth: Truth) -> Iterator[str]:
    for badge in _outside(scope, inner, "span", "badge"):
        word = badge.text()
        if word in BADGES and truth.next not in BADGES[word]:
            yield f"the badge {word!r}, where it {truth.next} on {truth.on}"
        if word.startswith("Automatic renewal") and (word.endswith("on") is not truth.renews):
            yield f"the badge {word!r}, where it {truth.next} on {truth.on}"


def _amounts(scope: Node, truth: Truth) -> Iterator[str]:
    """In a line of payments: what is charged on its renewal date is what the renewal costs.

    Its sum has a place of its own: a line may unfold how it is made up, in amounts that are part of it.
    """
    if scope.tag not in SCOPES or truth.next != "renews" or not truth.amount:
        return
    days = [time.attributes.get("datetime") for time in scope.every("time")]
    sums = [
        data.attributes.get("value", "")
        for where in SUMS
        for sum_ in scope.every(*where)
        for data in sum_.every("data", "money")
    ]
    if days[:1] == [truth.on.isoformat()] and sums and sums[0] != truth.amount:
        yield f"{sums[0]} is charged on {truth.on}, where it renews for {truth.amount}"


def _outside(scope: Node, inner: list[tuple[Node, str]], tag: str, css_class: str = "") -> list[Node]:
    """The elements of a scope that are in none inside of it, and tell of today."""
    apart = (*(node for node, _ in inner), *filter(_is_behind, every(scope)))
    within = {id(found) for node in apart for found in node.every(tag, css_class)}
    return [found for found in scope.every(tag, css_class) if id(found) not in within]


def _alerts(page: Page, about: str, book: Book) -> Iterator[str]:
    """A method is complained of only where something that it is to pay can't be paid by it."""
    concerned = book.subscriptions[about].concerned if about in book.subscriptions else book.concerned
    if concerned or not (about or page.url.path == "/"):
        return
    for box in (*page.main.every("div", "alert--warning"), *page.main.every("div", "alert--danger")):
        codes = {link.attributes.get("data-remedy") for link in box.every("a")}
        if codes & METHOD_WAYS:
            yield f"the alert {box.text()[:120]!r}, where every payment can be charged"


def _day(text: str) -> date:
    year, number = re.search(r"\d{4}", text), re.search(r"\b\d{1,2}\b", text)
    month = re.search(r"[A-Z][a-z]{2}", text)
    assert year
    assert number
    assert month
    return date(int(year[0]), MONTHS.index(month[0].lower()) + 1, int(number[0]))


def _number(text: str) -> Decimal:
    """The number of an amount, however it is written: "$1,260.00", "1260.00 USD"."""
    found = re.search(r"\d[\d,]*(?:\.\d+)?", text)
    assert found
    return Decimal(found[0].replace(",", ""))
