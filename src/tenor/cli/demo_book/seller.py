"""Northline, who makes design software: the legal entity, its catalog, and what became of it over two years."""

from collections.abc import Mapping
from datetime import date

from tenor.cli.demo_book.prices import DEARER_RENDER, DEARER_SHEETS, GROUPS, LIST, entries
from tenor.domain.catalog import Plan, PlanKind, Product, Promotion
from tenor.domain.offer import Policy, TaxRegistration
from tenor.usecases.found_seller import NewSeller
from tenor.usecases.publish_catalog import Publication

SELLER = NewSeller(
    code="northline",
    name="Northline",
    legal_name="Northline Design AB",
    street="Östra Hamngatan 16",
    postal_code="411 09",
    city="Göteborg",
    country="SE",
    vat_id="SE559012345601",
    registrations=(
        TaxRegistration("SE", "SE559012345601"),
        TaxRegistration("SE", "SE559012345601", scheme="oss"),
        TaxRegistration("GB", "GB377284915"),
        TaxRegistration("NO", "NO 926 345 718 MVA"),
        TaxRegistration("CH", "CHE-342.718.905 MWST"),
        TaxRegistration("AU", "ARN 3000 4718 2906"),
    ),
    policy=Policy(price_groups=GROUPS, creditor_id="SE48ZZZ5590123456"),
    support={
        "email": "support@northline.example",
        "regions": {
            "americas": {
                "countries": ["US", "CA"],
                "phone": "+1 617 555 0142",
                "hours": "Mon-Fri 08:00-20:00",
                "time_zone": "America/New_York",
                "chat": "https://northline.example/chat",
                "remote_desktop": "https://northline.example/remote",
            },
            "europe": {
                "countries": ["SE", "NO", "DK", "FI", "NL", "BE", "DE", "AT", "CH", "FR", "ES", "IT", "PL", "IE", "GB"],
                "phone": "+46 31 555 01 42",
                "hours": "Mon-Fri 08:00-18:00",
                "time_zone": "Europe/Stockholm",
                "chat": "https://northline.example/chat",
                "remote_desktop": "https://northline.example/remote",
            },
            "pacific": {
                "countries": ["AU", "NZ"],
                "phone": "+61 2 5550 1420",
                "hours": "Mon-Fri 09:00-17:00",
                "time_zone": "Australia/Sydney",
                "chat": "https://northline.example/chat",
            },
        },
    },
)

CONTENTS: Mapping[tuple[str, str], Mapping[str, tuple[str, ...]]] = {
    ("draft", "standard"): {
        "en": ("2D drawing and printing", "Symbol library"),
        "sv": ("2D-ritning och utskrift", "Symbolbibliotek"),
        "nl": ("2D-tekenen en afdrukken", "Symbolenbibliotheek"),
    },
    ("draft", "premium"): {
        "en": ("2D drawing and printing", "Symbol library", "Automatic dimensions", "Scripts and batch plotting"),
        "sv": ("2D-ritning och utskrift", "Symbolbibliotek", "Automatisk måttsättning", "Skript och batchutskrift"),
        "nl": (
            "2D-tekenen en afdrukken",
            "Symbolenbibliotheek",
            "Automatische maatvoering",
            "Scripts en batchafdrukken",
        ),
    },
    ("model", "standard"): {
        "en": ("3D building models", "Quantity lists"),
        "sv": ("3D-modeller av byggnader", "Mängdförteckningar"),
        "nl": ("3D-gebouwmodellen", "Hoeveelhedenlijsten"),
    },
    ("model", "premium"): {
        "en": ("3D building models", "Quantity lists", "Clash detection", "Work in one model at the same time"),
        "sv": (
            "3D-modeller av byggnader",
            "Mängdförteckningar",
            "Kollisionskontroll",
            "Samtidigt arbete i samma modell",
        ),
        "nl": ("3D-gebouwmodellen", "Hoeveelhedenlijsten", "Clashdetectie", "Gelijktijdig werken in één model"),
    },
    ("render", "standard"): {
        "en": ("Still images up to 4K", "20 cloud hours a month"),
        "sv": ("Stillbilder upp till 4K", "20 molntimmar i månaden"),
        "nl": ("Stilstaande beelden tot 4K", "20 clouduren per maand"),
    },
    ("render", "premium"): {
        "en": ("Still images up to 8K", "100 cloud hours a month", "Animations", "Virtual reality tours"),
        "sv": ("Stillbilder upp till 8K", "100 molntimmar i månaden", "Animationer", "Rundturer i virtuell verklighet"),
        "nl": (
            "Stilstaande beelden tot 8K",
            "100 clouduren per maand",
            "Animaties",
            "Rondleidingen in virtual reality",
        ),
    },
}
"""What one gets, where a product comes in several plans."""

