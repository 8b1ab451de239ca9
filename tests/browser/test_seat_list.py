"""A list of seats in Chromium, without JavaScript: down, one line more, up, looked at, confirmed."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.buying import ALICE, subscription_of
from tests.browser.visiting import visitor
from tests.support.house import RunningHouse

pytestmark = pytest.mark.browser
NEW = "zoe@brightwater.example"


def test_one_line_more_is_one_seat_more(browser: Browser, shop: RunningHouse, tmp_path: Path) -> None:
    draft = subscription_of(shop, ALICE, "draft")
    [(number,)] = shop.sql("SELECT number FROM db_subscription WHERE id = %s", draft)
    with visitor(browser, shop, ALICE, javascript=False) as one:
        one.open("/users/seats/")
        file = one.page.get_by_role("link", name="Download the list as it is now").get_attribute("href")
        listed = one.context.request.get(f"{one.house.url}{file}").body().decode("utf-8-sig")
        changed = tmp_path / "seats.csv"
        changed.write_text(f"{listed}{number},,{NEW},\r\n", encoding="cp1252")
        one.page.locator("#file").set_input_files(changed)
        one.page.get_by_role("button", name="Show the changes").click()
        assert f"{NEW} {number} gets a seat" in " ".join(one.text().split())
        one.page.get_by_role("button", name="Confirm").click()
        assert "1 seat assigned, 0 taken back." in one.text()
    shop.sql(
        "DELETE FROM db_seatassignment USING db_user u WHERE u.id = user_id AND u.email = %s",
        NEW,
    )
