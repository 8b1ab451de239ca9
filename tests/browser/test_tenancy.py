"""Charlie belongs to another company: Alice's things do not exist for him. Who may only look changes nothing."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import httpx
import psycopg
import pytest
from django.urls import reverse
from playwright.sync_api import Browser

from tests.browser.book import Things, things_of
from tests.browser.buying import ALICE, buy, orders_of, pays_with, subscription_of, to_review
from tests.browser.visiting import session_key, visitor
from tests.support.house import RunningHouse
from tests.support.routes import Route, all_routes

pytestmark = pytest.mark.browser

CHARLIE, BOB = "charlie@cobalt.example", "bob@brightwater.example"
TOKEN = "t" * 32

STRANGERS: dict[str, tuple[int, int]] = {
    "portal:subscription": (404, 405),
    "portal:compare": (404, 405),
    "portal:order": (404, 405),
    "portal:add_seats": (404, 404),
    "portal:change_term": (404, 404),
    "portal:undo_scheduled": (405, 404),
    "portal:review": (404, 404),
    "portal:resume_order": (405, 404),
    "portal:cancel_order": (405, 404),
    "portal:order_return": (404, 405),
    "portal:make_default": (405, 404),
    "portal:method_return": (404, 405),
}
"""Routes whose address names something of an account: how they answer a stranger's GET (where it leads) and POST."""
NOBODYS = {"portal:mail", "account_reset_password_from_key", "webhook"}
"""Routes with arguments that name nothing of an account."""
BODIES = {
    "portal:add_seats": {"seats": "3"},
    "portal:change_term": {"months": "36", "price_36": "117900"},
}


@contextmanager
def client(house: RunningHouse, email: str = "", *, follow: bool = False) -> Iterator[httpx.Client]:
    """An HTTP client in which the person is signed in, with a token for its forms."""
    cookies = {"csrftoken": TOKEN}
    if email:
        cookies["session"] = session_key(house, email)
    with httpx.Client(
        base_url=house.url, cookies=cookies, trust_env=False, follow_redirects=follow, timeout=30
    ) as made:
        yield made


def post(made: httpx.Client, path: str, **fields: str) -> httpx.Response:
    """Send a form."""
    return made.post(path, data={"csrfmiddlewaretoken": TOKEN, **fields})


@pytest.fixture
def alices(browser: Browser, shop: RunningHouse) -> Things:
    """Ids of everything that Alice has, with a quote that could be submitted."""
    with visitor(browser, shop, ALICE) as one:
        to_review(one, subscription_of(shop, ALICE, "vault"), 1)
    return things_of(shop, ALICE, "vault")


def address(route: Route, things: Things, account: str) -> str:
    """The address of a route about those things; a setup's reference names its account."""
    values = {name: things.argument(name) for name in route.arguments}
    if "reference" in values:
        values["reference"] = f"{UUID(account).hex}-{UUID(things.order).hex}"
    return reverse(route.name, kwargs=values)


def account_of(house: RunningHouse, email: str) -> str:
    """The id of the person's first account."""
    rows = house.sql(
        "SELECT m.account_id FROM db_membership m JOIN db_user u ON u.id = m.user_id WHERE u.email = %s", email
    )
    return str(rows[0][0])


def test_every_route_with_an_id_has_a_row() -> None:
    assert {route.name for route in all_routes() if route.arguments} == set(STRANGERS) | NOBODYS


def test_a_stranger_finds_nothing(shop: RunningHouse, alices: Things) -> None:
    """404 on each of Alice's addresses, as on one that never was: nothing tells the two apart."""
    account, before = account_of(shop, ALICE), fingerprint(shop)
    with client(shop, CHARLIE, follow=True) as charlie:
        for route in (found for found in all_routes() if found.name in STRANGERS):
            path = address(route, alices, account)
            looked, sent = charlie.get(path), post(charlie, path, **BODIES.get(route.name, {}))
            assert (looked.status_code, sent.status_code) == STRANGERS[route.name], route.name
            for answer in (looked, sent):
                assert "Brightwater" not in answer.text
    assert fingerprint(shop) == before


def test_nobody_is_sent_to_sign_in(shop: RunningHouse, alices: Things) -> None:
    account = account_of(shop, ALICE)
    with client(shop) as nobody:
        for route in (found for found in all_routes() if found.name in STRANGERS):
            path = address(route, alices, account)
            looks, sends = STRANGERS[route.name]
            for answer, stranger in ((nobody.get(path), looks), (post(nobody, path), sends)):
                if stranger == 405:
                    assert answer.status_code in (302, 405), route.name
                else:
                    assert answer.status_code == 302, route.name
                    assert answer.headers["location"].startswith("/accounts/login/?next="), route.name


