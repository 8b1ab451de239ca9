"""What the seller calls things: in the reader's language, else the seller's own. Nothing is planned by names."""

from dataclasses import replace
from datetime import date

from tenor.domain.catalog import Plan, Promotion
from tenor.domain.offer import Offer
from tenor.domain.planner import plan
from tenor.domain.requests import AddSeats, Request
from tenor.ui import words
from tenor.ui.words.values import fill
from tests.domain.builders import ALICE, TODAY, account, offer, subscription

AUTUMN = Promotion(
    code="autumn",
    name="Autumn offer",
    product="studio",
    starts_on=date(2026, 1, 1),
    ends_on=date(2027, 12, 31),
    percent=10,
    first_term_only=False,
    names={"sv": "Hösterbjudande"},
)


def northline(*, is_translated: bool = True) -> Offer:
    """Northline's offer, with names and contents in Swedish."""
    plain = offer(promotions=(AUTUMN if is_translated else replace(AUTUMN, names={}),))
    if not is_translated:
        return plain
    standard = Plan(
        product="studio",
        code="standard",
        name="Standard",
        names={"sv": "Bas"},
        contains={"en": ("Drawings",), "sv": ("Ritningar",)},
    )
    product = replace(plain.products["studio"], names={"sv": "Northline Ateljé"})
    return replace(plain, products={"studio": product}, plans={**plain.plans, ("studio", "standard"): standard})


def test_names_are_the_readers_else_the_sellers_own() -> None:
    swedish, dutch = words.Names.of(northline(), "sv"), words.Names.of(northline(), "nl")
    assert (swedish.product("studio"), swedish.plan("studio", "standard")) == ("Northline Ateljé", "Bas")
    assert (dutch.product("studio"), dutch.plan("studio", "standard")) == ("Northline Studio", "Standard")
    assert (swedish.contained("studio", "standard"), dutch.contained("studio", "standard")) == (
        ("Ritningar",),
        ("Drawings",),
    )
    assert swedish.contained("studio", "premium") == ()


def test_facts_that_carry_the_sellers_own_name_are_told_in_the_readers_language() -> None:
    names = words.Names.of(northline(), "sv")
    facts = {"product": "Northline Studio", "plan": "Standard", "name": "Autumn offer"}
    assert fill("%(product)s %(plan)s: %(name)s", facts, "sv_SE", names) == "Northline Ateljé Bas: Hösterbjudande"
    assert fill("%(name)s", {"name": "A promotion of long ago"}, "sv_SE", names) == "A promotion of long ago"


def test_a_quote_has_the_same_fingerprint_whatever_things_are_called() -> None:
    state, wanted = account(subscription()), Request(ALICE, AddSeats("s1", 5))
    plain, translated = (plan(state, northline(is_translated=is_), wanted, TODAY) for is_ in (False, True))
    assert plain.fingerprint == translated.fingerprint
    assert "Hösterbjudande" not in str(translated)
