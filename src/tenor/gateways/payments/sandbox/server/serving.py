"""The provider's socket: one event loop that answers charges itself and leaves everything else to Flask's threads."""

import asyncio
import hmac
import io
import json
import socket
import sys
from concurrent.futures import ThreadPoolExecutor

from aiohttp import web
from flask import Flask
from werkzeug.test import run_wsgi_app

from tenor.gateways.payments.sandbox.server import charging
from tenor.gateways.payments.sandbox.server.app import LARGEST_BODY
from tenor.gateways.payments.sandbox.server.errors import Refused
from tenor.gateways.payments.sandbox.server.provider import LINE, Line, Provider

THREADS = 64
KEEP_ALIVE_SECONDS = 75.0
LAST_ANSWERS_SECONDS = 2.0
HEADERS = {"Content-Type": "application/json", "Cache-Control": "no-store", "Server": "sandbox"}
# Of one connection, or worked out anew by the loop's own server.
HOP_BY_HOP = {"connection", "transfer-encoding", "content-length", "date"}


async def serve(provider: Provider, app: Flask, line: socket.socket, stopped: asyncio.Event) -> None:
    """Answer on the listening socket until `stopped`."""
    loop = asyncio.get_running_loop()
    loop.set_default_executor(ThreadPoolExecutor(THREADS, thread_name_prefix="sandbox"))
    front = Front(provider, app)
    listening = await loop.create_server(front.server, sock=line)
    await stopped.wait()
    listening.close()
    provider.faults.end()
    await front.server.shutdown(LAST_ANSWERS_SECONDS)


class Front:
    """Answers every request of the socket."""

    def __init__(self, provider: Provider, app: Flask) -> None:
        self._charging = charging.Charging(provider)
        self._bearer = f"Bearer {provider.key}".encode()
        self._app = app
        self.server = web.Server(self._answer, access_log=None, keepalive_timeout=KEEP_ALIVE_SECONDS)

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        content = await _content(request)
        if content is None:
            return _refused(Refused("http_error", "the body is too large", 413))
        if request.path == charging.PATH and request.method == "POST":
            return await self._charge(request, content)
        return await self._ask_flask(request, content)

    async def _charge(self, request: web.BaseRequest, content: bytes) -> web.StreamResponse:
        try:
            if not hmac.compare_digest(request.headers.get("Authorization", "").encode(), self._bearer):
                raise Refused("unauthorized", "the bearer key is missing or wrong", 401)
            booked = await self._charging.charge(request.headers.get("Idempotency-Key", ""), content)
        except Refused as refusal:
            return _refused(refusal)
        if booked.lost:
            _hang_up(request)
        return web.Response(body=booked.answer.encode(), headers=HEADERS)

    async def _ask_flask(self, request: web.BaseRequest, content: bytes) -> web.StreamResponse:
        line = Line()
        environ = _environ(request, content) | {LINE: line}
        body, status, headers = await asyncio.to_thread(run_wsgi_app, self._app, environ, buffered=True)
        if line.lost:
            _hang_up(request)
        kept = [(name, value) for name, value in headers if name.lower() not in HOP_BY_HOP]
        code, _, reason = status.partition(" ")
        return web.Response(
            body=b"".join(body), status=int(code), reason=reason, headers=[*kept, ("Server", "sandbox")]
        )


async def _content(request: web.BaseRequest) -> bytes | None:
    """The body; None for one that is too large to read."""
    if (request.content_length or 0) > LARGEST_BODY:
        return None
    try:
        content: bytes = await request.read()
    except web.HTTPRequestEntityTooLarge:
        return None
    return content


def _refused(refusal: Refused) -> web.Response:
    error = {"error": {"code": refusal.code, "message": refusal.message}}
    return web.Response(body=json.dumps(error).encode(), status=refusal.status, headers=HEADERS)


def _hang_up(request: web.BaseRequest) -> None:
    """Close the caller's connection without a word: what was done stays done."""
    if request.transport is not None:
        request.transport.abort()


def _environ(request: web.BaseRequest, content: bytes) -> dict[str, object]:
    """The request as WSGI (PEP 3333) wants it."""
    url = request.rel_url
    host, _, port = request.host.partition(":")
    environ: dict[str, object] = {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": url.path.encode().decode("latin-1"),
        "QUERY_STRING": url.raw_query_string,
        "CONTENT_TYPE": request.headers.get("Content-Type", ""),
        "CONTENT_LENGTH": str(len(content)),
        "SERVER_NAME": host,
        "SERVER_PORT": port or "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(content),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in request.headers.items():
        variable = f"HTTP_{name.upper().replace('-', '_')}"
        environ.setdefault(variable, value)
    return environ
