"""Why not: every row of the matrix (rules 8) is met by signing in as somebody, and read in place with its remedy."""

import re
from collections.abc import Iterator

import pytest
from django.utils.functional import Promise
from playwright.sync_api import Browser, Locator

from tenor.cli.demo_book.customers import CUSTOMERS
from tenor.domain.eligibility.case import AccountRow, SubscriptionRow
from tenor.domain.eligibility.matrix import ACCOUNT_ROWS, SUBSCRIPTION_ROWS
from tenor.domain.possibilities import UNASKED
from tenor.domain.refusals import Visibility
from tenor.ui.words.eligibility import ARRIVES, REASONS, UNDER_WAY
from tests.browser.visiting import Visitor, visitor
from tests.support.demo_people import NOT_IN_THE_BOOK
from tests.support.house import RunningHouse

pytestmark = pytest.mark.browser

ROWS: dict[str, AccountRow | SubscriptionRow] = {
    **{row.code: row for row in ACCOUNT_ROWS},
    **{row.code: row for row in SUBSCRIPTION_ROWS},
}
SHOWN = ROWS.keys() - UNASKED
"""Rows that close what somebody may ask for: pages don't say why nobody buys again what runs."""
MET = sorted({(code, customer.people[0].email) for customer in CUSTOMERS for code in customer.shows if code in SHOWN})
ALSO = [("role_may_not_buy", "bob@brightwater.example"), ("role_may_not_buy", "eli@brightwater.example")]
LEFT_OPEN = {"auto_renew_off", "method_kind_not_allowed"}
"""By the seller's policy these rows close no action that has a flow: seats may be added, PayPal may pay for them."""
ON_ITS_WAY = (UNDER_WAY, ARRIVES)
"""How an order is told that waits for a bank or a provider, and for nobody else."""


def test_every_row_is_met_by_somebody() -> None:
    met = {code for code, _email in (*MET, *ALSO)}
    assert SHOWN - met <= NOT_IN_THE_BOOK.keys()
    assert met <= SHOWN


def sentence_of(code: str) -> re.Pattern[str]:
    """The reason as the page words it, whatever its facts are."""
    wordings = (REASONS[code], *(ON_ITS_WAY if code == "open_order" else ()))
    return re.compile("|".join(map(_pattern, wordings)))


def _pattern(wording: Promise) -> str:
    return ".+?".join(map(re.escape, re.split(r"%\(\w+\)s", str(wording))))


def subscriptions(house: RunningHouse, email: str) -> Iterator[str]:
    """The addresses of the person's subscriptions."""
    rows = house.sql(
        "SELECT s.id FROM db_subscription s JOIN db_membership m USING (account_id) JOIN db_user u ON u.id = m.user_id"
        " WHERE u.email = %s ORDER BY s.number",
        email,
    )
    for (found,) in rows:
        yield f"/subscriptions/{found}/"


@pytest.mark.parametrize(("code", "email"), [*MET, *ALSO])
def test_the_reason_stands_in_place(browser: Browser, house: RunningHouse, code: str, email: str) -> None:
    with visitor(browser, house, email) as one:
        reason = first_reason(one, house, email, code)
        assert reason.is_visible()
        for link in reason.locator("a").all():
            leads_on(one, str(link.get_attribute("href")))
        row = ROWS[code]
        if isinstance(row, AccountRow) and row.visibility is Visibility.HIDDEN:
            assert one.page.locator("main a[href$='/seats/'], main .offer").count() == 0, "it is not offered at all"
        elif code not in LEFT_OPEN:
            is_told_once(one, code)


def first_reason(one: Visitor, house: RunningHouse, email: str, code: str) -> Locator:
    """The reason on the first of the person's subscriptions that gives it; else what the pages said instead."""
    seen = []
    for path in subscriptions(house, email):
        if (found := find_reason(one, path, code)) is not None:
            return found
        seen.append(one.page.locator("body").inner_text())
    raise AssertionError(f"{code} stands on none of these pages:\n" + "\n----\n".join(seen))


def find_reason(one: Visitor, path: str, code: str) -> Locator | None:
    """The reason among all of a subscription's, where the page gives it."""
    one.open(path)
    for disclosure in one.page.locator("main details.disclosure").all():
        disclosure.locator("summary").click()
    found = one.page.locator("main .reasons li", has_text=sentence_of(code)).first
    return found if found.count() else None


def is_told_once(one: Visitor, code: str) -> None:
    """At the head of the page for all that it closes, or with the one button that it closes and belongs to.

    Such a button is there to be come past by keyboard. What the line or the answers say is not told beside them.
    """
    in_answers = one.page.locator("#why .reasons li", has_text=sentence_of(code)).count()
    told = one.page.locator("main .reasons li", has_text=sentence_of(code)).count() - in_answers
    assert told <= 1
    for button in one.page.locator("main .offer button[aria-disabled=true]").all():
        if sentence_of(code).search(description(one, button)):
            button.focus()
            assert one.page.locator("main .offer button:focus").count() == 1


def description(one: Visitor, button: Locator) -> str:
    """What a screen reader says of the button after its name; all of it is to be seen on the page, too."""
    parts = [one.page.locator(f"[id='{name}']") for name in str(button.get_attribute("aria-describedby")).split()]
    assert all(part.is_visible() for part in parts)
    return " ".join(" ".join(part.inner_text().split()) for part in parts)


def leads_on(one: Visitor, href: str) -> None:
    """A remedy's link leads to a page of the portal that is there, or to whoever can help."""
    if href.startswith("mailto:"):
        assert re.fullmatch(r"mailto:[^@\s]+@[^@\s]+", href)
        return
    assert href.startswith("/"), href
    answer = one.context.request.get(one.house.url + href, max_redirects=0)
    assert answer.status == 200, f"{href}: {answer.status}"
