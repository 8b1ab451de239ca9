"""Many HTTP requests at once over a few lines that stay open, from a thread of its own, while the caller does its work.

For what is asked by the thousand: it costs the caller a tenth of what general clients do (benchmarks/README.md), and it
tells exactly what a payment has to know: whether a request was never sent, or was sent and got no answer.
"""

import asyncio
import ssl
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from itertools import islice
from queue import SimpleQueue
from threading import Thread
from typing import Generic, TypeVar
from urllib.parse import urlsplit

import httptools

T = TypeVar("T")
Outcomes = Generator[tuple[T, "Outcome"], None, None]

AHEAD = 24
"""Posts at hand for each line, so that none idles while the caller writes a batch of answers down."""

NO_LIMIT = 1 << 62

TOLD_WITHIN_SECONDS = 0.01
FIRST_FINAL_STATUS = 200


@dataclass(frozen=True, slots=True)
class Response:
    """A whole answer."""

    status: int
    body: bytes


class NeverSent(Exception):
    """No line could be had, so nothing of the request went out."""


class NoAnswer(Exception):
    """The request went out, in part or whole, and no whole answer came back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """Whom to ask. `pause` says how many seconds to wait before the next request goes out (a rate limit); 0: none.

    `at_hand` is the most posts that are drawn and have no outcome yet: under a rate limit they would wait long.
    """

    url: str
    connect_seconds: float
    answer_seconds: float
    pause: Callable[[], float] = lambda: 0.0
    at_hand: int = NO_LIMIT


Outcome = Response | NeverSent | NoAnswer


def post_bytes(url: str, path: str, headers: dict[str, str], body: bytes) -> bytes:
    """A whole POST as it goes over a line. The values of headers must hold no line break; ValueError if one does."""
    return _bytes(f"POST {path}", {"Host": urlsplit(url).netloc, **headers, "Content-Type": "application/json"}, body)


def get_bytes(url: str, path: str, headers: dict[str, str]) -> bytes:
    """A whole GET, likewise; `path` with its query."""
    return _bytes(f"GET {path}", {"Host": urlsplit(url).netloc, **headers}, b"")


def _bytes(what: str, headers: dict[str, str], body: bytes) -> bytes:
    length = {"Content-Length": str(len(body))} if body else {}
    lines = [f"{name}: {value}" for name, value in {**headers, **length}.items()]
    if any("\r" in line or "\n" in line for line in lines):
        raise ValueError("a header must be one line")
    return "\r\n".join([f"{what} HTTP/1.1", *lines, "", ""]).encode() + body


def ask(server: Server, content: bytes) -> "Outcome":
    """Send one request over a line of its own, and wait for its outcome no longer than the server's seconds in all.

    However slowly an answer drips in, `connect_seconds` and `answer_seconds` together are the most that it takes.
    """
    return next(outcome for _, outcome in post_many(server, [(None, content)], 1))


def post_many(server: Server, posts: Iterable[tuple[T, bytes]], at_once: int) -> Outcomes[T]:
    """Send each post, at most `at_once` at a time, and yield its outcome as it comes, with what it was sent for.

    `posts` is drawn lazily and in the caller's thread. Where it raises, that is raised here too, but only when all that
    was sent has its outcome. Closing early sends nothing more and waits for what is under way.
    """
    posting: _Posting[T] = _Posting(server, at_once)
    posting.start()
    try:
        most = max(at_once, min(at_once * (1 + AHEAD), server.at_hand))
        yield from _outcomes(posting, iter(posts), at_once, most)
    finally:
        posting.stop()


def _outcomes(
    posting: "_Posting[T]", posts: Iterator[tuple[T, bytes]], at_once: int, most: int
) -> Iterator[tuple[T, Outcome]]:
    under_way, is_dry, fault = 0, False, None
    while under_way or not is_dry:
        if not is_dry and most - under_way >= at_once:
            drawn, fault = _draw(posts, most - under_way)
            is_dry = len(drawn) < most - under_way
            under_way += len(drawn)
            posting.send(drawn)
        for outcome in posting.take() if under_way else ():
            under_way -= 1
            yield outcome
    if fault is not None:
        raise fault


def _draw(posts: Iterator[tuple[T, bytes]], count: int) -> tuple[list[tuple[T, bytes]], Exception | None]:
    """Up to `count` posts, and what went wrong with the one after them."""
    drawn: list[tuple[T, bytes]] = []
    try:
        drawn.extend(islice(posts, count))
    except Exception as fault:  # noqa: BLE001 - raised once all that was sent has its outcome
        return drawn, fault
    return drawn, None


class _Posting(Thread, Generic[T]):
    """The thread with the event loop: takes posts, puts outcomes."""

    def __init__(self, server: Server, at_once: int) -> None:
        super().__init__(name="payments", daemon=True)
        self._told: SimpleQueue[list[tuple[T, Outcome]] | BaseException] = SimpleQueue()
        self._server = server
        self._at_once = at_once
        self._waiting: deque[tuple[T, bytes]] = deque()
        self._came: list[tuple[T, Outcome]] = []
        self._telling: asyncio.TimerHandle | None = None
        self._is_stopping = False
        self._more = asyncio.Event()
        self._loop = asyncio.new_event_loop()

    def send(self, posts: list[tuple[T, bytes]]) -> None:
        """Hand posts over; from the caller's thread."""
        self._waiting.extend(posts)
        self._loop.call_soon_threadsafe(self._wake)

    def take(self) -> list[tuple[T, Outcome]]:
        """The next outcomes, waited for; from the caller's thread. Raises what ended the thread before its time."""
        told = self._told.get()
        if isinstance(told, BaseException):
            raise told
        return told

    def stop(self) -> None:
        """Send nothing more, wait for what is under way, and end; from the caller's thread."""
        with suppress(RuntimeError):  # the loop is closed: it ended before its time, and the caller knows why
            self._loop.call_soon_threadsafe(self._stop)
        self.join()

    def run(self) -> None:
        """Serve the lines until stopped."""
        try:
            self._loop.run_until_complete(self._serve())
        except BaseException as fault:  # the caller waits for outcomes: it must hear of it
            self._told.put(fault)
            raise
        finally:
            self._loop.close()

    def _wake(self) -> None:
        self._more.set()
        self._more.clear()

    def _stop(self) -> None:
        self._is_stopping = True
        self._waiting.clear()
        self._wake()

    async def _serve(self) -> None:
        async with asyncio.TaskGroup() as lines:
            for _ in range(self._at_once):
                lines.create_task(self._work())
        await asyncio.sleep(0)  # lets the lines that were just closed go

    async def _work(self) -> None:
        """Keep one line busy, and open it anew where it was closed."""
        line: _Line | None = None
        while (post := await self._next()) is not None:
            if seconds := self._server.pause():
                await asyncio.sleep(seconds)
                if self._is_stopping:
                    break
            try:
                if line is None or not line.is_open:
                    line = await _open(self._server)
                outcome: Outcome = await line.post(post[1], self._server.answer_seconds)
            except (NeverSent, NoAnswer) as fault:
                outcome = fault
            self._note((post[0], outcome))
        if line is not None:
            line.close()

    def _note(self, outcome: tuple[T, Outcome]) -> None:
        """Outcomes are told some at a time: to wake the caller's thread for each costs more than the request."""
        self._came.append(outcome)
        if len(self._came) >= self._at_once:
            self._tell()
        elif self._telling is None:
            self._telling = self._loop.call_later(TOLD_WITHIN_SECONDS, self._tell)

    def _tell(self) -> None:
        if self._telling is not None:
            self._telling.cancel()
            self._telling = None
        if self._came:
            self._told.put(self._came)
            self._came = []

    async def _next(self) -> tuple[T, bytes] | None:
        while not self._waiting:
            if self._is_stopping:
                return None
            await self._more.wait()
        return self._waiting.popleft()