FLOW_ENDS = date(2026, 6, 30)

OPENING = Publication(
    products=(
        Product("draft", "Draft"),
        Product("model", "Model"),
        Product("render", "Render"),
        Product("survey", "Survey"),
        Product("sheets", "Sheets"),
        Product("flow", "Flow", discontinued_on=FLOW_ENDS, successor="model"),
        Product("vault", "Vault", max_seats=250),
        Product("site", "Site"),
        Product("light", "Light", max_seats=5),
    ),
    plans=(
        Plan("draft", "standard", "Standard", contains=CONTENTS["draft", "standard"]),
        Plan("draft", "premium", "Premium", contains=CONTENTS["draft", "premium"]),
        Plan("model", "standard", "Standard", contains=CONTENTS["model", "standard"]),
        Plan("model", "premium", "Premium", contains=CONTENTS["model", "premium"]),
        Plan("render", "standard", "Standard", contains=CONTENTS["render", "standard"]),
        Plan("render", "premium", "Premium", contains=CONTENTS["render", "premium"]),
        Plan("survey", "standard", "Standard"),
        Plan("sheets", "standard", "Standard"),
        Plan(
            product="sheets",
            code="maintenance",
            name="Maintenance",
            kind=PlanKind.MAINTENANCE,
            names={"sv": "Underhåll", "nl": "Onderhoud"},
        ),
        Plan("flow", "standard", "Standard"),
        Plan("vault", "standard", "Standard"),
        Plan("site", "standard", "Standard"),
        Plan("light", "standard", "Standard"),
    ),
    prices=tuple(entries(LIST, valid_from=date(2024, 1, 1), announced_on=date(2023, 11, 15))),
    descriptions={
        "draft": "Drawings in two dimensions, from sketch to print",
        "model": "Buildings in three dimensions",
        "render": "Pictures of what is not built yet",
        "survey": "Points, terrain and measurements",
        "sheets": "Plan sets and title blocks",
        "flow": "Water and air in pipes",
        "vault": "One place for every version",
        "site": "Roads, lots and grading",
        "light": "Light and shadow for small offices",
    },
)
"""The shop as it opens. Flow's end was decided before the first customer came."""

PUBLICATIONS: Mapping[date, Publication] = {
    date(2025, 8, 15): Publication(
        prices=tuple(entries(DEARER_SHEETS, valid_from=date(2025, 10, 1), announced_on=date(2025, 8, 15)))
    ),
    date(2026, 10, 12): Publication(
        promotions=(
            Promotion(
                code="AUTUMN15",
                name="Autumn offer",
                names={"sv": "Hösterbjudande", "nl": "Herfstaanbieding"},
                product="survey",
                starts_on=date(2026, 10, 15),
                ends_on=date(2026, 12, 16),
                percent=15,
                min_seats=2,
            ),
        )
    ),
    date(2026, 11, 2): Publication(
        prices=tuple(entries(DEARER_RENDER, valid_from=date(2027, 2, 1), announced_on=date(2026, 11, 2)))
    ),
}
"""What changed later, by the day on which it was published."""
