"""Somebody who reads pages, follows links and fills in forms over plain HTTP: what a browser without scripts does."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin

import httpx

from tenor.gateways.plain_http import NO_AUTHORITIES

TICKED = frozenset({"radio", "checkbox"})
VOID = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "use", "wbr"})


@dataclass
class Node:
    """An element of a page: its children are elements and texts."""

    tag: str
    attributes: dict[str, str]
    children: list["Node | str"] = field(default_factory=list)

    def every(self, tag: str, css_class: str = "") -> Iterator["Node"]:
        """The elements of that tag (and class) inside, in the order of the page."""
        for child in self.children:
            if isinstance(child, Node):
                if child.tag == tag and (not css_class or css_class in child.attributes.get("class", "").split()):
                    yield child
                yield from child.every(tag, css_class)

    def text(self) -> str:
        """What is to be read inside, with single spaces."""
        return " ".join(" ".join(self._texts()).split())

    def _texts(self) -> Iterator[str]:
        for child in self.children:
            if isinstance(child, str):
                yield child
            else:
                yield from child._texts()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.root = Node("", {})
        self._open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, {name: value or "" for name, value in attrs})
        self._open[-1].children.append(node)
        if tag not in VOID:
            self._open.append(node)

    def handle_endtag(self, tag: str) -> None:
        if any(node.tag == tag for node in self._open[1:]):
            while self._open.pop().tag != tag:
                pass

    def handle_data(self, data: str) -> None:
        self._open[-1].children.append(data)


@dataclass(frozen=True)
class Link:
    """Where a text leads; "" where it is no link."""

    label: str
    href: str


@dataclass(frozen=True)
class Form:
    """A form as it stands: what it would send without its buttons, and these as (text, name, value).

    `choices` are its radio buttons: (name, label, value).
    """

    action: str
    fields: dict[str, list[str]]
    choices: tuple[tuple[str, str, str], ...]
    buttons: tuple[tuple[str, str, str], ...]

    def filled(self, fields: dict[str, str]) -> dict[str, list[str]]:
        """What it sends with these values; of radio buttons the first that has this in its label."""
        found = {name: [value] for name, value in fields.items()}
        for name, label, value in reversed(self.choices):
            if fields.get(name, value) in label:
                found[name] = [value]
        return {**self.fields, **found}


class Page:
    """An answer that was read."""

    def __init__(self, answer: httpx.Response) -> None:
        reader = _Reader()
        reader.feed(answer.text)
        self.url = answer.url
        self.status = answer.status_code
        self.root = reader.root

    @property
    def main(self) -> Node:
        """The page without its frame."""
        return next(self.root.every("main"), self.root)

    def text(self) -> str:
        """What the page's main part says."""
        return self.main.text()

    def links(self) -> list[Link]:
        """The links of the main part."""
        return [Link(link.text(), link.attributes.get("href", "")) for link in self.main.every("a")]

    def forms(self) -> list[Form]:
        """The main part's forms that are sent, those of the page itself with its own address."""
        posted = (form for form in self.main.every("form") if form.attributes.get("method", "").lower() == "post")
        return [_form(form, str(self.url)) for form in posted]


def _form(form: Node, here: str) -> Form:
    fields: dict[str, list[str]] = {}
    for control in form.every("input"):
        kind, name = control.attributes.get("type", "text"), control.attributes.get("name", "")
        if name and "disabled" not in control.attributes and (kind not in TICKED or "checked" in control.attributes):
            fields.setdefault(name, []).append(control.attributes.get("value", ""))
    for control in form.every("textarea"):
        fields[control.attributes["name"]] = [control.text()]
    for control in form.every("select"):
        options = list(control.every("option"))
        chosen = next((option for option in options if "selected" in option.attributes), options[0])
        fields[control.attributes["name"]] = [chosen.attributes.get("value", "")]
    buttons = tuple(
        (button.text(), button.attributes.get("name", ""), button.attributes.get("value", ""))
        for button in form.every("button")
        if button.attributes.get("type", "submit") == "submit"
    )
    choices = tuple(
        (control.attributes.get("name", ""), label.text(), control.attributes.get("value", ""))
        for label in form.every("label")
        for control in label.every("input")
        if control.attributes.get("type") == "radio"
    )
    return Form(urljoin(here, form.attributes.get("action") or here), fields, choices, buttons)


class Walker:
    """A person at a page. Redirects are followed, also to the payment provider's pages and back."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client
        self.page = self.open("/")

    def open(self, address: str) -> Page:
        """Go to an address; the page that is there."""
        self.page = Page(self._client.get(address))
        assert self.page.status == httpx.codes.OK, f"{address}: {self.page.status}\n{self.page.text()[:600]}"
        return self.page

    def follow(self, label: str) -> Page:
        """Follow the main part's first link of that text."""
        found = [link for link in self.page.links() if label in link.label]
        assert found, f"no link {label!r} on {self.page.url}: {[link.label for link in self.page.links()]}"
        return self.open(found[0].href)

    def press(self, button: str, **fields: str) -> Page:
        """Fill in the form that has a button with that text, and press it; wherever that leads."""
        for form in self.page.forms():
            for text, name, value in form.buttons:
                if button in text:
                    pressed = {name: [value]} if name else {}
                    data = {**form.filled(fields), **pressed}
                    self.page = Page(self._client.post(form.action, data=data))
                    assert self.page.status < httpx.codes.BAD_REQUEST, f"{button}: {self.page.text()[:900]}"
                    return self.page
        offered = [text for form in self.page.forms() for text, _, _ in form.buttons]
        raise AssertionError(f"no button {button!r} on {self.page.url}: {offered}")


@contextmanager
def walker(url: str, session: str, language: str = "en") -> Iterator[Walker]:
    """Somebody whose session it is, at the portal's home."""
    cookies = {"session": session, "django_language": language}
    with httpx.Client(
        base_url=url, cookies=cookies, follow_redirects=True, trust_env=False, verify=NO_AUTHORITIES, timeout=60
    ) as client:
        yield Walker(client)
