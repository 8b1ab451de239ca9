"""How long the server takes for a page: the demo's whole house on loopback, one request after the other."""

import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import httpx
from tests.support.house import RunningHouse, built_template, running_house

from benchmarks.harness import Measurement, measure
from tenor.gateways.postgres.embedded import EmbeddedServer
from tenor.gateways.postgres.roles import ensure_roles

FORTY = "grace@harborvale.example"
"""The purchaser with forty subscriptions."""

PASSWORD = "northline-demo"  # noqa: S105 - every demo person's, see docs/demo.md
REQUESTS = 40
PAGES = {"home": "/", "subscriptions (40)": "/subscriptions/", "orders": "/orders/"}
TARGETS = {"subscriptions (40)": 1 / 0.030}
"""Requests a second on one core: a page of forty subscriptions in less than 30 ms."""


def measurements() -> Iterator[Measurement]:
    """Each page as the signed-in purchaser gets it, over one connection that is kept open."""
    with _house() as house, httpx.Client(base_url=house.url, follow_redirects=True, timeout=30) as client:
        _sign_in(client)
        for name, path in PAGES.items():
            yield measure(f"page: {name}", partial(_get, client, path), repeat=5, target=TARGETS.get(name))


def _get(client: httpx.Client, path: str) -> int:
    for _ in range(REQUESTS):
        client.get(path).raise_for_status()
    return REQUESTS


def _sign_in(client: httpx.Client) -> None:
    page = client.get("/accounts/login/").text
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    if token is None:
        raise RuntimeError("the sign-in page has no form")
    filled = {"login": FORTY, "password": PASSWORD, "csrfmiddlewaretoken": token[1]}
    answer = client.post("/accounts/login/", data=filled)
    if answer.status_code != httpx.codes.OK or "/accounts/login" in str(answer.url):
        raise RuntimeError(f"nobody is signed in as {FORTY}")


@contextmanager
def _house() -> Iterator[RunningHouse]:
    with tempfile.TemporaryDirectory() as folder, EmbeddedServer(Path(folder) / "postgres") as server:
        ensure_roles(server.url, app_password=_password(server.url), staff_password=_password(server.url))
        with running_house(built_template(server.url), Path(folder) / "house", ("sandbox", "web")) as house:
            yield house


def _password(url: str) -> str:
    return httpx.URL(url).password
