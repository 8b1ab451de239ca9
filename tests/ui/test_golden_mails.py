"""The texts of the mails before something happens, and of a renewal's receipt, whole, in every language: read them.

Written anew by `GOLDEN_MAILS=write .venv/bin/pytest tests/ui/test_golden_mails.py`, and reviewed as any other change.
"""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from tenor.ui.mail import render
from tenor.ui.mail_reminders import REMINDERS
from tenor.ui.mail_view import MailView
from tests.ui import reminding
from tests.ui.test_mails import ORDER, VIEW

GOLDEN = Path(__file__).parent / "golden"
RECEIPT = "order_fulfilled"
WRITES = os.environ.get("GOLDEN_MAILS") == "write"


def view_of(kind: str) -> MailView:
    if kind == RECEIPT:
        return replace(VIEW, order=replace(ORDER, action="renew"))
    ways = ("see", "term", "seats", "method", "off", "on", "update", "early")
    seen = reminding.view(kind, {does: f"https://account.northline.example/{does}/?account=7" for does in ways})
    return replace(seen, unsubscribe="https://account.northline.example/mail/stop/token/" if "expires" in kind else "")


@pytest.mark.parametrize("language", ["en", "sv", "nl"])
@pytest.mark.parametrize("kind", [*sorted(REMINDERS), RECEIPT])
def test_a_mail_reads_as_it_did(kind: str, language: str) -> None:
    rendered = render(kind, language, view_of(kind))
    told = f"{rendered.subject}\n\n{rendered.text}".replace("\xa0", " ")
    path = GOLDEN / f"{kind}.{language}.txt"
    if WRITES:
        path.write_text(told, encoding="utf-8")
    assert told == path.read_text(encoding="utf-8")
