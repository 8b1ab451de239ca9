"""A made-up language in which every translated text stands in brackets: what stands outside them was forgotten."""

import re
from collections.abc import Iterator

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page

from tenor.cli.demo_book.seller import OPENING
from tests.browser.book import alices
from tests.browser.buying import ALICE, subscription_of
from tests.browser.reaching import OTHERS, TABLE, address, first_things
from tests.browser.visiting import visitor
from tests.support import pseudo_locale
from tests.support.house import RunningHouse, Template, running_house
from tests.support.routes import all_routes
from tests.support.sandbox import wait_until

pytestmark = pytest.mark.browser

NUMBERED = r"\b(SUB|ORD)-\d+"
NAMES = "|".join(
    [
        *(rf"\b{name}\b" for name in ("Northline", "PayPal", *(product.name for product in OPENING.products))),
        *(rf"\b{name}\b" for name in sorted({plan.name for plan in OPENING.plans})),
        NUMBERED,
    ]
)
"""What has a name has it in every language: products, plans, subscriptions and orders by their number."""

OUTSIDE = """([open, close, names]) => {
  const found = [], named = new RegExp(names, "gu");
  const letters = { test: (text) => /\\p{L}/u.test(text.replace(named, "")) };
  const skipped = "time, data, [translate=no], script, style, template, noscript";
  let depth = 0, outside = "";
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (node.parentElement.closest(skipped)) continue;
    outside = "";
    for (const sign of node.data) {
      if (sign === open) depth += 1;
      else if (sign === close) depth -= 1;
      else if (depth === 0) outside += sign;
    }
    if (letters.test(outside)) found.push(outside.trim());
  }
  if (depth !== 0) found.push(`brackets do not match: ${depth}`);
  const bare = (text) => text.replace(/⟦[^⟧]*⟧/gu, "");
  for (const name of ["aria-label", "title", "alt", "placeholder", "aria-description", "data-label"]) {
    for (const element of document.querySelectorAll(`[${name}]`)) {
      const text = element.getAttribute(name);
      if (!element.closest("[translate=no]") && letters.test(bare(text))) found.push(`${name}: ${text}`);
    }
  }
  for (const element of document.querySelectorAll("input[type=submit], input[type=button]")) {
    if (letters.test(bare(element.value))) found.push(`value: ${element.value}`);
  }
  if (letters.test(bare(document.title))) found.push(`title: ${document.title}`);
  return found;
}"""
"""Walks the page's text in reading order, counting brackets; a number or a sign needs none."""


def untranslated(page: Page) -> list[str]:
    """Texts of the page that stand in no brackets."""
    found = page.evaluate(OUTSIDE, [pseudo_locale.OPEN, pseudo_locale.CLOSE, NAMES])
    return [str(text) for text in found]


@pytest.fixture(scope="module")
def pseudo(house_template: Template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHouse]:
    """A house that also speaks the made-up language."""
    language = pseudo_locale.make(tmp_path_factory.mktemp("language"))
    with running_house(house_template, tmp_path_factory.mktemp("pseudo"), ("sandbox",)) as running:
        for name in ("web", "worker"):
            running.start(name, TENOR_PSEUDO_LOCALE=str(language))
        yield running


@pytest.mark.parametrize("email", ["", ALICE])
def test_every_page(browser: Browser, pseudo: RunningHouse, email: str) -> None:
    """Every page that can be looked at, as nobody and as a buyer."""
    forgotten: dict[str, list[str]] = {}
    with visitor(browser, pseudo, email, language=pseudo_locale.CODE) as one:
        if email:
            one.open(f"/subscriptions/{subscription_of(pseudo, ALICE, 'draft')}/seats/?seats=3")
            one.page.locator("form.split .button--primary").click()
            one.page.wait_for_url("**/quotes/**")
        things = alices(pseudo)
        for route in all_routes():
            if TABLE[route.name].is_page:
                one.page.goto(pseudo.url + address(route, things))
                note(forgotten, route.name, untranslated(one.page))
    assert forgotten == {}


