"""What the web server runs: an event loop reads each request whole, then one of a few threads serves it by Django.

A request that is only half there costs a coroutine and no thread, so that nobody stops the portal by sending slowly;
and whether the process lives is answered by the loop, however busy the threads are.
"""

import asyncio
import io
import logging
import os
import sys
from collections.abc import Awaitable, Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from tenor.project.wsgi import application

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Wsgi = Callable[..., Iterable[bytes]]
Header = tuple[bytes, bytes]

THREADS = "TENOR_SERVE_THREADS"
"""Where `tenor serve` tells how many threads there are."""

BODY_WITHIN = 10.0
"""Seconds for the whole body of a request. Forms are some kilobytes, and webhooks no more."""

LARGEST_BODY = 4 * 1024 * 1024
MOST_WAITING = 200
"""Requests that wait for a thread. Whoever comes when there are more is told to come again."""

ALIVE = frozenset({"/healthz", "/healthz/"})
PLAIN = [(b"content-type", b"text/plain; charset=utf-8"), (b"cache-control", b"no-store")]
JSON = [(b"content-type", b"application/json"), (b"cache-control", b"no-store")]
log = logging.getLogger(__name__)


class BodyRefused(Exception):
    """The body is too large, or does not come. `status` is what to answer."""

    def __init__(self, status: int, said: bytes) -> None:
        super().__init__(said.decode())
        self.status = status
        self.said = said


class Gone(Exception):
    """Whoever asked has hung up."""


@dataclass(slots=True)
class Answer:
    """What Django said, as it goes out."""

    status: int = 500
    headers: list[Header] = field(default_factory=list[Header])
    body: bytes = b""

    def start(self, status: str, headers: list[tuple[str, str]], _fault: object = None) -> None:
        """WSGI's start_response."""
        self.status = int(status.partition(" ")[0])
        self.headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]


class Front:
    """An ASGI application around a WSGI one."""

    def __init__(self, served: Wsgi, threads: int) -> None:
        self._served = served
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="request")
        self._inside = 0
        self._most_inside = threads + MOST_WAITING

    async def __call__(self, scope: Mapping[str, Any], receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            raise NotImplementedError(scope["type"])
        if scope["path"] in ALIVE and scope["method"] in ("GET", "HEAD"):
            await _say(send, Answer(200, JSON, b'{"status": "ok"}'))
            return
        try:
            async with asyncio.timeout(BODY_WITHIN):
                body = await _whole_body(receive)
        except BodyRefused as refused:
            await _say(send, Answer(refused.status, [*PLAIN, (b"connection", b"close")], refused.said))
        except TimeoutError:
            await _say(send, Answer(408, [*PLAIN, (b"connection", b"close")], b"The request took too long.\n"))
        except Gone:
            return
        else:
            await _say(send, await self._by_a_thread(environ_of(scope, body)))

    async def _by_a_thread(self, environ: dict[str, Any]) -> Answer:
        if self._inside >= self._most_inside:
            log.warning("%d requests wait for a thread: one was sent away", self._inside)
            return Answer(503, [*PLAIN, (b"retry-after", b"5")], b"Too many requests at once. Please try again.\n")
        self._inside += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, self._serve, environ)
        finally:
            self._inside -= 1

    def _serve(self, environ: dict[str, Any]) -> Answer:
        answer = Answer()
        parts = self._served(environ, answer.start)
        try:
            answer.body = b"".join(parts)
        finally:
            if (close := getattr(parts, "close", None)) is not None:
                close()
        return answer


async def _whole_body(receive: Receive) -> bytes:
    parts, size = [], 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Gone
        part = message.get("body", b"")
        size += len(part)
        if size > LARGEST_BODY:
            raise BodyRefused(413, b"The request is too large.\n")
        parts.append(part)
        if not message.get("more_body"):
            return b"".join(parts)


async def _say(send: Send, answer: Answer) -> None:
    await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
    await send({"type": "http.response.body", "body": answer.body, "more_body": False})


def environ_of(scope: Mapping[str, Any], body: bytes) -> dict[str, Any]:
    """The request as WSGI wants it (PEP 3333).

    Headers with an underscore in their name are left out: they would be taken for those with a hyphen, which a proxy
    sets and guards.
    """
    host, port = scope.get("server") or ("localhost", 0)
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": scope["path"].encode().decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_NAME": host,
        "SERVER_PORT": str(port),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "REMOTE_ADDR": (scope.get("client") or ("",))[0],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.get("scheme", "http"),
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for raw_name, raw_value in scope["headers"]:
        name, value = raw_name.decode("latin-1"), raw_value.decode("latin-1")
        if "_" in name:
            continue
        variable = name.upper().replace("-", "_")
        if variable not in ("CONTENT_TYPE", "CONTENT_LENGTH"):
            variable = f"HTTP_{variable}"
        joint = ";" if variable == "HTTP_COOKIE" else ","
        environ[variable] = f"{environ[variable]}{joint}{value}" if variable in environ else value
    environ["CONTENT_LENGTH"] = str(len(body))
    environ.pop("HTTP_TRANSFER_ENCODING", None)
    return environ


front = Front(application, int(os.environ.get(THREADS, "4")))
