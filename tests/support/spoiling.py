"""What may stand between Tenor and its provider: a proxy that passes everything on, and spoils the answers."""

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

import httpx

from tests.support import plain_http


@dataclass(frozen=True)
class Answer:
    """What goes back to Tenor. `drips`: byte by byte, with a pause before each; `cut`: only half of the body."""

    status: int
    body: bytes
    content_type: str = "application/json"
    location: str = ""
    drips: float = 0.0
    cut: bool = False


Spoil = Callable[[Answer], Answer]


def instead(status: int, body: bytes, content_type: str = "text/plain", location: str = "") -> Spoil:
    """Something else than what the provider said."""
    return lambda _: Answer(status, body, content_type, location)


def changed(**fields: Any) -> Spoil:
    """The provider's JSON with other values."""
    return lambda answer: Answer(answer.status, json.dumps(json.loads(answer.body) | fields).encode())


def slowly(seconds: float) -> Spoil:
    """The answer byte by byte, one each so many seconds."""
    return lambda answer: Answer(answer.status, answer.body, drips=seconds)


SPOILT: dict[str, Spoil] = {
    "404_of_a_balancer": instead(404, b"default backend - 404"),
    "302_to_maintenance": instead(302, b"", location="http://127.0.0.1:9/maintenance"),
    "307_to_elsewhere": instead(307, b"", location="http://127.0.0.1:9/v1/charges"),
    "400_in_another_shape": instead(400, b'{"message":"Bad Request","code":400}', "application/json"),
    "400_with_an_unknown_code": instead(400, b'{"error":{"code":"waf_block","message":"no"}}', "application/json"),
    "400_with_a_text_for_an_error": instead(400, b'{"error":"no_such_method"}', "application/json"),
    "403_of_html": instead(403, b"<html><body>Request blocked</body></html>", "text/html"),
    "408": instead(408, b"timeout"),
    "413": instead(413, b"too large"),
    "407_asks_for_a_password": instead(407, b""),
    "404_code_with_another_status": instead(
        409, b'{"error":{"code":"no_such_method","message":"no"}}', "application/json"
    ),
    "truncated": lambda answer: Answer(answer.status, answer.body, cut=True),
    "200_of_html": instead(200, b"<html>Welcome to the hotel's Wi-Fi</html>", "text/html"),
    "204": instead(204, b""),
    "somebody_elses_reference": changed(reference="00000000-0000-0000-0000-000000000000"),
    "another_amount": changed(amount={"minor": 1, "currency": "EUR"}),
    "no_id": changed(id=""),
    "an_id_with_a_nul": changed(id="ch_\0"),
    "a_day_of_the_year_1": changed(created_at="0001-01-01T00:00:00+10:00"),
    "500": instead(500, b"oops"),
}
"""Answers of which none says whether money moved. (Each spoils the answer to a charge that was made.)"""


class SpoilingProxy:
    """Passes requests on to `target`, and spoils the answers to POSTs whose path begins with one of `paths`."""

    def __init__(self, target: str, *paths: str) -> None:
        self.spoil: Spoil | None = None
        self.passed_on: list[str] = []
        self.paths = paths or ("/v1/charges",)
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            """One request."""

            def do_POST(self) -> None:
                """Pass it on; the provider has done what it was asked before anything is spoilt."""
                body = self.rfile.read(int(self.headers["content-length"]))
                self._pass_on("POST", body)

            def do_GET(self) -> None:
                """Pass it on, unspoilt unless its path is named."""
                self._pass_on("GET", b"")

            def _pass_on(self, verb: str, body: bytes) -> None:
                names = ("authorization", "idempotency-key", "content-type")
                headers = {name: self.headers[name] for name in names if self.headers[name]}
                told = plain_http.request(verb, f"{target}{self.path}", content=body, headers=headers)
                proxy.passed_on.append(f"{verb} {self.path.partition('?')[0]}")
                answer = Answer(told.status_code, told.content)
                is_named = verb == "POST" and self.path.startswith(proxy.paths)
                self._answer(proxy.spoil(answer) if proxy.spoil and is_named else answer)

            def _answer(self, answer: Answer) -> None:
                self.close_connection = True
                self.send_response(answer.status)
                self.send_header("content-type", answer.content_type)
                if answer.location:
                    self.send_header("location", answer.location)
                if answer.status != httpx.codes.NO_CONTENT:
                    self.send_header("content-length", str(len(answer.body)))
                self.send_header("connection", "close")
                self.end_headers()
                body = answer.body[: len(answer.body) // 2] if answer.cut else answer.body
                if not answer.drips:
                    self.wfile.write(body)
                    return
                for place in range(len(body)):
                    if proxy.closing.wait(answer.drips):
                        return
                    self.wfile.write(body[place : place + 1])

            def log_message(self, *_words: Any) -> None:
                """Stay quiet."""

        self.closing = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.handle_error = lambda *_: None  # type: ignore[method-assign]  # whoever hung up is no matter
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_fault: object) -> None:
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
