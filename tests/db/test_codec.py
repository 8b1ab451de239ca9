"""What is stored as JSON reads back as it was."""

import json
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenor.db.codec import (
    decode_effects,
    decode_explanation,
    decode_policy,
    decode_quote,
    decode_request,
    encode_policy,
)
from tenor.domain.account import (
    Actor,
    ChangeKind,
    ComingTerm,
    PaidPeriod,
    PeriodKind,
    PriceKind,
    Role,
    ScheduledChange,
    SubscriptionStatus,
)
from tenor.domain.effects import (
    AddPeriod,
    BillCarried,
    CloseSubscription,
    DropCarried,
    Effect,
    EndTerm,
    GiveBack,
    MarkReturned,
    MoveRenewal,
    OpenSubscription,
    Schedule,
    SetComing,
    SetPlan,
    SetSeats,
    Standing,
    StartTerm,
    StopPeriod,
)
from tenor.domain.explanation import Explanation, Fact
from tenor.domain.money import Money
from tenor.domain.offer import Policy, PriceGroup
from tenor.domain.quote import Collection, LineKind, NextRenewal, Quote, QuoteLine, canonical
from tenor.domain.requests import AddSeats, ChangeTerm, Request
from tenor.domain.tax import TaxCategory, TaxDecision, TaxLine
from tenor.domain.terms import Period

minor = st.integers(-(2**40), 2**40)
money = st.builds(Money, minor, st.sampled_from(["EUR", "SEK", "JPY"]))
days = st.dates(date(2000, 1, 1), date(2099, 12, 31))
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
shares = st.fractions(max_denominator=400).filter(lambda share: share.denominator > 1)
words = st.text(st.characters(categories=["Lu", "Ll"]), max_size=8)
clear_facts = st.one_of(money, days, shares, st.integers(), words, st.none())
any_facts = st.one_of(clear_facts, texts, st.fractions())
optional = st.one_of(st.none(), words)


def explanations(facts: st.SearchStrategy[Fact]) -> st.SearchStrategy[Explanation]:
    operands = st.dictionaries(words, facts, max_size=4)
    leaf = st.builds(Explanation, words, operands, money)
    return st.builds(Explanation, words, operands, money, st.lists(leaf, max_size=2).map(tuple))


periods = st.tuples(days, st.integers(1, 1_200)).map(
    lambda parts: Period(parts[0], date.fromordinal(parts[0].toordinal() + parts[1]))
)
paid = st.builds(
    PaidPeriod, st.sampled_from(PeriodKind), periods, money, st.integers(1_200, 4_000), st.sampled_from(PriceKind)
)
counts = st.integers(1, 500)
entries = st.builds(ScheduledChange, st.sampled_from(ChangeKind), words, days, words, st.one_of(st.none(), money))
standings = st.builds(
    Standing,
    *(counts, words, counts, st.booleans(), optional),
    st.sampled_from(SubscriptionStatus),
    st.one_of(st.none(), days),
    st.lists(entries, max_size=2).map(tuple),
)
terms = st.builds(StartTerm, words, paid, counts, words, counts, st.booleans(), optional, standings)
coming = st.one_of(st.none(), st.builds(ComingTerm, days, counts, words, counts))
stops = st.one_of(st.none(), days)
amounts = st.lists(money, max_size=2).map(tuple)
effects: st.SearchStrategy[Effect] = st.one_of(
    st.builds(SetSeats, words, counts, counts),
    st.builds(SetPlan, words, words, words),
    st.builds(SetComing, words, coming, coming),
    st.builds(AddPeriod, words, paid),
    st.builds(StopPeriod, words, paid, stops, stops),
    st.builds(MoveRenewal, words, days, days, days, days),
    st.builds(Schedule, words, st.sampled_from(ChangeKind), optional, optional, days, st.one_of(st.none(), money)),
    terms,
    st.builds(EndTerm, words, terms),
    st.builds(CloseSubscription, words, paid),
    st.builds(DropCarried, st.lists(words, max_size=2).map(tuple)),
    st.builds(GiveBack, words, amounts, amounts, money),
    st.builds(MarkReturned, words),
    st.builds(OpenSubscription, words, words, words, counts, counts, paid, st.booleans(), optional),
    st.builds(BillCarried, st.lists(words, max_size=2).map(tuple)),
)


