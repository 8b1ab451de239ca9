"""Letters go out one by one; a mail server that is away is waited for with all of them, and for days."""

import logging
import smtplib
from collections.abc import Iterable
from datetime import datetime

from tenor.db.faults import is_lost, is_passing
from tenor.db.leases import give_back, release, wait_for_others
from tenor.db.models import Mail
from tenor.worker.mails import send_mail

log = logging.getLogger(__name__)

TEMPORARY = range(400, 500)
"""SMTP's codes for "not now"."""


def send_mails(mails: Iterable[Mail], now: datetime) -> int:
    """Send the claimed mails; returns how many went out.

    One that can't be written or is refused for good is tried a few times, then parked, and blocks nobody. Where the
    server is away the others do not knock as well: all wait, for three days before a person has to look. Raises when
    the connection to the database is lost.
    """
    sent, away = 0, ""
    for mail in mails:
        if away:
            wait_for_others(mail, away)
            continue
        try:
            send_mail(mail, now)
        except Exception as error:
            if is_lost(error):
                raise
            told = f"{type(error).__name__}: {error}"
            if is_server_away(error):
                log.warning("the mail server is away: %s", told)
                away = told
                wait_for_others(mail, told)
            elif _is_not_now(error):
                wait_for_others(mail, told)
            elif is_passing(error):
                give_back(mail)
            else:
                log.exception("mail %s failed", mail.pk)
                release(mail, error=told)
        else:
            sent += 1
    return sent


def is_server_away(error: Exception) -> bool:
    """Whether nothing can be sent by this server at the moment, whatever it is."""
    if isinstance(error, smtplib.SMTPAuthenticationError | smtplib.SMTPConnectError | smtplib.SMTPHeloError):
        return True
    if isinstance(error, smtplib.SMTPException):
        return isinstance(error, smtplib.SMTPServerDisconnected | smtplib.SMTPNotSupportedError)
    return isinstance(error, OSError)


def _is_not_now(error: Exception) -> bool:
    """Whether the server took this one not now, as with a grey list or a full mailbox."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code in TEMPORARY for code, _ in error.recipients.values())
    return isinstance(error, smtplib.SMTPResponseException) and error.smtp_code in TEMPORARY
