"""Refusals: what they say in a log, what they carry, and what is refused for naming something that is not there."""

import pickle
from typing import Any

import pytest

from tenor.domain.account import Actor, Role
from tenor.domain.orders import find_order
from tenor.domain.permissions import demand_role_to_give
from tenor.domain.refusals import Reason, Refusal, Scope
from tests.domain.builders import offer

REASONS = (Reason("past_due", Scope.SUBSCRIPTION), Reason("role_may_not_buy", Scope.ACCOUNT))


@pytest.mark.parametrize(
    ("refusal", "text"),
    [
        (Refusal("quote_stale"), "quote_stale"),
        (Refusal("seats_above_maximum", {"maximum": 5, "asked": 6}), "seats_above_maximum (maximum=5, asked=6)"),
        (Refusal("not_eligible", reasons=REASONS), "not_eligible [past_due, role_may_not_buy]"),
        (Refusal("not_eligible", {"action": "align"}, REASONS[:1]), "not_eligible (action=align) [past_due]"),
    ],
)
def test_a_log_shows_the_code_its_operands_and_every_reason(refusal: Refusal, text: str) -> None:
    assert str(refusal) == text


def test_a_refusal_carries_everything_to_another_process() -> None:
    sent = Refusal("not_eligible", facts={"action": "align"}, reasons=REASONS)
    got: Any = pickle.loads(pickle.dumps(sent))
    assert (got.code, got.facts, got.reasons) == ("not_eligible", {"action": "align"}, REASONS)
    assert repr(sent) == repr(got) == f"Refusal('not_eligible', {{'action': 'align'}}, {REASONS!r})"


@pytest.mark.parametrize(
    ("call", "code", "facts"),
    [
        (lambda: offer().product("ghost"), "unknown_product", {"product": "ghost"}),
        (lambda: offer().plan("studio", "ghost"), "unknown_plan", {"product": "studio", "plan": "ghost"}),
        (lambda: offer().plan("ghost", "standard"), "unknown_plan", {"product": "ghost", "plan": "standard"}),
        (lambda: find_order((), "o9"), "unknown_order", {"order": "o9"}),
    ],
)
def test_what_is_not_there_is_refused_by_its_name(call: Any, code: str, facts: dict[str, str]) -> None:
    with pytest.raises(Refusal) as refused:
        call()
    assert (refused.value.code, refused.value.facts) == (code, facts)


@pytest.mark.parametrize(
    ("giver", "role", "code"),
    [
        (Role.BUYER, Role.BUYER, "buyer_is_handed_over"),
        (Role.VIEWER, Role.BUYER, "buyer_is_handed_over"),
        (Role.USER_ADMIN, Role.BILLING_ADMIN, "role_not_yours_to_give"),
        (Role.BILLING_ADMIN, Role.VIEWER, "role_not_yours_to_give"),
        (Role.VIEWER, Role.VIEWER, "role_not_yours_to_give"),
    ],
)
def test_a_role_above_ones_own_is_neither_given_nor_taken(giver: Role, role: Role, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        demand_role_to_give(Actor("1", "Ada", giver), role)
    assert refused.value.code == code
    assert refused.value.facts == ({} if role is Role.BUYER else {"role": str(role)})


@pytest.mark.parametrize(
    ("giver", "role"),
    [
        (Role.BUYER, Role.BILLING_ADMIN),
        (Role.BUYER, Role.USER_ADMIN),
        (Role.BUYER, Role.VIEWER),
        (Role.USER_ADMIN, Role.USER_ADMIN),
        (Role.USER_ADMIN, Role.VIEWER),
    ],
)
def test_a_role_within_ones_own_may_be_given(giver: Role, role: Role) -> None:
    demand_role_to_give(Actor("1", "Ada", giver), role)
