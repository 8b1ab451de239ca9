"""Card numbers are typed at the provider, and are nowhere in Tenor. (Who sees what: tests/portal/test_access.py.)"""

import re

import psycopg
import pytest
from playwright.sync_api import Browser

from tests.browser.visiting import visitor
from tests.support.house import RunningHouse

pytestmark = pytest.mark.browser

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
            one.settled()
        one.page.wait_for_url("**/methods/**")
        assert "4444" in one.text()
    everything = dump(shop) + shop.log("web") + shop.log("worker") + shop.log("sandbox")
    assert "4444" in everything, "the dump has what it should have"
    assert card_numbers(everything) == []


def test_the_search_finds_a_card_number() -> None:
    """A control."""
    planted = "paid by 5555-5555-5555-4444 (not 4242424242424243), 4242424242424242;"
    assert card_numbers(planted) == ["5555-5555-5555-4444", "4242424242424242"]
