"""`tenor serve` as it runs: half-sent requests stop neither the pages nor whoever asks whether it lives."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.support import plain_http
from tests.support.house import RunningHouse

pytestmark = pytest.mark.house

MANY = 48
"""Several times as many as there are threads."""

ANSWERS_WITHIN = 60.0
"""Only a portal that hangs takes so long."""


@pytest.fixture
def half_sent(house: RunningHouse) -> Iterator[list[socket.socket]]:
    """Requests whose body never comes: webhooks, and sign-ins by somebody with a cookie."""
    host, _, port = house.url.removeprefix("http://").partition(":")
    cookie = f"csrftoken={plain_http.get(f'{house.url}/accounts/login/').cookies['csrftoken']}"
    with ExitStack() as lines:
        opened = []
        for number in range(MANY):
            path = "/webhooks/sandbox" if number % 2 else "/accounts/login/"
            line = lines.enter_context(socket.create_connection((host, int(port)), timeout=ANSWERS_WITHIN))
            head = [f"POST {path} HTTP/1.1", f"Host: {host}:{port}", f"Cookie: {cookie}", "Content-Length: 1000"]
            kind = "Content-Type: application/x-www-form-urlencoded"
            line.sendall("\r\n".join([*head, kind, "", "x"]).encode())
            opened.append(line)
        yield opened


def test_pages_and_health_answer_beside_half_sent_requests(house: RunningHouse, half_sent: list[socket.socket]) -> None:
    for path in ("/healthz/", "/healthz", "/readyz/", "/accounts/login/"):
        assert plain_http.get(f"{house.url}{path}", timeout=ANSWERS_WITHIN).status_code == 200, path
    answers = {line.recv(12) for line in half_sent}
    assert answers == {b"HTTP/1.1 408"}, "whoever does not finish is told so, and the line is closed"