@cache
def _authorities() -> ssl.SSLContext:
    """Whom to believe: read once, for it takes longer than a request."""
    return ssl.create_default_context()


async def _open(server: Server) -> "_Line":
    address = urlsplit(server.url)
    is_secret = address.scheme == "https"
    context = _authorities() if is_secret else None
    port = address.port or (443 if is_secret else 80)
    try:
        async with asyncio.timeout(server.connect_seconds):
            _, line = await asyncio.get_running_loop().create_connection(
                _Line, address.hostname or "", port, ssl=context
            )
    except OSError as fault:  # a timeout and a refused certificate are kinds of it
        raise NeverSent(f"{fault!r}") from fault
    return line


class _Line(asyncio.Protocol):
    """One connection with at most one post under way."""

    def __init__(self) -> None:
        self.is_open = False
        self._transport: asyncio.Transport
        self._parser = httptools.HttpResponseParser(self)
        self._body = b""
        self._answer: asyncio.Future[Response] | None = None

    async def post(self, content: bytes, seconds: float) -> Response:
        """Send, and wait for the answer that many seconds. Raises NoAnswer."""
        loop = asyncio.get_running_loop()
        self._answer = loop.create_future()
        too_late = loop.call_later(seconds, self._fail, f"no answer within {seconds:g} seconds")
        self._transport.write(content)
        try:
            return await self._answer
        finally:
            too_late.cancel()
            self._answer = None

    def close(self) -> None:
        """Hang up."""
        self.is_open = False
        self._transport.abort()

    def _fail(self, why: str) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(NoAnswer(why))
        self.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Of asyncio."""
        assert isinstance(transport, asyncio.Transport)
        self._transport, self.is_open = transport, True

    def connection_lost(self, exc: Exception | None) -> None:
        """Of asyncio."""
        self._fail(f"the line was cut: {exc!r}" if exc else "the line was cut")

    def data_received(self, data: bytes) -> None:
        """Of asyncio."""
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError as fault:
            self._fail(f"not an HTTP answer: {fault!r}")

    def on_message_begin(self) -> None:
        """Of the parser."""
        self._body = b""

    def on_body(self, part: bytes) -> None:
        """Of the parser."""
        self._body += part

    def on_message_complete(self) -> None:
        """Of the parser."""
        status = self._parser.get_status_code()
        if status < FIRST_FINAL_STATUS:
            return
        if self._answer is None or self._answer.done():
            self._fail("an answer that nobody asked for")
            return
        self._answer.set_result(Response(status, self._body))
        if not self._parser.should_keep_alive():
            self.close()
