"""Alice, who owns the worked example of the rules, her colleagues; and Charlie, of another company."""

from datetime import date

from tenor.cli.demo_book.specs import (
    AddMethod,
    Buy,
    Customer,
    GiveSeats,
    MoreSeats,
    OtherTerm,
    Place,
    buyer,
    company,
    member,
)
from tenor.domain.account import MethodKind, Role

VAULT_USERS = (
    *("alice@brightwater.example", "bob@brightwater.example", "dana@brightwater.example"),
    *("studio@brightwater.example", "archive@brightwater.example"),
)
"""The last two have no role in the account: they only use the product."""

BRIGHTWATER = Customer(
    opened_on=date(2024, 11, 22),
    account=company(
        "Brightwater Studio Inc.",
        Place("218 Atlantic Avenue", "11201", "Brooklyn", "US", "America/New_York", "NY"),
        "USD",
        email="invoices@brightwater.example",
    ),
    people=(
        buyer("Alice Bergstrom", "alice@brightwater.example"),
        member("Bob Castellano", "bob@brightwater.example", Role.VIEWER),
        member("Dana Whitfield", "dana@brightwater.example", Role.BILLING_ADMIN),
        member("Eli Okafor", "eli@brightwater.example", Role.USER_ADMIN),
    ),
    story=(
        AddMethod(date(2024, 11, 22), "card", expiry=(2029, 8)),
        AddMethod(date(2024, 11, 22), "paypal", MethodKind.PAYPAL, is_default=False),
        Buy(date(2024, 12, 10), "model", "model", 2, months=36),
        Buy(date(2025, 1, 20), "render", "render", 5, plan="premium"),
        Buy(date(2025, 3, 1), "draft", "draft", 3),
        Buy(date(2025, 9, 8), "vault", "vault", 12),
        Buy(date(2026, 6, 5), "sheets", "sheets", 4, months=1),
        Buy(date(2026, 10, 20), "survey", "survey", 2),
        MoreSeats(date(2025, 9, 10), "render", 2, by=2),
        MoreSeats(date(2026, 4, 14), "vault", 3),
        GiveSeats(date(2025, 3, 3), "draft", ("alice@brightwater.example", "bob@brightwater.example"), by=3),
        GiveSeats(date(2025, 9, 9), "vault", VAULT_USERS, by=3),
    ),
    shows=("not_expired", "not_ended", "renewal_window_not_open", "monthly_no_early_renewal"),
)
"""Draft: yearly, three seats at a list price of 465.00, renewed on 1 March 2026 (rules 3 and 4)."""

COBALT = Customer(
    opened_on=date(2025, 2, 3),
    account=company(
        "Cobalt Surveying LLC",
        Place("940 Larimer Street", "80204", "Denver", "US", "America/Denver", "CO"),
        "USD",
        email="books@cobalt.example",
    ),
    people=(
        buyer("Charlie Nguyen", "charlie@cobalt.example"),
        member("Priya Raman", "priya@cobalt.example", Role.BILLING_ADMIN),
    ),
    story=(
        AddMethod(date(2025, 2, 3), "card", expiry=(2028, 3)),
        Buy(date(2025, 2, 3), "survey", "survey", 8),
        Buy(date(2025, 2, 3), "site", "site", 4),
        Buy(date(2025, 12, 4), "draft", "draft", 2),
        MoreSeats(date(2026, 5, 18), "survey", 2),
        OtherTerm(date(2026, 11, 9), "draft", 36),
    ),
    shows=("not_expired",),
)
"""Draft renews on 4 December 2026, for three years from then on."""
