"""Open a customer's account with its people (the seller's staff, an import)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from tenor.db.access import account_scope
from tenor.db.ids import new_id
from tenor.db.models import Account, Membership, User
from tenor.db.numbers import take_number
from tenor.domain.account import Actor, CustomerType, Role
from tenor.domain.codes import demand_country, demand_currency, demand_language
from tenor.usecases.known_codes import demand_time_zone
from tenor.usecases.tell import About, tell


@dataclass(frozen=True, slots=True)
class NewPerson:
    """Somebody with a role in the account; who has no password yet signs in by an e-mailed code."""

    email: str
    name: str
    role: Role
    language: str = "en"


@dataclass(frozen=True, slots=True)
class NewAccount:
    """Who buys. `country` by ISO 3166; business dates are in `time_zone` (IANA); the VAT id was checked on that day."""

    name: str
    customer_type: CustomerType
    country: str
    currency: str
    time_zone: str
    language: str = "en"
    region: str = ""
    vat_id: str = ""
    vat_id_checked_on: date | None = None
    street: str = ""
    postal_code: str = ""
    city: str = ""
    invoice_email: str = ""


def open_account(
    *, seller_id: UUID, account: NewAccount, people: Sequence[NewPerson], actor: Actor, now: datetime
) -> UUID:
    """Write the account and its people down; returns its id. A person known by the address keeps what is known.

    An account has one buyer at most: a second one raises IntegrityError. Raises Refusal: unknown_time_zone,
    unknown_country, unknown_currency, unknown_language.
    """
    demand_time_zone(account.time_zone)
    demand_country(account.country)
    demand_currency(account.currency)
    for language in (account.language, *(person.language for person in people)):
        demand_language(language)
    account_id = new_id()
    with transaction.atomic():
        _account(account_id, seller_id, account)
        with account_scope(account_id):
            for person in people:
                user = _user(person)
                Membership.objects.create(id=new_id(), account_id=account_id, user=user, role=person.role.value)
            tell(About(account_id), "account_opened", actor, now, after={"people": [p.email for p in people]})
    return account_id


def _account(account_id: UUID, seller_id: UUID, account: NewAccount) -> None:
    Account.objects.create(
        id=account_id,
        seller_id=seller_id,
        number=take_number(seller_id, "account"),
        name=account.name,
        customer_type=account.customer_type.value,
        country=account.country,
        region=account.region,
        currency=account.currency,
        time_zone=account.time_zone,
        language=account.language,
        vat_id=account.vat_id,
        vat_id_checked_on=account.vat_id_checked_on,
        street=account.street,
        postal_code=account.postal_code,
        city=account.city,
        invoice_email=account.invoice_email,
    )


def _user(person: NewPerson) -> User:
    known = User.objects.filter(email=person.email.lower()).first()
    if known is not None:
        return known
    return User.objects.create_user(person.email, None, id=new_id(), name=person.name, language=person.language)
