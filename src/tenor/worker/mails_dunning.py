"""What mails about unpaid renewals need to know beyond their order: what the use cases noted when they queued them."""

from datetime import date

from tenor.db.models import Mail
from tenor.domain.account import Subscription
from tenor.ui.mail_view import MailDunning
from tenor.usecases.load import Loaded


def dunning_of(mail: Mail) -> MailDunning:
    """The decline, the next try and the days that the mail names."""
    facts = mail.context
    return MailDunning(
        decline=str(facts.get("decline") or ""),
        method=str(facts.get("method") or ""),
        retry_on=_day(facts.get("retry_on")),
        access_until=_day(facts.get("access_until")),
        ends_on=_day(facts.get("ends_on")),
        instead=str(facts.get("instead") or ""),
    )


def concerned(mail: Mail, loaded: Loaded) -> tuple[Subscription, ...]:
    """The subscriptions that the mail names; none where it is about all of its order."""
    return _noted(mail, loaded, "subscriptions")


def starting_anew(mail: Mail, loaded: Loaded) -> tuple[Subscription, ...]:
    """Those of them whose term begins on the day on which it is paid."""
    return _noted(mail, loaded, "starts_anew")


def _noted(mail: Mail, loaded: Loaded, fact: str) -> tuple[Subscription, ...]:
    ids = set(mail.context.get(fact) or ())
    return tuple(one for one in loaded.state.subscriptions if one.id in ids)


def _day(value: object) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else None
