"""How the demo's customers and their stories are written down. Dates are the account's local days."""

from dataclasses import dataclass, field
from datetime import date

from tenor.domain.account import Channel, CustomerType, MethodKind, Reseller, Role, SeatLimits
from tenor.usecases.import_subscription import NO_LIMITS
from tenor.usecases.open_account import NewAccount, NewPerson


@dataclass(frozen=True, slots=True)
class AddMethod:
    """A way to pay is added: `behaviour` as the sandbox calls it, `expiry` of a card as (year, month)."""

    on: date
    key: str
    kind: MethodKind = MethodKind.CARD
    behaviour: str = "paid"
    expiry: tuple[int, int] | None = None
    is_default: bool = True
    mandate_confirmed: bool = True


@dataclass(frozen=True, slots=True)
class Buy:
    """A first sale. `key` names the subscription in the rest of the story; `method` by its key."""

    on: date
    key: str
    product: str
    seats: int
    months: int = 12
    plan: str = "standard"
    method: str = "card"
    auto_renew: bool = True


@dataclass(frozen=True, slots=True)
class TakeOver:
    """A subscription that others sold or billed is taken over, with `terms` terms paid from `paid_from` on."""

    on: date
    key: str
    product: str
    seats: int
    paid_from: date
    price: int
    """Minor units a seat and term, in the account's currency."""
    months: int = 12
    plan: str = "standard"
    terms: int = 1
    auto_renew: bool = True
    channel: Channel = Channel.SALES
    processor: str = "tenor"
    reseller: Reseller | None = None
    limits: SeatLimits = NO_LIMITS


@dataclass(frozen=True, slots=True)
class MoreSeats:
    """Somebody adds seats in the portal; `by` is the place among the people, 0 the first."""

    on: date
    key: str
    seats: int
    by: int = 0


@dataclass(frozen=True, slots=True)
class OtherTerm:
    """Somebody chooses another term for the next renewal."""

    on: date
    key: str
    months: int
    by: int = 0


@dataclass(frozen=True, slots=True)
class PayWith:
    """The open order on the subscription is resumed and paid by another method."""

    on: date
    key: str
    method: str
    by: int = 0


@dataclass(frozen=True, slots=True)
class UseMethod:
    """Somebody has the subscription paid by another stored method from now on."""

    on: date
    key: str
    method: str
    by: int = 0


@dataclass(frozen=True, slots=True)
class GiveSeats:
    """Somebody assigns seats to the people with these addresses, one after the other."""

    on: date
    key: str
    emails: tuple[str, ...]
    by: int = 0


@dataclass(frozen=True, slots=True)
class Name:
    """Somebody gives the subscription a label, and the cost center that it is booked to."""

    on: date
    key: str
    label: str
    cost_center: str = ""
    by: int = 0


@dataclass(frozen=True, slots=True)
class RenewAhead:
    """Somebody pays the next term early."""

    on: date
    key: str
    by: int = 0


@dataclass(frozen=True, slots=True)
class UpgradeNow:
    """Somebody changes to a higher plan at once."""

    on: date
    key: str
    plan: str
    by: int = 0


@dataclass(frozen=True, slots=True)
class GiveBack:
    """Somebody returns one subscription of its newest order; what else the order renewed or sold is kept."""

    on: date
    key: str
    by: int = 0


Step = (
    AddMethod
    | Buy
    | TakeOver
    | MoreSeats
    | OtherTerm
    | PayWith
    | UseMethod
    | GiveSeats
    | Name
    | RenewAhead
    | UpgradeNow
    | GiveBack
)


@dataclass(frozen=True, slots=True)
class Customer:
    """An account, its people (the first one tells its story), and what happened, in the order of the dates."""

    opened_on: date
    account: NewAccount
    people: tuple[NewPerson, ...]
    story: tuple[Step, ...]
    shows: tuple[str, ...] = field(default=())
    """Codes of the eligibility matrix that are met by signing in as the first person."""


def buyer(name: str, email: str, language: str = "en") -> NewPerson:
    """Who owns the contract."""
    return NewPerson(email, name, Role.BUYER, language)


def member(name: str, email: str, role: Role, language: str = "en") -> NewPerson:
    """Somebody else in the account."""
    return NewPerson(email, name, role, language)


@dataclass(frozen=True, slots=True)
class Place:
    """An address; `zone` is the billing time zone (IANA)."""

    street: str
    postal_code: str
    city: str
    country: str
    zone: str
    region: str = ""


CHECKED = date(2024, 11, 20)
"""The day on which the VAT ids were checked."""


def company(
    name: str, place: Place, currency: str, *, email: str, vat_id: str = "", language: str = "en"
) -> NewAccount:
    """A business; a VAT id that is given was checked."""
    return _account(name, place, CustomerType.BUSINESS, currency, email, (vat_id, language))


def household(name: str, place: Place, currency: str, *, email: str, language: str = "en") -> NewAccount:
    """A consumer."""
    return _account(name, place, CustomerType.CONSUMER, currency, email, ("", language))


def _account(
    name: str, place: Place, customer_type: CustomerType, currency: str, email: str, papers: tuple[str, str]
) -> NewAccount:
    vat_id, language = papers
    return NewAccount(
        name=name,
        customer_type=customer_type,
        country=place.country,
        currency=currency,
        time_zone=place.zone,
        language=language,
        region=place.region,
        vat_id=vat_id,
        vat_id_checked_on=CHECKED if vat_id else None,
        street=place.street,
        postal_code=place.postal_code,
        city=place.city,
        invoice_email=email,
    )
