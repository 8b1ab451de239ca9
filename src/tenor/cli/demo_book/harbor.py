"""A purchaser with forty subscriptions: mixed products, terms, seats and dates."""

from collections.abc import Iterator
from datetime import date, timedelta

from tenor.cli.demo_book.specs import AddMethod, Buy, Customer, MoreSeats, Name, Place, Step, buyer, company, member
from tenor.domain.account import MethodKind, Role

FIRST = date(2024, 11, 25)
DAYS_BETWEEN = 17
ITEMS = (
    ("draft", "standard", 12),
    ("model", "standard", 12),
    ("render", "standard", 12),
    ("survey", "standard", 12),
    ("vault", "standard", 12),
    ("draft", "premium", 12),
    ("site", "standard", 12),
    ("model", "premium", 12),
    ("draft", "standard", 36),
    ("sheets", "standard", 12),
    ("render", "premium", 12),
    ("light", "standard", 12),
    ("model", "standard", 36),
)
MONTHLY = {34, 37, 39}
COUNT = 40


def _purchases() -> Iterator[Step]:
    for number in range(COUNT):
        product, plan, months = ITEMS[number % len(ITEMS)]
        # Every fifth one was bought together with the one before it, so that a few renew on one day.
        on = FIRST + timedelta(days=DAYS_BETWEEN * (number - (number % 5 == 4)))
        seats = 1 + number * 7 % (5 if product == "light" else 19)
        is_monthly = number in MONTHLY and plan == "standard"
        method = "paypal" if number % 13 == 6 else "card"
        yield Buy(on, f"{number}", product, seats, 1 if is_monthly else months, plan, method, number % 11 != 8)


NAMED_ON = date(2026, 9, 7)
OFFICES = (
    ("Boston office", "4100 Architecture"),
    ("Providence office", "4100 Architecture"),
    ("Interiors", "4200 Interiors"),
    ("Site team", "4300 Construction"),
    ("Visualization", "4200 Interiors"),
)


def _names() -> Iterator[Step]:
    """Three of four are named by now; those that were bought last are not booked to a cost center yet."""
    for number in range(COUNT):
        if number % 4 != 3:
            label, cost_center = OFFICES[number % len(OFFICES)]
            yield Name(NAMED_ON, f"{number}", label, cost_center if number < 34 else "", by=1)


HARBOR = Customer(
    opened_on=FIRST,
    account=company(
        "Harbor & Vale Architects",
        Place("75 Commercial Wharf", "02110", "Boston", "US", "America/New_York", "MA"),
        "USD",
        email="accounts.payable@harborvale.example",
    ),
    people=(
        buyer("Grace Holloway", "grace@harborvale.example"),
        member("Marcus Lindholm", "marcus@harborvale.example", Role.BILLING_ADMIN),
        member("Tessa Moreau", "tessa@harborvale.example", Role.USER_ADMIN),
        member("Victor Abara", "victor@harborvale.example", Role.VIEWER),
    ),
    story=(
        AddMethod(FIRST, "card", expiry=(2030, 4)),
        AddMethod(FIRST, "paypal", MethodKind.PAYPAL, is_default=False),
        *_purchases(),
        MoreSeats(date(2025, 6, 16), "0", 4),
        MoreSeats(date(2025, 10, 2), "5", 2, by=1),
        MoreSeats(date(2026, 3, 24), "12", 6),
        MoreSeats(date(2026, 8, 11), "1", 3, by=1),
        *_names(),
    ),
    shows=("renewal_window_not_open",),
)
