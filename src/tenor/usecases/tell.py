"""The fourth beat: one event row (audit trail and outbox), and the mails that the fact is worth."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from tenor.db.ids import new_id
from tenor.db.models import Account, Event, Mail, Membership, User
from tenor.domain.account import Actor, Role
from tenor.domain.quote import canonical

SYSTEM = Actor(id="", name="Tenor", role=Role.BUYER)
"""Who acts when nobody does: the renewal night, the clock, the gateway."""


@dataclass(frozen=True, slots=True)
class About:
    """What a fact is about: an account, and what of it; all else may be missing."""

    account: UUID | str
    subscription: UUID | str | None = None
    quote: UUID | None = None
    order: UUID | None = None
    invoice: UUID | None = None
    payment: UUID | None = None


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail to write once about one state of one object; `context` is what its template needs."""

    kind: str
    subject_id: UUID
    state: str = ""
    context: Mapping[str, object] = field(default_factory=dict[str, object])


def tell(about: About, kind: str, actor: Actor, now: datetime, *, before: object = None, after: object = None) -> None:
    """Write down that `actor` did `kind`: the row is the audit trail, and at the same time still to be delivered."""
    told(about, kind, actor, now, before=before, after=after).save(force_insert=True)


def told(about: About, kind: str, actor: Actor, now: datetime, *, before: object = None, after: object = None) -> Event:
    """The row that `tell` writes, for who writes many at once."""
    return Event(
        id=new_id(),
        account_id=about.account,
        kind=kind,
        actor=actor.id,
        actor_name=actor.name,
        staff=actor.staff or "",
        at=now,
        subscription_id=about.subscription,
        quote_id=about.quote,
        order_id=about.order,
        invoice_id=about.invoice,
        payment_id=about.payment,
        before=_facts(before),
        after=_facts(after),
    )


def write_mail(account_id: UUID, actor: Actor, now: datetime, letter: Letter) -> None:
    """Queue a mail to who acted, or to the buyer where nobody did, and to the account's invoice address."""
    person = _person(account_id, actor)
    invoice_email = Account.objects.values_list("invoice_email", flat=True).get(id=account_id)
    addresses = [person.email, invoice_email] if person else [invoice_email]
    Mail.objects.bulk_create(
        (_mail(account_id, address, person.language if person else "en", now, letter) for address in _once(addresses)),
        ignore_conflicts=True,  # the same fact is never told twice
    )


@dataclass(frozen=True, slots=True)
class Reader:
    """Whom a mail is for, and in which language they read it."""

    address: str
    language: str


def write_to(account_id: UUID, reader: Reader, now: datetime, letter: Letter) -> None:
    """Queue a mail to one person, whoever acted: about what concerns them and nobody else."""
    mail = _mail(account_id, reader.address, reader.language, now, letter)
    Mail.objects.bulk_create([mail], ignore_conflicts=True)  # the same fact is never told twice


def queued(account_id: UUID, reader: Reader, now: datetime, letter: Letter) -> Mail:
    """The row that `write_to` queues, for who queues many at once (ignoring conflicts, as all do)."""
    return _mail(account_id, reader.address, reader.language, now, letter)


def _mail(account_id: UUID, to: str, language: str, now: datetime, letter: Letter) -> Mail:
    return Mail(
        id=new_id(),
        account_id=account_id,
        to=to,
        kind=letter.kind,
        subject_id=letter.subject_id,
        state=letter.state,
        language=language,
        context=canonical(letter.context),
        created_at=now,
    )


def _person(account_id: UUID, actor: Actor) -> User | None:
    if actor.id:
        return User.objects.filter(id=actor.id).first()
    buyer = Membership.objects.filter(account_id=account_id, role=Role.BUYER).select_related("user").first()
    return buyer.user if buyer else None


def _once(addresses: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(address for address in addresses if address))


def _facts(value: object) -> object:
    if value is None:
        return {}
    plain = canonical(value)
    return plain if isinstance(plain, dict) else {"effects": plain}
