"""More customers in the Americas: a freelancer, a reseller's, a legacy processor's, and one outside the regions."""

from datetime import date

from tenor.cli.demo_book.specs import AddMethod, Buy, Customer, Place, TakeOver, buyer, company, household
from tenor.domain.account import Channel, Reseller

HENRY = Customer(
    opened_on=date(2025, 2, 18),
    account=household(
        "Henry Ostrander",
        Place("1407 Alder Street", "97205", "Portland", "US", "America/Los_Angeles", "OR"),
        "USD",
        email="henry@ostrander.example",
    ),
    people=(buyer("Henry Ostrander", "henry@ostrander.example"),),
    story=(
        AddMethod(date(2025, 2, 18), "card", expiry=(2026, 9)),
        Buy(date(2025, 2, 18), "draft", "draft", 1),
    ),
    shows=("payment_method_expired", "seats_at_minimum"),
)
"""The card expired before the next renewal."""

MESA_RIDGE = Customer(
    opened_on=date(2026, 1, 12),
    account=company(
        "Mesa Ridge Builders Inc.",
        Place("3300 Central Avenue", "87106", "Albuquerque", "US", "America/Denver", "NM"),
        "USD",
        email="office@mesaridge.example",
    ),
    people=(buyer("Isabel Romero", "isabel@mesaridge.example"),),
    story=(
        AddMethod(date(2026, 1, 12), "card", expiry=(2029, 3)),
        Buy(date(2026, 1, 12), "sheets", "sheets", 6),
        TakeOver(
            date(2026, 1, 12),
            "draft",
            "draft",
            6,
            date(2026, 1, 12),
            45_000,
            channel=Channel.RESELLER,
            reseller=Reseller("CADline Partners", "orders@cadline.example"),
        ),
    ),
    shows=("bought_from_reseller",),
)

PINECREST = Customer(
    opened_on=date(2025, 8, 4),
    account=company(
        "Pinecrest Engineering Corp.",
        Place("620 Peachtree Street NE", "30308", "Atlanta", "US", "America/New_York", "GA"),
        "USD",
        email="ap@pinecrest.example",
    ),
    people=(buyer("Walter Simms", "walter@pinecrest.example"),),
    story=(
        AddMethod(date(2025, 8, 4), "card", expiry=(2028, 2)),
        Buy(date(2025, 8, 4), "site", "site", 9),
        TakeOver(date(2025, 8, 4), "draft", "draft", 11, date(2026, 8, 1), 44_000, processor="PayStream"),
    ),
    shows=("legacy_processor",),
)

MAPLE_FORGE = Customer(
    opened_on=date(2025, 5, 26),
    account=company(
        "Maple Forge Design Inc.",
        Place("180 King Street East", "M5A 1J9", "Toronto", "CA", "America/Toronto", "ON"),
        "USD",
        email="payables@mapleforge.example",
    ),
    people=(buyer("Noah Tremblay", "noah@mapleforge.example"),),
    story=(
        AddMethod(date(2025, 5, 26), "card", expiry=(2027, 12)),
        Buy(date(2025, 5, 26), "render", "render", 3),
        Buy(date(2026, 2, 2), "vault", "vault", 10),
    ),
)

JACARANDA = Customer(
    opened_on=date(2025, 7, 14),
    account=company(
        "Estúdio Jacarandá Ltda",
        Place("Rua Augusta 1508", "01304-001", "São Paulo", "BR", "America/Sao_Paulo", "SP"),
        "USD",
        email="financeiro@jacaranda.example",
    ),
    people=(buyer("Beatriz Campos", "beatriz@jacaranda.example"),),
    story=(
        AddMethod(date(2025, 7, 14), "card", expiry=(2029, 10)),
        Buy(date(2025, 7, 14), "draft", "draft", 3),
    ),
    shows=("country_outside_region",),
)

AMERICAS: tuple[Customer, ...] = (HENRY, MESA_RIDGE, PINECREST, MAPLE_FORGE, JACARANDA)
