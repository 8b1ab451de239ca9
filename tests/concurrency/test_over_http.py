"""Twenty browsers of one person press "Submit order" on the same review at once: one order, one charge."""

import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Barrier
from typing import Any

import httpx
import pytest

from tenor.cli.serve import APPLICATION
from tenor.gateways.plain_http import NO_AUTHORITIES
from tenor.gateways.postgres.embedded import free_port
from tests.support import plain_http
from tests.support.house import ROOT, RunningHouse
from tests.support.house_fixtures import NewHouse
from tests.support.sandbox import wait_until

pytestmark = pytest.mark.house

ALICE = "alice@brightwater.example"
MANY = 20
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


def token(page: httpx.Response) -> str:
    """The form's own; every session has another."""
    found = TOKEN.search(page.text)
    assert found is not None, f"no form on {page.url}: {page.status_code}"
    return found[1]


@contextmanager
def browsers(url: str, how_many: int) -> Iterator[list[httpx.Client]]:
    """Sessions of Alice, each with a connection of its own."""
    with ExitStack() as stack:
        opened = []
        for _ in range(how_many):
            client = stack.enter_context(httpx.Client(base_url=url, trust_env=False, verify=NO_AUTHORITIES, timeout=60))
            page = client.get("/", follow_redirects=True)
            body = {"csrfmiddlewaretoken": token(page), "person": ALICE}
            assert client.post("/demo/sign-in/", data=body).status_code == 302
            opened.append(client)
        yield opened


def review_of(client: httpx.Client, subscription: str) -> str:
    """Ask for two more seats; the address of the review."""
    form = client.get(f"/subscriptions/{subscription}/seats/")
    saved = client.post(f"/subscriptions/{subscription}/seats/", data={**_fields(form), "seats": "2"})
    assert saved.status_code == 302, saved.text
    return saved.headers["location"]


def _fields(page: httpx.Response) -> dict[str, str]:
    return {"csrfmiddlewaretoken": token(page)}


def press_at_once(clients: list[httpx.Client], review: str) -> list[httpx.Response]:
    """Every session has its own form of the page before it; then all post."""
    forms = [_fields(client.get(review)) for client in clients]
    start = Barrier(len(clients), timeout=60)

    def press(client: httpx.Client, form: dict[str, str]) -> httpx.Response:
        start.wait()
        return client.post(review, data=form)

    with ThreadPoolExecutor(len(clients)) as pool:
        return list(pool.map(press, clients, forms))


def subscription_of(house: RunningHouse) -> str:
    """Alice's Draft."""
    [(found,)] = house.sql(
        "SELECT s.id FROM db_subscription s JOIN db_membership m USING (account_id) JOIN db_user u ON u.id = m.user_id"
        " WHERE u.email = %s AND s.product_code = 'draft' AND s.plan_code = 'standard'",
        ALICE,
    )
    return str(found)


def orders_of(house: RunningHouse, review: str) -> list[tuple[Any, ...]]:
    """The orders that the quote became: status, and how many payments each has."""
    quote = review.rstrip("/").rpartition("/")[2]
    return house.sql(
        "SELECT o.status, count(p.id) FROM db_order o LEFT JOIN db_invoice i ON i.order_id = o.id"
        " LEFT JOIN db_payment p ON p.invoice_id = i.id WHERE o.quote_id = %s GROUP BY o.id",
        quote,
    )


def test_twenty_sessions_submit_one_review_and_it_is_one_order_and_one_charge(fresh_house: NewHouse) -> None:
    house = fresh_house()
    before = len(house.sandbox.charges())
    with browsers(house.url, MANY) as clients:
        review = review_of(clients[0], subscription_of(house))
        answers = press_at_once(clients, review)
    assert Counter(answer.status_code for answer in answers) == {302: MANY}, house.log("web")[-3000:]
    wait_until(lambda: orders_of(house, review) == [("fulfilled", 1)], "the one order to be fulfilled")
    assert {answer.headers["location"].partition("?")[0] for answer in answers} == {order_page(house, review)}
    charges = house.sandbox.charges()[before:]
    assert [charge["status"] for charge in charges] == ["succeeded"]


def test_control_without_the_lock_the_second_sees_an_error(fresh_house: NewHouse) -> None:
    house = fresh_house("sandbox")
    with unlocked_portal(house) as url, browsers(url, 2) as clients:
        review = review_of(clients[0], subscription_of(house))
        answers = press_at_once(clients, review)
    assert sorted(answer.status_code for answer in answers) == [302, 500]
    assert orders_of(house, review) == [("fulfilled", 1)], "the constraints still keep it to one"


def order_page(house: RunningHouse, review: str) -> str:
    """The address of what the quote became."""
    quote = review.rstrip("/").rpartition("/")[2]
    [(order,)] = house.sql("SELECT id FROM db_order WHERE quote_id = %s", quote)
    return f"/orders/{order}/"


@contextmanager
def unlocked_portal(house: RunningHouse) -> Iterator[str]:
    """The house's portal with `tests.concurrency.unlocked` in place of its application."""
    web = next(program for program in house.house.programs() if program.name == "web")
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "granian", "tests.concurrency.unlocked:application", "--interface", "wsgi"]
    command += ["--host", "127.0.0.1", "--port", str(port), "--workers", "1", "--blocking-threads", "4", "--no-ws"]
    log = Path(house.house.home) / "unlocked.log"
    with log.open("ab") as out:
        server = subprocess.Popen(command, env=dict(web.environment), cwd=ROOT, stdout=out, stderr=out)
    try:
        wait_until(lambda: _serves(url), f"the portal without its lock to serve, instead of {APPLICATION}")
        yield url
    finally:
        server.terminate()
        server.wait(20)


def _serves(url: str) -> bool:
    try:
        return plain_http.get(f"{url}/healthz/").is_success
    except httpx.HTTPError:
        return False
