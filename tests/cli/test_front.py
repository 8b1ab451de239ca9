"""The web server's front: bodies are read before a thread is taken, and whoever is slow holds up nobody else."""

import asyncio
import threading
from collections.abc import Iterable
from typing import Any

import pytest

from tenor.project import front as fronts
from tenor.project.front import Front, environ_of

Message = dict[str, Any]


def scope(path: str = "/", method: str = "POST", headers: tuple[tuple[bytes, bytes], ...] = ()) -> dict[str, Any]:
    return {
        "type": "http",
        "method": method,
        "path": path,
        "query_string": b"a=1",
        "http_version": "1.1",
        "scheme": "http",
        "server": ("127.0.0.1", 8000),
        "client": ("192.0.2.7", 50_000),
        "headers": headers,
    }


def echo(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
    """Answers what was sent, in two parts."""
    start("200 OK", [("Content-Type", "text/plain"), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")])
    return [environ["wsgi.input"].read(), b"!"]


async def ask(front: Front, asked: dict[str, Any], *messages: Message, hangs: bool = False) -> tuple[int, bytes, Any]:
    """Status, body and headers of the answer; 0 where there was none. `hangs`: after the messages nothing comes."""
    waiting, said = list(messages), []

    async def receive() -> Message:
        if waiting:
            return waiting.pop(0)
        if hangs:
            await asyncio.Event().wait()
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        said.append(message)

    await front(asked, receive, send)
    if not said:
        return 0, b"", []
    return said[0]["status"], said[1]["body"], said[0]["headers"]


def part(body: bytes, *, more: bool = False) -> Message:
    return {"type": "http.request", "body": body, "more_body": more}


def test_a_request_is_served_whole() -> None:
    status, body, headers = asyncio.run(ask(Front(echo, 1), scope(), part(b"one ", more=True), part(b"two")))
    assert (status, body) == (200, b"one two!")
    assert [value for name, value in headers if name == b"set-cookie"] == [b"a=1", b"b=2"]


def test_what_is_half_sent_takes_no_thread_and_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """One thread, three senders who never finish, and everybody else is served meanwhile."""
    monkeypatch.setattr(fronts, "BODY_WITHIN", 0.5)

    async def all_at_once() -> tuple[list[int], int]:
        front = Front(echo, 1)
        slow = [asyncio.create_task(ask(front, scope(), part(b"x", more=True), hangs=True)) for _ in range(3)]
        await asyncio.sleep(0)
        status, _, _ = await ask(front, scope(), part(b"whole"))
        assert not any(task.done() for task in slow)
        return [answer[0] for answer in await asyncio.gather(*slow)], status

    assert asyncio.run(all_at_once()) == ([408, 408, 408], 200)


def test_whether_it_lives_is_answered_while_every_thread_is_busy() -> None:
    busy, free = threading.Event(), threading.Event()

    def stuck(_environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        busy.set()
        free.wait(60)
        start("200 OK", [])
        return [b""]

    async def meanwhile() -> list[tuple[int, bytes]]:
        front = Front(stuck, 1)
        served = asyncio.create_task(ask(front, scope(), part(b"")))
        await asyncio.to_thread(busy.wait, 60)
        said = [(await ask(front, scope(path, "GET"), part(b"")))[:2] for path in ("/healthz", "/healthz/")]
        free.set()
        await served
        return said

    assert asyncio.run(meanwhile()) == [(200, b'{"status": "ok"}')] * 2


def test_too_many_are_sent_away_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fronts, "MOST_WAITING", 1)
    free = threading.Event()

    def stuck(_environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        free.wait(60)
        start("200 OK", [])
        return [b""]

    async def three() -> list[int]:
        front = Front(stuck, 1)
        waiting = [asyncio.create_task(ask(front, scope(), part(b""))) for _ in range(2)]
        await asyncio.sleep(0.05)
        third = await ask(front, scope(), part(b""))
        free.set()
        return [third[0], *[(await each)[0] for each in waiting]]

    assert asyncio.run(three()) == [503, 200, 200]


def test_a_body_that_is_too_large_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fronts, "LARGEST_BODY", 10)
    assert asyncio.run(ask(Front(echo, 1), scope(), part(b"x" * 6, more=True), part(b"x" * 5), hangs=True))[0] == 413
    assert asyncio.run(ask(Front(echo, 1), scope(), part(b"x" * 10)))[0] == 200


def test_who_hangs_up_is_not_answered() -> None:
    assert asyncio.run(ask(Front(echo, 1), scope(), part(b"x", more=True))) == (0, b"", [])


def test_an_answer_is_closed_and_a_fault_is_not_swallowed() -> None:
    closed: list[bool] = []

    class Parts:
        def __iter__(self) -> Any:
            yield b"half"
            raise RuntimeError("a fault of ours")

        def close(self) -> None:
            closed.append(True)

    def failing(_environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        start("200 OK", [])
        return Parts()

    with pytest.raises(RuntimeError, match="a fault of ours"):
        asyncio.run(ask(Front(failing, 1), scope(), part(b"")))
    assert closed == [True]


def test_headers_with_an_underscore_are_not_taken_for_a_proxys() -> None:
    headers = (
        (b"x_forwarded_proto", b"https"),
        (b"x-forwarded-for", b"198.51.100.1"),
        (b"cookie", b"a=1"),
        (b"cookie", b"b=2"),
        (b"accept", b"text/html"),
        (b"accept", b"*/*"),
        (b"content-type", b"text/plain"),
        (b"content-length", b"999"),
        (b"transfer-encoding", b"chunked"),
    )
    environ = environ_of(scope("/\u00e5/", "POST", headers), b"four")
    assert "HTTP_X_FORWARDED_PROTO" not in environ
    assert environ["HTTP_X_FORWARDED_FOR"] == "198.51.100.1"
    assert (environ["HTTP_COOKIE"], environ["HTTP_ACCEPT"]) == ("a=1;b=2", "text/html,*/*")
    assert (environ["CONTENT_TYPE"], environ["CONTENT_LENGTH"]) == ("text/plain", "4")
    assert "HTTP_TRANSFER_ENCODING" not in environ
    assert environ["PATH_INFO"].encode("latin-1").decode() == "/\u00e5/"
    assert environ["REMOTE_ADDR"] == "192.0.2.7"
