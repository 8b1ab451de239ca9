"""Customers in the North: at home, next door, sold by a reseller, due today, and one whose answers get lost."""

from datetime import date

from tenor.cli.demo_book.specs import (
    AddMethod,
    Buy,
    Customer,
    MoreSeats,
    OtherTerm,
    Place,
    TakeOver,
    buyer,
    company,
    household,
    member,
)
from tenor.domain.account import Channel, MethodKind, Reseller, Role

LINDQVIST = Customer(
    opened_on=date(2024, 12, 2),
    account=company(
        "Lindqvist Arkitekter AB",
        Place("Kungsgatan 41", "411 15", "Göteborg", "SE", "Europe/Stockholm"),
        "SEK",
        email="faktura@lindqvist.example",
        vat_id="SE556677889901",
        language="sv",
    ),
    people=(
        buyer("Karin Lindqvist", "karin@lindqvist.example", "sv"),
        member("Anders Holm", "anders@lindqvist.example", Role.BILLING_ADMIN, "sv"),
    ),
    story=(
        AddMethod(date(2024, 12, 2), "card", expiry=(2028, 10)),
        Buy(date(2024, 12, 2), "draft", "draft", 6),
        Buy(date(2025, 1, 31), "model", "model", 3),
        Buy(date(2026, 5, 31), "render", "render", 2, months=1),
        MoreSeats(date(2025, 8, 19), "draft", 2),
        OtherTerm(date(2026, 10, 28), "draft", 36),
    ),
    shows=("monthly_no_early_renewal",),
)

NILS = Customer(
    opened_on=date(2025, 5, 12),
    account=household(
        "Nils Berg",
        Place("Vallgatan 3", "223 61", "Lund", "SE", "Europe/Stockholm"),
        "SEK",
        email="nils@berg.example",
        language="sv",
    ),
    people=(buyer("Nils Berg", "nils@berg.example", "sv"),),
    story=(
        AddMethod(date(2025, 5, 12), "card", expiry=(2027, 5)),
        Buy(date(2025, 5, 12), "light", "light", 1),
    ),
    shows=("seats_at_minimum",),
)

FJALLBYRAN = Customer(
    opened_on=date(2026, 4, 2),
    account=company(
        "Fjällbyrån Konstruktion AB",
        Place("Storgatan 8", "903 26", "Umeå", "SE", "Europe/Stockholm"),
        "SEK",
        email="ekonomi@fjallbyran.example",
        vat_id="SE556712345601",
        language="sv",
    ),
    people=(buyer("Sigrid Norén", "sigrid@fjallbyran.example", "sv"),),
    story=(
        TakeOver(
            date(2026, 4, 2),
            "draft",
            "draft",
            4,
            date(2026, 4, 2),
            479_000,
            channel=Channel.RESELLER,
            reseller=Reseller("Nordic CAD Partner AB", "order@nordiccad.example", allows_auto_renew_off=True),
        ),
    ),
    shows=("bought_from_reseller",),
)

HAVNEGADE = Customer(
    opened_on=date(2025, 11, 21),
    account=company(
        "Havnegade Tegnestue ApS",
        Place("Havnegade 29", "1058", "København", "DK", "Europe/Copenhagen"),
        "EUR",
        email="bogholderi@havnegade.example",
        vat_id="DK31245678",
    ),
    people=(buyer("Mette Krogh", "mette@havnegade.example"),),
    story=(
        AddMethod(date(2025, 11, 21), "card", behaviour="bank_check", expiry=(2028, 1)),
        TakeOver(date(2025, 11, 21), "draft", "draft", 5, date(2025, 11, 21), 43_500),
        TakeOver(date(2025, 11, 21), "site", "site", 2, date(2026, 2, 9), 23_500),
    ),
    shows=("past_due", "payment_in_flight"),
)
"""Draft's renewal is of today, and the bank wants to see the customer before it pays."""

FJORDLYS = Customer(
    opened_on=date(2025, 4, 7),
    account=company(
        "Fjordlys Design AS",
        Place("Strandgaten 12", "5013", "Bergen", "NO", "Europe/Oslo"),
        "EUR",
        email="regnskap@fjordlys.example",
    ),
    people=(buyer("Ingrid Solheim", "ingrid@fjordlys.example"),),
    story=(
        AddMethod(date(2025, 4, 7), "card", behaviour="answer_lost", expiry=(2028, 9)),
        Buy(date(2025, 4, 7), "draft", "draft", 2),
        AddMethod(date(2025, 6, 2), "paypal", MethodKind.PAYPAL, is_default=False),
    ),
    shows=("not_expired",),
)
"""The provider charges this card, and its answer is lost: Tenor has to ask what became of it."""

NORDIC: tuple[Customer, ...] = (LINDQVIST, NILS, FJALLBYRAN, HAVNEGADE, FJORDLYS)
