"""The sandbox's command line: read the options, open the store, serve until told to stop."""

import argparse
import asyncio
import os
import signal
import socket
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

from tenor.gateways.payments.sandbox.server.app import build
from tenor.gateways.payments.sandbox.server.delivery import Deliverer
from tenor.gateways.payments.sandbox.server.faults import Faults
from tenor.gateways.payments.sandbox.server.provider import Provider
from tenor.gateways.payments.sandbox.server.serving import serve
from tenor.gateways.payments.sandbox.server.store import Store, StoreInUse

BACKLOG = 256
KEY, WEBHOOK_SECRET = "SANDBOX_KEY", "SANDBOX_WEBHOOK_SECRET"


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="sandbox", description="A payment provider in miniature.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0: any free one")
    parser.add_argument("--store", type=Path, required=True, help="the SQLite file of its books")
    parser.add_argument("--webhook-url", type=_address, default="", help="where events go; empty: nowhere yet")
    parser.add_argument("--portal-url", type=_address, default="", help="the shop, for a link back")
    parser.add_argument("--public-url", type=_address, default="", help="its own address as browsers see it")
    parser.add_argument("--ready-file", type=Path, help="gets its address once it serves")
    parser.add_argument("--ignore-idempotency", action="store_true", help="break on purpose: every request counts")
    options = parser.parse_args(arguments)
    # Secrets come by the environment: a command line is there for everybody on the machine to read.
    options.key = os.environ.get(KEY, "") or parser.error(f"{KEY} is not set: the bearer key of its API")
    options.webhook_secret = os.environ.get(WEBHOOK_SECRET, "")
    return options


def _address(text: str) -> str:
    parts = urlsplit(text)
    if text and not (parts.scheme in ("http", "https") and parts.hostname):
        raise argparse.ArgumentTypeError(f"{text!r} is not an http or https address")
    return text.rstrip("/") if parts.path == "/" else text


def _announce(address: str, ready_file: Path | None) -> None:
    sys.stdout.write(f"sandbox payment provider: {address}\n")
    sys.stdout.flush()
    if ready_file is not None:
        # Written aside and moved, so that whoever waits for it never reads half an address.
        draft = ready_file.with_name(f"{ready_file.name}.part")
        draft.write_text(address)
        draft.replace(ready_file)


def _listen(host: str, port: int) -> socket.socket:
    # Bound first: the address of a page has the port in it.
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family, backlog=BACKLOG)


async def _serve(options: argparse.Namespace, store: Store) -> None:
    line = _listen(options.host, options.port)
    address = f"http://{options.host}:{line.getsockname()[1]}"
    faults = Faults(ignore_idempotency=options.ignore_idempotency)
    provider = Provider(
        store=store,
        faults=faults,
        key=options.key,
        public_url=(options.public_url or address).rstrip("/"),
        portal_url=options.portal_url,
    )
    deliverer = Deliverer(store=store, faults=faults, url=options.webhook_url, secret=options.webhook_secret)
    deliverer.start()
    stopped = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopped.set)
    _announce(address, options.ready_file)
    try:
        await serve(provider, build(provider), line, stopped)
    finally:
        deliverer.stop()


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve until SIGTERM or Ctrl-C."""
    options = _options(arguments)
    try:
        store = Store(options.store)
    except StoreInUse as fault:
        sys.exit(f"sandbox: {fault}")
    try:
        with suppress(KeyboardInterrupt):
            asyncio.run(_serve(options, store))
    finally:
        store.close()
