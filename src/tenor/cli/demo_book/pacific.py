"""Customers around the Pacific: a discontinued product, a canceled subscription, and one outside the regions."""

from datetime import date

from tenor.cli.demo_book.specs import AddMethod, Buy, Customer, Place, buyer, company, household

WATTLE_CREEK = Customer(
    opened_on=date(2025, 3, 17),
    account=company(
        "Wattle Creek Drafting Pty Ltd",
        Place("55 Wharf Street", "4000", "Brisbane", "AU", "Australia/Brisbane", "QLD"),
        "USD",
        email="accounts@wattlecreek.example",
    ),
    people=(buyer("Ruby Callahan", "ruby@wattlecreek.example"),),
    story=(
        AddMethod(date(2025, 3, 17), "card", expiry=(2028, 4)),
        Buy(date(2025, 3, 17), "flow", "flow", 4),
        Buy(date(2025, 10, 13), "draft", "draft", 4),
    ),
    shows=("product_discontinued",),
)

MIA = Customer(
    opened_on=date(2025, 8, 5),
    account=household(
        "Mia Tran",
        Place("12 Brunswick Street", "3065", "Fitzroy", "AU", "Australia/Melbourne", "VIC"),
        "USD",
        email="mia@tran.example",
    ),
    people=(buyer("Mia Tran", "mia@tran.example"),),
    story=(
        AddMethod(date(2025, 8, 5), "card", expiry=(2028, 8)),
        Buy(date(2025, 8, 5), "light", "light", 2, auto_renew=False),
    ),
    shows=("canceled",),
)

AOYAMA = Customer(
    opened_on=date(2025, 4, 21),
    account=company(
        "Aoyama Sekkei K.K.",
        Place("2-12-8 Kita-Aoyama", "107-0061", "Tokyo", "JP", "Asia/Tokyo"),
        "USD",
        email="keiri@aoyama.example",
    ),
    people=(buyer("Haruka Mori", "haruka@aoyama.example"),),
    story=(
        AddMethod(date(2025, 4, 21), "card", expiry=(2027, 7)),
        Buy(date(2025, 4, 21), "model", "model", 2, plan="premium"),
    ),
    shows=("country_outside_region",),
)

PACIFIC: tuple[Customer, ...] = (WATTLE_CREEK, MIA, AOYAMA)
