"""What is done for accounts without anybody asking, account by account."""

from enum import StrEnum


class Duty(StrEnum):
    """A duty whose step may fail for one account, and then waits for a person while all others go on."""

    AGE = "age"
    """Terms begin, and subscriptions lapse."""
    RETRY = "retry"
    """An unpaid renewal is charged again."""
    EXPIRE = "expire"
    """An order that waited too long ends."""
    RENEW = "renew"
    """What is due is renewed; see `db.night.queue`, where such accounts wait."""
    REMIND = "remind"
    """What is about to happen is told."""
