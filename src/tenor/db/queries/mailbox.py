"""The demo's mailbox: what would have been sent."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from tenor.db.models import SentMail

SHOWN = 100


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail as it was handed over for sending; `text` and `html` are "" in the list."""

    id: UUID
    to: str
    sender: str
    subject: str
    sent: datetime
    text: str = ""
    html: str = ""


def newest_mails() -> tuple[Letter, ...]:
    """The newest hundred mails, without their texts."""
    rows = SentMail.objects.order_by("-sent_at", "-id").values_list("id", "to", "sender", "subject", "sent_at")
    return tuple(Letter(*row) for row in rows[:SHOWN])


def find_mail(mail_id: UUID) -> Letter | None:
    """One mail, whole."""
    rows = SentMail.objects.filter(id=mail_id).values_list("id", "to", "sender", "subject", "sent_at", "text", "html")
    return next((Letter(*row) for row in rows), None)
