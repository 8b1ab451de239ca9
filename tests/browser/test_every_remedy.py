"""Every remedy of everybody in the demo, on every page: it leads to what it promises, for whoever is shown it."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import httpx
import pytest

from tenor.gateways.plain_http import NO_AUTHORITIES
from tests.browser.buying import ALICE, subscription_of
from tests.browser.visiting import session_key
from tests.support.following import KEPT, Open, Way, fault, pages, unmarked, ways
from tests.support.house import RunningHouse
from tests.support.walking import Page

pytestmark = pytest.mark.house

AT_ONCE = 2
"""People who walk at the same time: as many as the house has processes to answer them."""


@contextmanager
def reading(house: RunningHouse, email: str) -> Iterator[Open]:
    """How that person gets pages."""
    cookies = {"session": session_key(house, email), "django_language": "en"}
    with httpx.Client(
        base_url=house.url, cookies=cookies, follow_redirects=True, trust_env=False, verify=NO_AUTHORITIES, timeout=60
    ) as client:
        yield lambda address: Page(client.get(address))


def everybody(house: RunningHouse) -> list[str]:
    """Who has a role in some account; of those who have the same in the same, one."""
    return [
        email
        for (email,) in house.sql(
            "SELECT DISTINCT ON (m.account_id, m.role) u.email FROM db_membership m JOIN db_user u ON u.id = m.user_id"
            " ORDER BY m.account_id, m.role, u.email"
        )
    ]


def walked(house: RunningHouse, email: str) -> tuple[set[str], list[str]]:
    """The codes that somebody was shown as links, and what was wrong with any."""
    followed, faults = set[tuple[str, str]](), list[str]()
    with reading(house, email) as get:
        for page in pages(get):
            if page.status != httpx.codes.OK:
                faults.append(f"{email} {page.url.path}: {page.status}")
            faults += [f"{email} {said}" for said in unmarked(page)]
            for way in ways(page):
                if (way.code, way.href) not in followed:
                    followed.add((way.code, way.href))
                    faults += [f"{email} {found}"] if (found := fault(way, get)) else []
    return {code for code, _href in followed}, faults


def test_every_remedy_leads_to_what_it_promises(house: RunningHouse) -> None:
    with ThreadPoolExecutor(AT_ONCE) as walkers:
        found = list(walkers.map(lambda email: walked(house, email), everybody(house)))
    assert [said for _codes, faults in found for said in faults] == []
    seen = {code for codes, _faults in found for code in codes}
    assert seen >= {"pay_now", "resume_or_cancel_order", "see_order", "renew", "buy_again", "contact_support"}


FORMS = sorted(code for code in KEPT if not code.startswith("see_"))


@pytest.mark.parametrize("code", FORMS)
def test_a_remedy_that_leads_elsewhere_is_found(house: RunningHouse, code: str) -> None:
    """Home is a page like any other, and has none of all that."""
    with reading(house, ALICE) as get:
        assert "has no such thing" in fault(Way("/", code, "Do it", "/upcoming/"), get)


@pytest.mark.parametrize(
    ("code", "address", "said"),
    [
        ("renew_early", "renew/", "is closed"),
        ("buy_again", "buy-again/", "is closed"),
        ("see_subscription", "none/", "404"),
        ("change_term", "term/#nowhere", "no such place"),
        ("unknown", "term/", "nobody says"),
        ("contact_reseller", "term/", "no address"),
    ],
)
def test_a_remedy_that_is_closed_or_not_there_is_found(house: RunningHouse, code: str, address: str, said: str) -> None:
    """Alice's Draft can't be renewed yet, and has not ended."""
    own = f"/subscriptions/{subscription_of(house, ALICE, 'draft')}/"
    with reading(house, ALICE) as get:
        assert said in fault(Way("/", code, "Do it", own + address), get)
        assert not fault(Way("/", "change_term", "Do it", own + "term/"), get)


def test_a_link_without_a_code_is_found(house: RunningHouse) -> None:
    """A page that lies, made of one that does not: its first remedy forgets what it is for."""
    with reading(house, "harriet@thornbury.example") as get:
        page = get("/")
        (first, *_rest) = ways(page)
        link = next(link for link in page.main.every("a") if link.attributes.get("href") == first.href)
        assert not list(unmarked(page))
        del link.attributes["data-remedy"]
        assert [said for said in unmarked(page) if first.href in said]
