"""People in Chromium: who is signed in, in which language, on which screen; and the faults that the browser saw."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlsplit

from django.contrib.sessions.backends.db import SessionStore
from django.core import signing
from django.utils.crypto import get_random_string, salted_hmac
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, ViewportSize, expect

from tests.support.house import RunningHouse

Scheme = Literal["light", "dark"]

DESKTOP, PHONE = ViewportSize(width=1280, height=900), ViewportSize(width=390, height=844)
PATIENCE_MS = 15_000
SALT = "django.contrib.auth.models.AbstractBaseUser.get_session_auth_hash"
TELL_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", (event) =>
  console.error(`content security policy: ${event.effectiveDirective} ${event.blockedURI} ${event.sourceFile}`));
"""
PAGE_STATUS = "Failed to load resource: the server responded with a status of"
"""Chromium says so of every page whose status is an error. Tests look at the status themselves."""
BUSY = ".htmx-request, .htmx-swapping, .htmx-settling, .htmx-added"
"""What htmx marks while it fetches or exchanges a part of the page."""


def session_key(house: RunningHouse, email: str) -> str:
    """A new session in which the person is signed in. (Signing in by hand has tests of its own.)"""
    [(user_id, password)] = house.sql("SELECT id, password FROM db_user WHERE email = %s", email)
    secret = house.house.settings()["TENOR_SECRET_KEY"]
    data = {
        "_auth_user_id": str(user_id),
        "_auth_user_backend": "allauth.account.auth_backends.AuthenticationBackend",
        "_auth_user_hash": salted_hmac(SALT, password, secret=secret, algorithm="sha256").hexdigest(),
    }
    store, key = SessionStore(), get_random_string(32, "abcdefghijklmnopqrstuvwxyz0123456789")
    text = signing.dumps(data, key=secret, salt=store.key_salt, serializer=store.serializer, compress=True)
    house.sql("INSERT INTO django_session VALUES (%s, %s, now() + interval '2 days')", key, text)
    return key


@dataclass
class Visitor:
    """One browser window: a context and its page. `faults` collects what no page of ours may cause."""

    house: RunningHouse
    context: BrowserContext
    page: Page
    language: str
    faults: list[str] = field(default_factory=list)
    coming: list[Request] = field(default_factory=list)
    """Pages that were asked for and that nobody has waited for yet."""

    def settled(self) -> Page:
        """The page once nothing is under way: no page that is to come, and no part that htmx fetches or exchanges.

        What reads at once (all amounts, a count) reads this. Half a page has no rows either, so that waiting for
        "no rows" alone does not wait for the page.
        """
        expect(self.page.locator(BUSY)).to_have_count(0)  # there and back: what was pressed has been asked for by now
        while self.coming:
            answer = self.coming.pop().response()
            if answer is not None:
                answer.finished()
        self.page.wait_for_load_state()
        expect(self.page.locator(BUSY)).to_have_count(0)
        return self.page

    def open(self, path: str, status: int = 200) -> Page:
        """Go to an address of the portal, which answers with that status."""
        response = self.page.goto(path if path.startswith("http") else self.house.url + path)
        assert response is not None
        assert response.status == status, f"{path}: {response.status} instead of {status}\n{self.text()[:600]}"
        return self.page

    def at(self) -> str:
        """The path of the page that is shown."""
        return urlsplit(self.settled().url).path

    def text(self, selector: str = "main") -> str:
        """What is to be read in a part of the page, with single plain spaces; closed disclosures are left out."""
        return " ".join(self.settled().locator(selector).first.inner_text().split())

    def money(self, selector: str) -> list[str]:
        """The amounts in a part of the page, as machines read them: ["382.19 USD"]."""
        values = self.settled().locator(f"{selector} data.money").evaluate_all("all => all.map((one) => one.value)")
        return [str(value) for value in values]

    def press(self, *keys: str) -> None:
        """Press keys, one after the other."""
        for key in keys:
            self.page.keyboard.press(key)

    def tab_to(self, selector: str, key: str = "Tab", most: int = 80) -> None:
        """Press Tab until that has the focus; fails where it can't be reached, or where nobody sees the focus."""
        for _ in range(most):
            self.page.keyboard.press(key)
            if self.page.locator(f"{selector}:focus").count():
                assert self.page.evaluate(SHOWS_FOCUS), f"the focus on {selector} is not to be seen"
                return
        raise AssertionError(f"{selector} can't be reached with {key} on {self.page.url}")


SHOWS_FOCUS = """() => {
  const shown = (element) => {
    const style = getComputedStyle(element);
    return (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== "none";
  };
  const focused = document.activeElement;
  const around = focused.closest(".choice, .seats, .search, .methods__one");
  return [focused, ...(focused.labels || []), ...(around ? [around] : [])].some(shown);
}"""
"""The ring may be drawn around the control, its label, or the box that they share."""


@contextmanager
def visitor(
    browser: Browser,
    house: RunningHouse,
    email: str = "",
    *,
    language: str = "en",
    javascript: bool = True,
    scheme: Scheme = "light",
    size: ViewportSize = DESKTOP,
) -> Iterator[Visitor]:
    """A window of a person (nobody: an empty address). Faults of the pages that it saw fail the test at its end."""
    context = browser.new_context(
        java_script_enabled=javascript,
        color_scheme=scheme,
        viewport=size,
        reduced_motion="reduce",
        locale="en-US",
    )
    context.set_default_timeout(PATIENCE_MS)
    cookies = {"django_language": language}
    if email:
        cookies["session"] = session_key(house, email)
    context.add_cookies([{"name": name, "value": value, "url": house.url} for name, value in cookies.items()])
    if javascript:
        context.add_init_script(TELL_VIOLATIONS)
    one = Visitor(house, context, context.new_page(), language)
    _watch(one)
    try:
        yield one
    finally:
        context.close()
    assert one.faults == [], "\n".join(one.faults)


def _watch(one: Visitor) -> None:
    """Note console warnings and errors, uncaught errors, and requests that leave the house."""
    at_home = {urlsplit(url).netloc for url in (one.house.url, one.house.house.sandbox_url)}

    def heard(message: ConsoleMessage) -> None:
        if message.type in ("warning", "error") and not message.text.startswith(PAGE_STATUS):
            one.faults.append(f"{one.page.url}: console {message.type}: {message.text}")

    def asked(request: Request) -> None:
        address = urlsplit(request.url)
        if request.is_navigation_request() and request.frame == one.page.main_frame:
            one.coming.append(request)
        if address.scheme in ("http", "https", "ws", "wss") and address.netloc not in at_home:
            one.faults.append(f"{one.page.url}: asked {request.url}")

    def failed(request: Request) -> None:
        if request.resource_type in ("stylesheet", "script", "image", "font") and "ABORTED" not in (
            request.failure or ""
        ):
            one.faults.append(f"{one.page.url}: {request.url}: {request.failure}")

    one.context.on("console", heard)
    one.context.on("weberror", lambda error: one.faults.append(f"{one.page.url}: {error.error}"))
    one.context.on("request", asked)
    one.context.on("requestfailed", failed)
