"""What the tests about people share: what a page says, letters as they are sent, a link out of a letter."""

import re
from html import unescape

from django.core import mail
from django.test import Client

from tenor.db import models
from tenor.worker.mails import send_mail
from tests.support.factories import NOW

GAPS = re.compile(r" +(?=[.,:;)])|(?<=[(+]) +")


def said(response: object) -> str:
    """What a page says, without its markup, with single spaces and none before a full stop."""
    content: bytes = response.content  # type: ignore[attr-defined]
    plain = unescape(re.sub(r"<[^>]*>", " ", content.decode()))
    return GAPS.sub("", " ".join(plain.split()))


def page(client: Client, path: str) -> str:
    """What the page says, which has to be there."""
    response = client.get(path)
    assert response.status_code == 200, path
    return said(response)


def letters() -> list[tuple[str, str]]:
    """The letters that wait, by kind and receiver, the oldest first."""
    return list(models.Mail.objects.order_by("created_at", "id").values_list("kind", "to"))


def posted(kind: str, to: str) -> str:
    """Send the newest letter of that kind to that address, as the worker does; what it says."""
    waiting = models.Mail.objects.filter(kind=kind, to=to).order_by("id").last()
    assert waiting is not None, letters()
    send_mail(waiting, NOW)
    return str(mail.outbox[-1].body)


def link_in(letter: str) -> str:
    """The path of the only link in a letter."""
    [found] = re.findall(r"http://127\.0\.0\.1:8000(/\S*)", letter)
    return str(found)


def events() -> list[str]:
    """The kinds of what was told, the oldest first."""
    return list(models.Event.objects.order_by("at", "id").values_list("kind", flat=True))
