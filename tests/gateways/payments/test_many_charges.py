"""Many charges at once: none spoils its neighbour, and the measure for collecting is honest."""

import json
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from tenor.gateways.payments.errors import GatewayRefused, GatewayUnknown
from tenor.gateways.payments.port import ChargeAnswer, ChargeRequest, PaymentGateway
from tenor.gateways.payments.sandbox.load import LoadFailed, bare_load
from tests.gateways.payments.conftest import Ask
from tests.support.sandbox import SandboxProcess, WebhookReceiver, wait_until

pytestmark = pytest.mark.slow

COUNT, AT_ONCE = 60, 8


def test_the_bare_load_books_every_charge_once(tmp_path: Path) -> None:
    with SandboxProcess(tmp_path) as sandbox:
        load = bare_load(sandbox.url, sandbox.key, sandbox.method(), COUNT, AT_ONCE)
        assert load.count == COUNT
        assert load.per_second > 0
        assert len({charge["reference"] for charge in sandbox.charges()}) == COUNT


def test_the_bare_load_counts_no_refusal(sandbox: SandboxProcess) -> None:
    with pytest.raises(LoadFailed, match="no_such_method"):
        bare_load(sandbox.url, sandbox.key, "pm_nobodys", COUNT, AT_ONCE)


class Curt(BaseHTTPRequestHandler):
    """Answers once and hangs up."""

    def do_POST(self) -> None:
        """Take one charge."""
        self.rfile.read(int(self.headers["content-length"]))
        self.send_response(200)
        self.send_header("content-length", "0")
        self.send_header("connection", "close")
        self.end_headers()

    def log_message(self, *_words: object) -> None:
        """Stay quiet."""


@pytest.fixture
def curt() -> Iterator[str]:
    """The address of a server that keeps no line open."""
    server = HTTPServer(("127.0.0.1", 0), Curt)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def test_the_bare_load_needs_lines_that_stay_open(curt: str) -> None:
    with pytest.raises(LoadFailed, match="no line open"):
        bare_load(curt, "key", "method", COUNT, 1)


def test_a_request_that_cannot_be_booked_spoils_no_neighbours(
    gateway: PaymentGateway, sandbox: SandboxProcess, ask: Ask
) -> None:
    """A lone surrogate passes as JSON and is refused by the store: after its neighbours were booked with it."""
    card = sandbox.method("paid")
    poison = "\ud800"
    body = {"reference": f"x{poison}", "method": card, "amount": {"minor": 1, "currency": "EUR"}, "on_session": False}
    sandbox.faults(hold=True)
    good = [ask(card, suffix=f" {n}") for n in range(AT_ONCE)]
    with ThreadPoolExecutor(AT_ONCE + 1) as pool:
        bad = pool.submit(_status_of, sandbox, body)
        answers = [pool.submit(gateway.charge, one) for one in good]
        wait_until(lambda: sandbox.get("/test/faults")["waiting"] == AT_ONCE + 1, "all to be held")
        sandbox.faults(hold=False)
        assert bad.result() == 500
        assert {answer.result().reference for answer in answers} == {one.reference for one in good}


def _status_of(sandbox: SandboxProcess, body: dict[str, object]) -> int:
    """What the sandbox answers to a charge with that body, as bare as can be."""
    content = json.dumps(body).encode()
    head = (
        f"POST /v1/charges HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {sandbox.key}\r\nIdempotency-Key: poison\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\nConnection: close\r\n\r\n"
    )
    host, _, port = sandbox.url.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port))) as line:
        line.sendall(head.encode() + content)
        return int(line.recv(100).split()[1])


def test_what_is_wrong_with_one_is_told_to_that_one(gateway: PaymentGateway, sandbox: SandboxProcess, ask: Ask) -> None:
    card, lost, nobodys = sandbox.method("paid"), sandbox.method("answer_lost"), "pm_nobodys"
    asked = [ask(method, suffix=f" {n} {method}") for n in range(5) for method in (card, lost, nobodys)]

    def outcome(one: ChargeRequest) -> ChargeAnswer | Exception:
        try:
            return gateway.charge(replace(one))
        except (GatewayUnknown, GatewayRefused) as fault:
            return fault

    with ThreadPoolExecutor(len(asked)) as pool:
        outcomes = list(pool.map(outcome, asked))
    kinds = {card: ChargeAnswer, lost: GatewayUnknown, nobodys: GatewayRefused}
    assert [type(one) for one in outcomes] == [kinds[one.method] for one in asked]


def test_news_is_delivered_before_what_only_repeats_an_answer(tmp_path: Path, ask: Ask) -> None:
    with WebhookReceiver() as receiver, SandboxProcess(tmp_path, webhook_url=receiver.url) as sandbox:
        gateway = sandbox.gateway()
        sandbox.faults(pause_delivery=True)
        for number in range(3):
            gateway.charge(ask(sandbox.method(), suffix=f" {number}"))
        gateway.charge(ask(sandbox.method("bank_check"), suffix=" waits"))
        gateway.cancel_charge(ask("", suffix=" waits").reference)
        sandbox.faults(pause_delivery=False)
        wait_until(lambda: len(receiver.received) == 5, "every event")
        assert receiver.ids()[0] == next(e["id"] for e in sandbox.events() if e["kind"] == "charge.canceled")
        gateway.close()
