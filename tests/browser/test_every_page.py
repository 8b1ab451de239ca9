"""Every address of the resolver, for everybody, in light and dark, wide and narrow: no page has a fault."""

from dataclasses import dataclass, field
from itertools import product

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, ViewportSize

from tests.browser.accessibility import bring_axe, violations
from tests.browser.book import Things, alices
from tests.browser.buying import ALICE, subscription_of, to_review
from tests.browser.reaching import INSIDE, OTHERS, ROLES, TABLE, Reach, address, first_things
from tests.browser.visiting import DESKTOP, PHONE, Scheme, Visitor, visitor
from tests.support.house import RunningHouse
from tests.support.routes import all_routes

pytestmark = pytest.mark.browser

LOOKS: dict[Scheme, ViewportSize] = {"light": DESKTOP, "dark": PHONE}


TOO_WIDE = """() => {
  const page = document.documentElement, found = [];
  if (page.scrollWidth > page.clientWidth) found.push("wider than the window");
  for (const box of document.querySelectorAll(".card, .alert, .button, .receipt, .figures, .menu__panel")) {
    if (box.scrollWidth > box.clientWidth + 1) found.push(`sticks out of its box: ${box.innerText.slice(0, 80)}`);
  }
  return found;
}"""


@dataclass
class Seen:
    """What a window found at each address."""

    one: Visitor
    faults: list[str] = field(default_factory=list)
    led_to: set[str] = field(default_factory=set)
    """Places that were looked at because an address led there: nobody's every address leads to the sign-in page."""

    def __post_init__(self) -> None:
        """The window's pages will have axe in them."""
        bring_axe(self.one.context)

    def check(self, path: str, reach: Reach, *, is_anonymous: bool) -> None:
        """Open a page; note a wrong status, a wrong place, and whatever is wrong with the page."""
        status = reach.anonymous if is_anonymous else reach.signed_in
        if not reach.is_page:
            answered = self.one.context.request.get(self.one.house.url + path, max_redirects=0).status
            self._compare(path, answered, status)
            return
        response = self.one.page.goto(self.one.house.url + path)
        assert response is not None
        self._compare(path, response.status, status)
        self._has_moved(path, reach.anonymous_moves_to if is_anonymous else reach.moves_to)
        if not self._is_known(path):
            self.look(path)

    def _compare(self, path: str, answered: int, status: int) -> None:
        if answered != status:
            self.faults.append(f"{path}: {answered} instead of {status}")

    def _is_known(self, path: str) -> bool:
        """Whether the address has led to a page that another address led to before."""
        place = self.one.at()
        if place == path.partition("?")[0]:
            return False
        known = place in self.led_to
        self.led_to.add(place)
        return known

    def _has_moved(self, path: str, leads_to: str) -> None:
        expected = path.partition("?")[0]
        if leads_to:
            expected = f"/orders/{path.split('/')[2]}/" if leads_to == "portal:order" else reverse(leads_to)
        if self.one.at() != expected:
            self.faults.append(f"{path}: leads to {self.one.at()}, not to {expected}")

    def look(self, path: str) -> None:
        """What axe and the width have to say against the page that is shown."""
        page = self.one.settled()
        for found in violations(page):
            self.faults += [f"{path}: {found['id']}: {node['html'][:200]}" for node in found["nodes"]]
        self.faults += [f"{path}: {found}" for found in page.evaluate(TOO_WIDE)]
        if not page.title().strip(" -") or page.locator("h1").count() != 1:
            self.faults.append(f"{path}: a page has a title and one first heading")


def test_the_table_knows_every_route() -> None:
    assert {route.name for route in all_routes()} == set(TABLE)


@pytest.fixture(scope="module")
def things(browser: Browser, house: RunningHouse) -> Things:
    """Alice's, with a quote that is open."""
    with visitor(browser, house, ALICE) as one:
        to_review(one, subscription_of(house, ALICE, "draft"), 3)
    return alices(house)


EVERYTHING = ("anonymous", "buyer")
"""Who is shown every page. The others see less of the same pages: in one look, for a colour is the same for all."""
SHOWN = [(role, scheme) for role, scheme in product(ROLES, LOOKS) if role in EVERYTHING or scheme == "dark"]


@pytest.mark.parametrize(("role", "scheme"), SHOWN)
def test_by_role(browser: Browser, house: RunningHouse, things: Things, role: str, scheme: Scheme) -> None:
    with visitor(browser, house, ROLES[role], scheme=scheme, size=LOOKS[scheme]) as one:
        seen = Seen(one)
        for route in all_routes():
            reach = TABLE[route.name]
            if role in EVERYTHING or reach is INSIDE:
                seen.check(address(route, things), reach, is_anonymous=role == "anonymous")
        assert seen.faults == []


@pytest.mark.parametrize("scheme", LOOKS)
def test_in_every_state(browser: Browser, house: RunningHouse, scheme: Scheme) -> None:
    """The first page of those who owe, wait or may not, and what their first link to a subscription or order shows."""
    faults: list[str] = []
    for email, (path, _state) in OTHERS.items():
        with visitor(browser, house, email, scheme=scheme, size=LOOKS[scheme]) as one:
            seen = Seen(one)
            for each in (path, *first_things(house, email)):
                one.open(each)
                seen.look(each)
            faults += [f"{email}: {fault}" for fault in seen.faults]
    assert faults == []


@pytest.mark.parametrize("scheme", LOOKS)
def test_pages_of_faults(browser: Browser, house: RunningHouse, scheme: Scheme) -> None:
    """An address that leads nowhere, forms that are wrong, and a form that somebody else sent."""
    draft = subscription_of(house, ALICE, "draft")
    with visitor(browser, house, ALICE, scheme=scheme, size=LOOKS[scheme]) as one:
        seen = Seen(one)
        one.open("/nowhere/", status=404)
        seen.look("404")
        one.open("/help/")
        one.page.locator("main form .button--primary").click()
        one.page.wait_for_selector("[aria-invalid=true]")
        seen.look("help with faults")
        one.open(f"/subscriptions/{draft}/seats/?seats=99999")
        seen.look("too many seats")
        one.open("/help/")
        one.page.locator("main [name=csrfmiddlewaretoken]").evaluate("one => one.value = 'x'.repeat(64)")
        one.page.locator("main form .button--primary").click()
        one.page.wait_for_selector(".bare")
        seen.look("403")
        assert seen.faults == []


def test_the_check_finds_what_is_wrong(browser: Browser, house: RunningHouse) -> None:
    """A control: a picture without words, a script that complains, a page that is too wide, a stranger's address."""
    with visitor(browser, house, scheme="dark", size=PHONE) as one:
        seen = Seen(one)
        one.open("/accounts/login/")
        one.page.evaluate("""() => {
          document.querySelector("main").insertAdjacentHTML("beforeend", "<img src='/static/ui/brand/logo.svg'>");
          const wide = document.body.appendChild(document.createElement("p"));
          wide.style.minWidth = "2000px";
          wide.textContent = "wide";
          document.body.appendChild(document.createElement("script")).textContent = "nobody()";
          console.warn("look here");
          new Image().src = "http://127.0.0.1:9/picture.png";
        }""")
        seen.look("planted")
        found = " ".join(seen.faults)
        assert "image-alt" in found
        assert "wider than the window" in found
        heard = " ".join(one.faults)
        assert "look here" in heard
        assert "content security policy" in heard
        assert "127.0.0.1:9" in heard
        one.faults.clear()
