"""Customers with hardly anything special about them: they make the book a book, and align their payment dates."""

from datetime import date

from tenor.cli.demo_book.specs import AddMethod, Buy, Customer, MoreSeats, Place, TakeOver, buyer, company
from tenor.domain.account import MethodKind

WISLA = Customer(
    opened_on=date(2025, 11, 10),
    account=company(
        "Wisła Projekt sp. z o.o.",
        Place("ul. Długa 19", "31-147", "Kraków", "PL", "Europe/Warsaw"),
        "EUR",
        email="faktury@wislaprojekt.example",
        vat_id="PL5260001246",
    ),
    people=(buyer("Tomasz Zieliński", "tomasz@wislaprojekt.example"),),
    story=(
        AddMethod(date(2025, 11, 10), "debit", MethodKind.DIRECT_DEBIT, behaviour="insufficient_funds"),
        TakeOver(date(2025, 11, 10), "draft", "draft", 6, date(2026, 1, 10), 43_500),
        MoreSeats(date(2026, 3, 10), "draft", 2),
    ),
)
"""The debit for two more seats failed after days: that order is over, and nothing was granted."""

AALTO = Customer(
    opened_on=date(2025, 1, 15),
    account=company(
        "Aalto & Niemi Oy",
        Place("Eteläesplanadi 20", "00130", "Helsinki", "FI", "Europe/Helsinki"),
        "EUR",
        email="laskut@aaltoniemi.example",
        vat_id="FI20774740",
    ),
    people=(buyer("Eero Niemi", "eero@aaltoniemi.example"),),
    story=(
        AddMethod(date(2025, 1, 15), "card", expiry=(2028, 5)),
        Buy(date(2025, 1, 15), "model", "model", 6),
        Buy(date(2025, 1, 15), "render", "render", 6),
    ),
    shows=("already_aligned",),
)

DONAU = Customer(
    opened_on=date(2025, 3, 31),
    account=company(
        "Donau Plan GmbH",
        Place("Praterstraße 31", "1020", "Wien", "AT", "Europe/Vienna"),
        "EUR",
        email="rechnung@donauplan.example",
        vat_id="ATU13585627",
    ),
    people=(buyer("Magdalena Huber", "magdalena@donauplan.example"),),
    story=(
        AddMethod(date(2025, 3, 31), "card", expiry=(2027, 9)),
        Buy(date(2025, 3, 31), "survey", "survey", 3),
        MoreSeats(date(2026, 1, 20), "survey", 1),
    ),
    shows=("fewer_than_two",),
)

SCHELDE = Customer(
    opened_on=date(2025, 6, 23),
    account=company(
        "Bureau Schelde BV",
        Place("Meir 48", "2000", "Antwerpen", "BE", "Europe/Brussels"),
        "EUR",
        email="facturatie@schelde.example",
        vat_id="BE0428759497",
        language="nl",
    ),
    people=(buyer("Lieve Claes", "lieve@schelde.example", "nl"),),
    story=(
        AddMethod(date(2025, 6, 23), "debit", MethodKind.DIRECT_DEBIT),
        AddMethod(date(2025, 6, 23), "card", expiry=(2028, 7), is_default=False),
        Buy(date(2025, 6, 23), "draft", "draft", 9, plan="premium", method="debit"),
        Buy(date(2025, 9, 1), "vault", "vault", 9, method="card"),
    ),
    shows=("method_differs",),
)

PENROSE = Customer(
    opened_on=date(2025, 2, 24),
    account=company(
        "Penrose & Hale LLP",
        Place("140 George Street", "EH2 4JZ", "Edinburgh", "GB", "Europe/London"),
        "GBP",
        email="invoices@penrosehale.example",
        vat_id="GB417395286",
    ),
    people=(buyer("Fiona Hale", "fiona@penrosehale.example"),),
    story=(
        AddMethod(date(2025, 2, 24), "card", expiry=(2029, 5)),
        Buy(date(2025, 2, 24), "draft", "draft", 10),
        Buy(date(2025, 5, 6), "model", "model", 4, months=36),
        MoreSeats(date(2025, 11, 25), "draft", 5),
    ),
)

REDWOOD = Customer(
    opened_on=date(2025, 4, 28),
    account=company(
        "Redwood Civil Group",
        Place("501 Broadway", "95616", "Davis", "US", "America/Los_Angeles", "CA"),
        "USD",
        email="invoices@redwoodcivil.example",
    ),
    people=(buyer("Stella Ortiz", "stella@redwoodcivil.example"),),
    story=(
        AddMethod(date(2025, 4, 28), "card", expiry=(2028, 11)),
        Buy(date(2025, 4, 28), "site", "site", 14),
        Buy(date(2025, 4, 28), "survey", "survey", 14),
        MoreSeats(date(2025, 9, 30), "site", 4),
    ),
)

BAYOU = Customer(
    opened_on=date(2026, 3, 30),
    account=company(
        "Bayou Structural LLC",
        Place("2110 Magazine Street", "70130", "New Orleans", "US", "America/Chicago", "LA"),
        "USD",
        email="bills@bayoustructural.example",
    ),
    people=(buyer("Andre Boudreaux", "andre@bayoustructural.example"),),
    story=(
        AddMethod(date(2026, 3, 30), "card", expiry=(2027, 3)),
        Buy(date(2026, 3, 31), "model", "model", 2, months=1),
        Buy(date(2026, 3, 31), "vault", "vault", 2),
    ),
    shows=("term_differs",),
)

LAKESHORE = Customer(
    opened_on=date(2026, 6, 15),
    account=company(
        "Lakeshore Interiors Inc.",
        Place("330 North Wabash Avenue", "60611", "Chicago", "US", "America/Chicago", "IL"),
        "USD",
        email="finance@lakeshore.example",
    ),
    people=(buyer("Renee Kowalski", "renee@lakeshore.example"),),
    story=(
        AddMethod(date(2026, 6, 15), "card", expiry=(2030, 1)),
        Buy(date(2026, 6, 15), "render", "render", 8),
        Buy(date(2026, 6, 15), "light", "light", 3),
    ),
)

NOORDERLICHT = Customer(
    opened_on=date(2025, 12, 3),
    account=company(
        "Studio Noorderlicht B.V.",
        Place("Oosterstraat 12", "9711 NT", "Groningen", "NL", "Europe/Amsterdam"),
        "EUR",
        email="facturen@noorderlicht.example",
        vat_id="NL004495445B01",
        language="nl",
    ),
    people=(buyer("Anouk Visser", "anouk@noorderlicht.example", "nl"),),
    story=(
        AddMethod(date(2025, 12, 3), "debit", MethodKind.DIRECT_DEBIT),
        AddMethod(date(2025, 12, 3), "card", expiry=(2026, 11), is_default=False),
        Buy(date(2025, 12, 3), "draft", "draft", 4, method="debit"),
        Buy(date(2026, 2, 10), "render", "render", 3, method="debit"),
        Buy(date(2026, 3, 5), "vault", "vault", 5, method="card"),
    ),
)
"""Written to in November 2026: a debit is announced, Render becomes dearer, and the card for Vault runs out first."""

NEIGHBORS: tuple[Customer, ...] = (WISLA, AALTO, DONAU, SCHELDE, PENROSE, REDWOOD, BAYOU, LAKESHORE, NOORDERLICHT)
