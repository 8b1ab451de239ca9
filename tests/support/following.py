"""Follows remedies: every link that says by its code what is found there (`data-remedy`) is opened, and has to keep it.

A remedy is data of the domain, its address the portal's, its words `ui.words`': only the page at its end shows that all
three are right for whoever reads.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qs, urljoin, urlsplit

from tests.support.walking import Node, Page

Open = Callable[[str], Page]
"""Gets the page of an address, as somebody who is signed in."""
Kept = Callable[[Page, "Way"], bool]


@dataclass(frozen=True)
class Way:
    """A remedy as a page offers it."""

    on: str
    code: str
    label: str
    href: str

    @property
    def path(self) -> str:
        """Where it leads, without query and anchor."""
        return urlsplit(self.href).path

    def __str__(self) -> str:
        return f"{self.on}: {self.label!r} ({self.code}) -> {self.href}"


def ways(page: Page) -> Iterator[Way]:
    """The remedies that are links, of the main part."""
    for link in page.main.every("a"):
        if "data-remedy" in link.attributes:
            yield Way(str(page.url.path), link.attributes["data-remedy"], link.text(), link.attributes["href"])


def unmarked(page: Page) -> Iterator[str]:
    """Links of reasons and alerts that don't say what is found at their end, so that nothing holds them to it."""
    for box in (*page.main.every("div", "alert"), *page.main.every("ul", "reasons")):
        for link in box.every("a"):
            if "data-remedy" not in link.attributes:
                yield f"{page.url.path}: {link.text()!r} -> {link.attributes.get('href', '')} says no code"


def fault(way: Way, get: Open) -> str:
    """What is wrong with the remedy; "" where it leads to what it promises."""
    if way.code in ELSEWHERE:
        return "" if ELSEWHERE[way.code].fullmatch(way.href) else f"{way} is no address of somebody"
    if way.code not in KEPT:
        return f"{way}: nobody says what the code promises"
    page = get(way.href)
    if page.status != 200:
        return f"{way}: {page.status}"
    if any("data-closed" in box.attributes for box in page.main.every("div")):
        return f"{way} is closed: {page.text()[:300]}"
    if not KEPT[way.code](page, way):
        return f"{way} has no such thing: {page.text()[:300]}"
    anchor = urlsplit(way.href).fragment
    if anchor and anchor not in {node.attributes.get("id") for node in every(page.root)}:
        return f"{way}: no such place on the page"
    return ""


def every(node: Node) -> Iterator[Node]:
    """All elements inside."""
    for child in node.children:
        if isinstance(child, Node):
            yield child
            yield from every(child)


# --- what each code promises --------------------------------------------------------------------------------------


def posts(page: Page, suffix: str) -> bool:
    """Whether a form is sent to such an address, by a button that can be pressed."""
    return any(urlsplit(form.action).path.endswith(suffix) and form.buttons for form in page.forms())


def leads(page: Page, code: str) -> bool:
    """Whether another remedy of that code stands there."""
    return any(way.code == code for way in ways(page))


def has_form(page: Page, way: Way) -> bool:
    """The address has a form of its own."""
    return posts(page, way.path)


def can_turn_on(page: Page, way: Way) -> bool:
    """The form that turns automatic renewal on."""
    return any(
        form.fields.get("on") == ["1"] or any("Turn on" in text for text, _name, _value in form.buttons)
        for form in page.forms()
        if urlsplit(form.action).path == way.path
    )


def can_pay(page: Page, way: Way) -> bool:
    """The order's form to pay it, the bank's page, or how to add what it can be paid by, and come back."""
    return posts(page, "/resume/") or leads(page, "go_on") or can_add_here(page, way)


def can_add_here(page: Page, way: Way) -> bool:
    """A form that adds a payment method on the way, and leads back to where it stands."""
    backs = [form.fields.get("next") for form in page.forms() if form.action.endswith("/methods/add/") and form.buttons]
    return [way.path] in backs


def can_resume_or_cancel(page: Page, way: Way) -> bool:
    """Either of both."""
    return can_pay(page, way) or posts(page, "/cancel/")


def can_choose(page: Page, way: Way) -> bool:
    """A form with a method to choose, or what it shall pay: where one is named, that can be ticked."""
    if not has_form(page, way):
        return False
    named = parse_qs(urlsplit(way.href).query).get("subscription", [])
    ticked = {
        box.attributes.get("value")
        for box in page.main.every("input")
        if box.attributes.get("name") == "subscription" and "disabled" not in box.attributes
    }
    return set(named) <= ticked


def can_return(page: Page, _way: Way) -> bool:
    """The way to give the order back."""
    return any(urlsplit(link.href).path.endswith("/give-back/") for link in page.links())


def is_there(page: Page, way: Way) -> bool:
    """Something to look at: the very page."""
    return page.url.path == way.path


def can_ask(page: Page, way: Way) -> bool:
    """The form for a question, which knows what it is about."""
    about = parse_qs(urlsplit(way.href).query)
    sent = [form.fields for form in page.forms() if form.action.endswith("/help/")]
    return any(fields.get("subscription", [""]) == about.get("subscription", [""]) for fields in sent)


KEPT: Mapping[str, Kept] = {
    "pay_now": can_pay,
    "resume_or_cancel_order": can_resume_or_cancel,
    "see_order": is_there,
    "see_subscription": is_there,
    "see_scheduled": is_there,
    "see_upcoming": is_there,
    "undo_scheduled_first": lambda page, _way: posts(page, "/undo/"),
    "return_order_first": can_return,
    "add_payment_method": lambda page, _way: posts(page, "/methods/add/"),
    "choose_payment_method": can_choose,
    "use_payment_method": can_choose,
    "update_method": has_form,
    "change_term": has_form,
    "change_owed": has_form,
    "decline_owed": has_form,
    "renew": has_form,
    "renew_early": has_form,
    "buy_again": has_form,
    "turn_on_auto_renew": can_turn_on,
    "contact_support": can_ask,
    "move_to_subscription": can_ask,
    "successor_product": can_ask,
}
ELSEWHERE: Mapping[str, re.Pattern[str]] = {
    "contact_reseller": re.compile(r"mailto:[^@\s]+@[^@\s]+|https://\S+"),
    "go_on": re.compile(r"https?://\S+"),
}
"""What does not lead to a page of the portal."""


# --- going everywhere ---------------------------------------------------------------------------------------------

NOT_ENTERED = ("/accounts/", "/demo/", "/gallery/", "/static/", "/i18n/", "/upcoming.", "/orders.", "/subscriptions.")
"""Sign-in, what is the same for everybody, and files."""


def pages(get: Open, start: str = "/") -> Iterator[Page]:
    """Every page that links lead to, each path once, in the order of their finding."""
    known, left = {start}, [start]
    while left:
        page = get(left.pop(0))
        yield page
        for link in page.root.every("a"):
            address = urlsplit(urljoin(str(page.url), link.attributes.get("href", "")))
            if address.netloc != page.url.netloc.decode() or address.path.startswith(NOT_ENTERED):
                continue
            if address.path not in known and address.path.endswith("/"):
                known.add(address.path)
                left.append(address.path)
