"""The demo's mail gateway: nothing is sent, all of it can be read on the mailbox page."""

from collections.abc import Sequence
from datetime import datetime
from email.utils import parsedate_to_datetime

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.message import sanitize_address

from tenor.db.models import SentMail
from tenor.gateways.clock import now


class MailboxBackend(BaseEmailBackend):
    """Keeps each message as a row, at the business time of the demo."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Keep the messages; returns how many. A message that says when it was written is dated so.

        What a mail server could not be given (a line break in a header, an address that is none) raises here, too.
        """
        for message in email_messages:
            _as_it_would_be_sent(message)
        rows = [
            SentMail(
                to=", ".join(message.recipients()),
                sender=message.from_email,
                subject=str(message.subject),
                text=str(message.body),
                html=_html(message),
                sent_at=_written_at(message),
            )
            for message in email_messages
        ]
        return len(SentMail.objects.bulk_create(rows))


def _as_it_would_be_sent(message: EmailMessage) -> None:
    for address in (message.from_email, *message.recipients()):
        sanitize_address(address, message.encoding or settings.DEFAULT_CHARSET)
    message.message().as_bytes()


def _written_at(message: EmailMessage) -> datetime:
    said = message.extra_headers.get("Date")
    return parsedate_to_datetime(said) if said else now()


def _html(message: EmailMessage) -> str:
    alternatives = getattr(message, "alternatives", None) or []
    return next((str(content) for content, kind in alternatives if kind == "text/html"), "")