@st.composite
def quotes(draw: st.DrawFn, facts: st.SearchStrategy[Fact]) -> Quote:
    explained = explanations(facts)
    line = st.builds(
        QuoteLine,
        st.sampled_from(LineKind),
        *(words, words, words),
        counts,
        periods,
        money,
        counts,
        *(money, money),
        explained,
    )
    renewal = st.builds(
        NextRenewal, words, days, counts, words, counts, money, st.sampled_from(PriceKind), money, explained
    )
    evidence = st.dictionaries(words, facts, max_size=3)
    decision = st.builds(TaxDecision, st.sampled_from(TaxCategory), st.fractions(0, 1), words, words, words, evidence)
    tax_line = st.builds(TaxLine, st.sampled_from(TaxCategory), st.fractions(0, 1), money, money)
    net, tax = Money(draw(minor), "EUR"), Money(draw(minor), "EUR")
    return Quote(
        action=draw(words),
        priced_on=draw(days),
        method_id=draw(optional),
        lines=tuple(draw(st.lists(line, max_size=2))),
        tax=draw(decision),
        tax_lines=tuple(draw(st.lists(tax_line, max_size=2))),
        net=net,
        tax_total=tax,
        total=net + tax,
        collection=draw(st.sampled_from(Collection)),
        effects=tuple(draw(st.lists(effects, max_size=3))),
        promised=tuple(draw(st.lists(renewal, max_size=2))),
    )


def stored(value: object) -> object:
    """Through canonical JSON, as text, as a database would keep it."""
    return json.loads(json.dumps(canonical(value)))


@given(quotes(clear_facts))
def test_a_quote_reads_back_as_it_was(quote: Quote) -> None:
    assert decode_quote(stored(quote)) == quote


@given(quotes(any_facts))
def test_a_quote_keeps_its_fingerprint_whatever_its_facts_look_like(quote: Quote) -> None:
    assert decode_quote(stored(quote)).fingerprint == quote.fingerprint


@given(st.lists(effects, max_size=5).map(tuple))
def test_effects_read_back_as_they_were(planned: tuple[Effect, ...]) -> None:
    assert decode_effects(stored(planned)) == planned


@given(
    st.builds(
        Request,
        st.builds(Actor, words, words, st.sampled_from(Role), optional),
        st.one_of(
            st.builds(AddSeats, words, counts, st.one_of(st.none(), counts)), st.builds(ChangeTerm, words, counts)
        ),
    )
)
def test_a_request_reads_back_as_it_was(request_: Request) -> None:
    assert decode_request(stored(request_)) == request_


def test_facts_have_their_kinds_again() -> None:
    told = Explanation(
        "prorated",
        {"on": date(2026, 11, 21), "share": Fraction(100, 365), "price": Money(1, "EUR"), "code": "2/4", "n": 3},
        Money(2, "EUR"),
    )
    assert decode_explanation(stored(told)) == told


def test_settings_read_back_as_they_were() -> None:
    policy = Policy(
        quote_minutes=10,
        gateway_minimum={"SEK": 500},
        price_groups=(PriceGroup("nordic", frozenset({"SE", "NO"})),),
    )
    assert decode_policy(json.loads(json.dumps(encode_policy(policy)))) == policy
    assert decode_policy({}) == Policy()


def test_a_setting_nobody_knows_is_refused() -> None:
    with pytest.raises(ValueError, match="early_renewal_weeks"):
        decode_policy({"early_renewal_weeks": 3})


def test_something_else_than_a_quote_is_refused() -> None:
    with pytest.raises(ValueError):
        decode_quote({"action": "add_seats"})
