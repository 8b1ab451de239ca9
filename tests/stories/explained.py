"""Works an amount out again from nothing but its explanation as it is stored: every cent has to follow from it."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from tests.stories.model import rounded

Json = Mapping[str, Any]


def worked_out(explanation: Json) -> int:
    """The amount in cents that the explanation's operands give; its steps have to follow from theirs, too."""
    for step in explanation["steps"]:
        assert worked_out(step) == step["result"]["minor"], step
    facts = explanation["facts"]
    match explanation["rule"]:
        case "prorated_seats" | "extension":
            share = Fraction(facts["days"], facts["denominator"])
            return rounded(facts["unit_price"]["minor"] * facts["seats"] * share)
        case "whole_term":
            return int(facts["unit_price"]["minor"] * facts["seats"])
        case "special_price_derived":
            return rounded(Fraction(facts["list_price"]["minor"] * (100 - facts["percent"]), 100))
        case "promotion_percent":
            return rounded(Fraction(facts["price"]["minor"] * (100 - facts["percent"]), 100))
        case "promotion_amount":
            return int(max(facts["price"]["minor"] - facts["amount"]["minor"], 0))
        case "credit_of_line":
            return -int(facts["credited"]["minor"])
        case "credit_of_rest":
            share = Fraction(facts["days"], facts["denominator"])
            return -rounded(facts["unit_price"]["minor"] * facts["seats"] * share)
        case "list_price" | "special_price_published" | "price_of_period" | "carried":
            return int(explanation["result"]["minor"])  # a published price, or an amount of another line
        case rule:
            raise AssertionError(f"nobody can work out {rule}: {explanation}")