def note(forgotten: dict[str, list[str]], where: str, found: list[str]) -> None:
    """Keep what was found, if anything."""
    if found:
        forgotten[where] = sorted(set(found))


def test_in_every_state(browser: Browser, pseudo: RunningHouse) -> None:
    """What those who owe, wait or may not read; and the answers to forms that are wrong."""
    forgotten: dict[str, list[str]] = {}
    for email in OTHERS:
        with visitor(browser, pseudo, email, language=pseudo_locale.CODE) as one:
            for path in ("/", "/methods/", *first_things(pseudo, email)):
                one.open(path)
                note(forgotten, f"{email} {path}", untranslated(one.page))
    with visitor(browser, pseudo, ALICE, language=pseudo_locale.CODE) as one:
        one.page.goto(pseudo.url + "/nowhere/")
        note(forgotten, "404", untranslated(one.page))
        for path in ("/help/", "/accounts/password/change/"):
            one.open(path)
            one.page.locator("main form .button--primary").click()
            one.page.wait_for_selector("[aria-invalid=true]")
            note(forgotten, f"{path} with faults", untranslated(one.settled()))
    with visitor(browser, pseudo, language=pseudo_locale.CODE) as one:
        for path in ("/accounts/login/", "/accounts/login/code/", "/accounts/password/reset/"):
            one.open(path)
            one.page.locator("main form:not(:has(.person)) .button--primary").first.click()
            one.page.wait_for_selector("[aria-invalid=true]")
            note(forgotten, f"{path} with faults", untranslated(one.settled()))
    assert forgotten == {}


def test_the_mail_of_an_order(browser: Browser, pseudo: RunningHouse) -> None:
    """The worker writes to Alice in her language: outside the brackets stand only names, numbers and addresses."""
    pseudo.sql("UPDATE db_user SET language = %s WHERE email = %s", pseudo_locale.CODE, ALICE)
    with visitor(browser, pseudo, ALICE, language=pseudo_locale.CODE) as one:
        one.open(f"/subscriptions/{subscription_of(pseudo, ALICE, 'draft')}/seats/?seats=3")
        one.page.locator("form.split .button--primary").click()
        one.page.wait_for_url("**/quotes/**")
        one.page.locator("form[action*='/quotes/'] .button--primary").click()
        one.page.wait_for_url("**/orders/*/")
        assert untranslated(one.settled()) == []
    newest = 'SELECT subject, text FROM db_sentmail WHERE "to" = %s ORDER BY sent_at DESC LIMIT 1'
    wait_until(lambda: "⟦" in str(pseudo.sql(newest, ALICE)), "the mail")
    subject, text = pseudo.sql(newest, ALICE)[0]
    outside = re.sub(rf"https?://\S+|{NUMBERED}", "", f"{subject}\n{text}")
    while "⟦" in outside and (less := re.sub(r"⟦[^⟦⟧]*⟧", "", outside)) != outside:
        outside = less
    words = set(re.findall(r"[^\W\d_]{2,}", outside))
    names = {"Northline", "Draft", "Standard"}
    assert words <= names, text


def test_the_check_finds_what_was_forgotten(browser: Browser, pseudo: RunningHouse) -> None:
    """A control: a text, a text half in brackets, and a label, planted in a page that has none."""
    with visitor(browser, pseudo, language=pseudo_locale.CODE) as one:
        one.open(reverse("account_login"))
        assert untranslated(one.page) == []
        one.page.evaluate("""() => document.querySelector("main").insertAdjacentHTML("beforeend",
          "<p>Seats of Draft</p><p>⟦Pàý⟧ now</p><p>⟦Sé <b>thé</b> àll⟧ <time>Nov 21</time> 3 × 4</p>" +
          "<i aria-label='Close'></i>")""")
        assert untranslated(one.page) == ["Seats of Draft", "now", "aria-label: Close"]