def test_foreign_ids_in_forms(browser: Browser, shop: RunningHouse, alices: Things) -> None:
    """Charlie's own addresses with Alice's ids in the body: her method pays nothing, her account is not entered."""
    survey = subscription_of(shop, CHARLIE, "survey")
    pays_with(shop, CHARLIE, "declined_soft")
    with visitor(browser, shop, CHARLIE) as one:
        buy(one, survey, 1)
    order = orders_of(shop, survey)[-1][0]
    with client(shop, CHARLIE) as charlie:
        post(charlie, reverse("portal:resume_order", args=[order]), method=alices.method)
        methods = shop.sql(
            "SELECT DISTINCT p.method_id FROM db_payment p JOIN db_invoice i ON i.id = p.invoice_id"
            " WHERE i.order_id = %s",
            order,
        )
        assert (UUID(alices.method),) not in methods
        post(charlie, reverse("portal:switch_account"), account=account_of(shop, ALICE))
        assert "Brightwater" not in charlie.get("/").text
        asked = post(
            charlie,
            reverse("portal:help"),
            subscription=alices.subscription,
            subject="Mine?",
            text="Whose is it?",
            request_id=str(UUID(int=7)),
        )
        assert asked.status_code == 400
        about = charlie.get(reverse("portal:help"), params={"subscription": alices.subscription, "action": "seats_add"})
        [(number,)] = shop.sql("SELECT number FROM db_subscription WHERE id = %s", alices.subscription)
        assert number not in about.text
        assert post(charlie, reverse("portal:cancel_order", args=[order])).status_code == 302


def test_who_may_only_look_changes_nothing(shop: RunningHouse, alices: Things) -> None:
    account, before = account_of(shop, ALICE), fingerprint(shop)
    with client(shop, BOB) as bob:
        for route in all_routes():
            if not route.name.startswith("portal:") or route.name in ("portal:help", "portal:demo_sign_in"):
                continue
            fields = {**BODIES.get(route.name, {}), "kind": "card", "method": alices.method}
            answer = post(bob, address(route, alices, account), **fields)
            assert answer.status_code in (302, 403, 404, 405, 409), f"{route.name}: {answer.status_code}"
            assert shop.house.sandbox_url not in answer.headers.get("location", ""), route.name
    assert fingerprint(shop) == before


CHANGING = ("order", "quote", "subscription", "scheduledchange", "paymentmethod", "payment", "invoice", "event", "mail")


def fingerprint(house: RunningHouse) -> dict[str, int]:
    """How many rows there are of what actions make, and of quotes that were accepted."""
    found = {table: house.sql(f"SELECT count(*) FROM db_{table}")[0][0] for table in CHANGING}
    found["accepted"] = house.sql("SELECT count(*) FROM db_quote WHERE accepted_at IS NOT NULL")[0][0]
    found["undone"] = house.sql("SELECT count(*) FROM db_scheduledchange WHERE undone_at IS NOT NULL")[0][0]
    found["default"] = hash(str(house.sql("SELECT id FROM db_paymentmethod WHERE is_default ORDER BY id")))
    return found


# --- card numbers ---------------------------------------------------------------------------------------------------

PAN = re.compile(r"(?<![\w.])[3-6](?:[ -]?\d){12,18}(?![\w.])")


def card_numbers(text: str) -> list[str]:
    """What looks like the number of a card, and has its check digit (Luhn)."""
    return [found for found in PAN.findall(text) if is_luhn(re.sub(r"\D", "", found))]


def is_luhn(number: str) -> bool:
    """Whether the last digit checks the others."""
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(number))]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def dump(house: RunningHouse) -> str:
    """All that the database holds, as text."""
    parts: list[str] = []
    with psycopg.connect(house.owner_url) as connection:
        tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        for (table,) in tables:
            with connection.cursor().copy(f'COPY "{table}" TO STDOUT'.encode()) as rows:
                parts.append(b"".join(bytes(row) for row in rows).decode())
    return "\n".join(parts)


def test_no_card_number_stays_with_us(browser: Browser, shop: RunningHouse) -> None:
    """A card is typed on the provider's page, wrongly at first, and pays. Its number is nowhere in Tenor."""
    with visitor(browser, shop, "tomasz@wislaprojekt.example") as one:
        one.open("/methods/")
        one.page.locator("button[name=kind][value=card]").click()
        one.page.wait_for_url("**/setup/**")
        assert one.page.url.startswith(shop.house.sandbox_url), "numbers are typed at the provider"
        for number in ("4242 4242 4242 4243", "5555 5555 5555 4444"):
            for name, value in (("number", number), ("expiry", "08/31"), ("code", "123")):
                one.page.locator(f"#{name}").fill(value)
            one.page.locator("button.primary").click()
            one.page.wait_for_load_state()
        one.page.wait_for_url("**/methods/")
        assert "4444" in one.text()
    everything = dump(shop) + shop.log("web") + shop.log("worker") + shop.log("sandbox")
    assert "4444" in everything, "the dump has what it should have"
    assert card_numbers(everything) == []


def test_the_search_finds_a_card_number() -> None:
    """A control."""
    planted = "paid by 5555-5555-5555-4444 (not 4242424242424243), 4242424242424242;"
    assert card_numbers(planted) == ["5555-5555-5555-4444", "4242424242424242"]
