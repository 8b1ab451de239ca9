"""Letters that the use cases queued: rendered in the reader's language, sent, and marked as sent."""

from datetime import datetime


def send_mail(now: datetime) -> int:
    raise NotImplementedError
