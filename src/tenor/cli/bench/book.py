"""A vendor's book of any size, by COPY: customers with a buyer, a card, one or two subscriptions paid to a day."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from itertools import islice
from uuid import UUID

from django.db import connection, transaction

from tenor.db.copying import FALSE, NULL, TRUE, Rows, day, instant, int2, int4, int8, text, uuid, word
from tenor.db.ids import new_raw_ids
from tenor.domain.catalog import Item, Plan, PriceEntry, Product
from tenor.domain.money import Money
from tenor.domain.offer import TaxRegistration
from tenor.domain.terms import MONTHLY, THREE_YEARS, YEARLY, boundary
from tenor.usecases.found_seller import NewSeller, found_seller
from tenor.usecases.publish_catalog import Publication, publish_catalog

PRODUCTS = ("draft", "survey", "render", "archive")
PLANS = ("standard", "premium")
PRICES = {MONTHLY: 4_900, YEARLY: 46_500, THREE_YEARS: 131_000}
TERMS = (YEARLY, YEARLY, YEARLY, MONTHLY, THREE_YEARS)
PLACES = (("SE", "SE556677889901", "Europe/Stockholm"), ("NL", "", "Europe/Amsterdam"), ("GB", "", "Europe/London"),
          ("US", "", "America/New_York"))  # fmt: skip
FIRST_PRICES, SIGNED = date(2020, 1, 1), datetime(2026, 1, 1, tzinfo=UTC)
CHUNK = 5_000

USER = "id email name language is_active is_staff password".split()
ACCOUNT = (
    "id seller_id number name customer_type country region currency time_zone language vat_id vat_id_checked_on street "
    "postal_code city invoice_email"
).split()
MEMBERSHIP = "id account_id user_id role".split()
METHOD = (
    "id account_id kind gateway gateway_reference label brand last4 expires_on status invalid_because is_default "
    "is_backup billing_name mandate_reference setup_reference"
).split()
SUBSCRIPTION = (
    "id account_id seller_id number product_code plan_code months seats anchor renews_on status auto_renew channel "
    "processor reseller_name reseller_contact reseller_allows_auto_renew_off"
).split()
PERIOD = (
    "id account_id subscription_id kind starts_on ends_on unit_price_minor currency denominator price_kind"
).split()
CHANGE = ("id account_id subscription_id kind value scheduled_at scheduled_on scheduled_by scheduled_by_name").split()


def found_vendor() -> UUID:
    """A seller with four products of two plans in three terms. Returns its id."""
    seller_id = found_seller(
        seller=NewSeller(
            code="bench",
            name="Northline",
            legal_name="Northline B.V.",
            street="Keizersgracht 1",
            postal_code="1015 AA",
            city="Amsterdam",
            country="NL",
            vat_id="NL123456782B90",
            registrations=(TaxRegistration("NL", "NL1"), TaxRegistration("GB", "GB1")),
        )
    )
    publish_catalog(seller_id=seller_id, publication=_catalog())
    return seller_id


def _catalog() -> Publication:
    plans = tuple(Plan(product, plan, plan.title()) for product in PRODUCTS for plan in PLANS)
    entries = tuple(
        PriceEntry(f"{product}-{plan}-{term.months}", Item(product, plan, term, "EUR", ""), Money(price, "EUR"),
                   FIRST_PRICES, FIRST_PRICES)
        for product in PRODUCTS for plan in PLANS for term, price in PRICES.items()
    )  # fmt: skip
    return Publication(tuple(Product(code, code.title()) for code in PRODUCTS), plans, entries)


@dataclass(frozen=True, slots=True)
class Part:
    """Customers who renew on one day."""

    renews_on: date
    subscriptions: int


def build(seller_id: UUID, parts: Sequence[Part], card: str, advanced: Callable[[int], None]) -> None:
    """Write the parts, one after the other; `advanced` is told of every chunk of subscriptions."""
    serial = 0
    for part in parts:
        sizes = _sizes(part.subscriptions)
        while chunk := list(islice(sizes, CHUNK)):
            _Chunk(seller_id, part.renews_on, card).write(chunk, serial)
            serial += len(chunk)
            advanced(sum(chunk))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _sizes(subscriptions: int) -> Iterator[int]:
    """One, two, one, two ... subscriptions a customer."""
    left, size = subscriptions, 1
    while left > 0:
        yield min(size, left)
        left -= size
        size = 3 - size


class _Chunk:
    """Some thousand customers, packed."""

    def __init__(self, seller_id: UUID, renews_on: date, card: str) -> None:
        self.seller, self.renews_on, self.card = uuid(seller_id.bytes), renews_on, text(card)
        self.users, self.accounts = Rows("db_user", USER), Rows("db_account", ACCOUNT)
        self.members, self.methods = Rows("db_membership", MEMBERSHIP), Rows("db_paymentmethod", METHOD)
        self.subscriptions, self.periods = Rows("db_subscription", SUBSCRIPTION), Rows("db_paidperiod", PERIOD)
        self.changes = Rows("db_scheduledchange", CHANGE)

    def write(self, sizes: Sequence[int], first: int) -> None:
        for serial, size in enumerate(sizes, first):
            self._add_customer(serial, size)
        with transaction.atomic(), connection.cursor() as cursor:
            for rows in (self.users, self.accounts, self.members, self.methods, self.subscriptions, self.periods):
                rows.copy(cursor)
            self.changes.copy(cursor)

    def _add_customer(self, serial: int, size: int) -> None:
        user, account, member, method = map(uuid, new_raw_ids(4))
        country, vat_id, zone = PLACES[serial % len(PLACES)]
        none, city = word(""), word("Anywhere")
        self.users.add(
            user, text(f"buyer-{serial}@example.com"), word("Alice Admin"), word("en"), TRUE, FALSE, word("!")
        )
        self.accounts.add(
            account, self.seller, text(f"A-{serial:07}"), text(f"Customer {serial}"), word("business"), word(country),
            none, word("EUR"), word(zone), word("en"), word(vat_id), day(FIRST_PRICES) if vat_id else NULL,
            word("Main Street 1"), word("12345"), city, none,
        )  # fmt: skip
        self.members.add(member, account, user, word("buyer"))
        self.methods.add(
            method, account, word("card"), word("sandbox"), self.card, word("Visa 4242"), word("visa"), word("4242"),
            day(date(2040, 12, 31)), word("active"), none, TRUE, FALSE, none, none, none,
        )  # fmt: skip
        for n in range(size):
            self._add_subscription(account, serial, n)

    def _add_subscription(self, account: bytes, serial: int, n: int) -> None:
        subscription, period, change = map(uuid, new_raw_ids(3))
        kind = serial * 2 + n
        product, plan, term = PRODUCTS[kind % 4], PLANS[kind // 4 % 2], TERMS[kind % 5]
        seats, starts_on = 1 + kind % 40, boundary(self.renews_on, -term.months)
        none = word("")
        self.subscriptions.add(
            subscription, account, self.seller, text(f"S-{serial:07}-{n}"), word(product), word(plan),
            int2(term.months), int4(seats), day(starts_on), day(self.renews_on), word("active"), TRUE, word("website"),
            word("tenor"), none, none, FALSE,
        )  # fmt: skip
        self.periods.add(
            period, account, subscription, word("term"), day(starts_on), day(self.renews_on), int8(PRICES[term]),
            word("EUR"), int4((self.renews_on - starts_on).days), word("list"),
        )  # fmt: skip
        if kind % 20 == 7:  # one in twenty has something scheduled
            self.changes.add(
                change, account, subscription, word("seats"), word(str(1 + seats // 2)), instant(SIGNED),
                day(SIGNED.date()), word(""), word("Alice Admin"),
            )  # fmt: skip


def noon_after(renews_on: date) -> datetime:
    """An instant on that day everywhere between Honolulu and Auckland."""
    return datetime.combine(renews_on, time(11), UTC)
