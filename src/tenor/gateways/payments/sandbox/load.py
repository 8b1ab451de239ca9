"""What the sandbox answers to a caller that does nothing else: the measure for collecting, never used by it.

Posts fresh charges over keep-alive connections, each its next as soon as the last is answered, and reads no more of an
answer than its status and length. Anything that collects over the same socket does all this and more.
"""

import asyncio
import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from urllib.parse import urlsplit

from tenor.db.ids import new_id

HEADERS_END = b"\r\n\r\n"
LENGTH = b"content-length:"
CLOSED = b"connection: close"
PAID = b"200"


class LoadFailed(Exception):
    """An answer that was none, or no success: a figure that counted it would not be honest."""


@dataclass(frozen=True, slots=True)
class Load:
    """What came of it: charges answered, seconds by the wall, CPU seconds of the caller (not of the sandbox)."""

    count: int
    seconds: float
    cpu_seconds: float

    @property
    def per_second(self) -> float:
        """Charges answered a second."""
        return self.count / self.seconds


def bare_load(url: str, key: str, method: str, count: int, at_once: int) -> Load:
    """Charge `method` `count` times, `at_once` at a time. Raises LoadFailed, or OSError where nobody listens.

    Every charge is fresh, asked for with the same fields as the client's; the money is the sandbox's own.
    """
    requests = [_request(url, key, method) for _ in range(count)]
    with ThreadPoolExecutor(1) as apart:  # a thread without a loop: the caller's may have one that runs
        return apart.submit(_measured, url, requests, at_once).result()


def _measured(url: str, requests: list[bytes], at_once: int) -> Load:
    began, cpu_began = time.perf_counter(), time.thread_time()
    asyncio.run(_post_all(url, requests, at_once))
    return Load(len(requests), time.perf_counter() - began, time.thread_time() - cpu_began)


def _request(url: str, key: str, method: str) -> bytes:
    """The bytes of one charge, made before the clock starts."""
    reference = str(new_id())
    asked = {
        "reference": reference,
        "method": method,
        "amount": {"minor": 12_50, "currency": "EUR"},
        "description": f"INV-{reference[-8:]}",
        "return_url": "",
        "on_session": False,
        "locale": "en",
    }
    body = json.dumps(asked, separators=(",", ":")).encode()
    head = (
        f"POST /v1/charges HTTP/1.1\r\nHost: {urlsplit(url).netloc}\r\nAuthorization: Bearer {key}\r\n"
        f"Idempotency-Key: {reference}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


async def _post_all(url: str, requests: list[bytes], at_once: int) -> None:
    loop = asyncio.get_running_loop()
    address = urlsplit(url)
    host, port = address.hostname or "", address.port or 80
    waiting = iter(requests)  # one source for all lines: whoever is free takes the next
    lines = [_Line(waiting) for _ in range(at_once)]
    try:
        for line in lines:
            await loop.create_connection(partial(_given, line), host, port)
        await asyncio.gather(*(line.done for line in lines))
    finally:
        for line in lines:
            line.close()
        await asyncio.sleep(0)  # lets the lines that were just closed go


def _given(line: "_Line") -> "_Line":
    return line


class _Line(asyncio.Protocol):
    """One connection with one request under way."""

    def __init__(self, waiting: Iterator[bytes]) -> None:
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting = waiting
        self._received = b""
        self._transport: asyncio.WriteTransport | None = None

    def close(self) -> None:
        """Hang up; whoever waits for the rest is not told."""
        self.done.cancel()
        if self._transport is not None:
            self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.WriteTransport)
        self._transport = transport
        self._next()

    def _next(self) -> None:
        request = next(self._waiting, None)
        if request is not None and self._transport is not None:
            self._transport.write(request)
        elif not self.done.done():
            self.done.set_result(None)

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, end, body = self._received.partition(HEADERS_END)
        if not end or len(body) < _length(head):
            return
        self._received = b""
        if CLOSED in head.lower():
            self._fail("the sandbox keeps no line open")
        elif head[9:12] == PAID:
            self._next()
        else:
            self._fail(f"the sandbox answered {head[9:12].decode()}: {body[:200].decode()}")

    def connection_lost(self, exc: Exception | None) -> None:
        self._fail(f"the sandbox hung up: {exc}")

    def _fail(self, why: str) -> None:
        if not self.done.done():
            self.done.set_exception(LoadFailed(why))


def _length(head: bytes) -> int:
    """How long the body is, by its header."""
    lowered = head.lower()
    start = lowered.index(LENGTH) + len(LENGTH)
    return int(lowered[start:].partition(b"\r\n")[0])
