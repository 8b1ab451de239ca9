"""The embedded servers that tests use. Run as a program, it removes them.

They keep their folder from run to run (making one takes longer than starting it). A run takes the first that is free,
so that several runs in one checkout don't meet.
"""

from pathlib import Path
from urllib.parse import unquote, urlsplit

from tenor.gateways.postgres.embedded import EmbeddedServer, ServerBusy
from tenor.gateways.postgres.roles import ensure_roles

FOLDER = Path(__file__).resolve().parents[2] / ".make" / "test-postgres"


def claim_server() -> EmbeddedServer:
    """A server that is ours until this process ends; not yet started."""
    number = 0
    while True:
        server = EmbeddedServer(FOLDER / str(number), durable=False)
        try:
            server.claim()
        except ServerBusy:
            number += 1
        else:
            return server


def give_roles(url: str) -> None:
    """Have the smaller roles on the owner's server, with the owner's password. Safe to repeat."""
    password = unquote(urlsplit(url).password or "")
    ensure_roles(url, app_password=password, staff_password=password)


def remove_servers() -> None:
    """Removes their data, wherever it lies. Raises `ServerBusy` when one is in use."""
    for folder in sorted(FOLDER.glob("*")):
        EmbeddedServer(folder).destroy()


if __name__ == "__main__":
    remove_servers()
