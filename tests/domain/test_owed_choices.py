"""What is owed, promised, changed and declined: the tables of docs/domain renewals.md, changes.md and dunning.md."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenor.domain.account import AccountState, ChangeKind, OpenOrder, Subscription, SubscriptionStatus
from tenor.domain.carrying_out import carry_out
from tenor.domain.eligibility.case import renews_itself
from tenor.domain.offer import Offer
from tenor.domain.planner import plan
from tenor.domain.quote import Quote
from tenor.domain.refusals import Refusal
from tenor.domain.renewals import plan_renewals
from tenor.domain.requests import (
    Ask,
    ChangeOwed,
    DeclineOwed,
    OwedChoice,
    ReduceSeats,
    Request,
    SetAutoRenew,
    SetPaymentMethod,
)
from tenor.domain.under_way import once_paid, owed_term, still_owed
from tests.domain.builders import ALICE, RENEWS, account, day, offer, scheduled, subscription, usd
from tests.support import tables

CLAIMED = tables.rows("changes", "What a term claims")
PROMISED = tables.rows("renewals", "While it is owed")
CHANGED = tables.rows("renewals", "Changing what is owed")
DECLINED = tables.rows("dunning", "Declining it")
KINDS = {str(kind): kind for kind in ChangeKind}


def entry(cell: str, on: date = RENEWS) -> Any:
    kind, value = cell.split()
    return replace(scheduled(KINDS[kind], value), scheduled_on=on)


def chosen_since(one: Subscription, cell: str) -> Subscription:
    """The subscription after one more choice."""
    if cell == "-":
        return one
    if cell.startswith("paid by"):
        kept = tuple(each for each in one.scheduled if each.kind is not ChangeKind.METHOD)
        return replace(one, method_id=cell.removeprefix("paid by "), scheduled=kept)
    kept = tuple(each for each in one.scheduled if each.kind is not KINDS[cell.split()[0]])
    return replace(one, scheduled=kept if cell.endswith("undone") else (*kept, entry(cell)))


@pytest.mark.parametrize("row", CLAIMED, ids=tables.ids(CLAIMED, "the order saw", "chosen since"))
def test_table_of_claims(row: dict[str, str]) -> None:
    seen = () if row["the order saw"] == "-" else (entry(row["the order saw"], day("2027-02-01")),)
    one = subscription(scheduled=seen)
    (order,) = plan_renewals(account(one), offer(), RENEWS)
    since = chosen_since(one, row["chosen since"])
    after = carry_out(account(since), order.effects, RENEWS).subscription("s1")
    assert str(after.seats) == row["seats"]
    assert ("on" if renews_itself(after) else "off") == row["renews"]
    assert (after.method_id or "-") == row["paid by"]
    assert ", ".join(f"{each.kind} {each.value}" for each in after.scheduled) == row["the list then"].replace("-", "")


# --- owed ---------------------------------------------------------------------------------------------------------


def owing(total: str = "1260.00", *, is_in_flight: bool = False, **changes: Any) -> Subscription:
    """A subscription whose renewal of 2027-03-01 was declined, and is tried again on the 3rd."""
    order = OpenOrder("o1", "O-1", "requires_action", "renew", usd(total), day("2027-03-03"), is_in_flight)
    standing = {"status": SubscriptionStatus.PAST_DUE, "lapsed_on": RENEWS, "open_order": order}
    return subscription(**{**standing, **changes})


def ask(state: AccountState, wanted: Ask, today: str, selling: Offer | None = None) -> Quote:
    return plan(state, selling or offer(), Request(ALICE, wanted), day(today))


def wanted(cell: str) -> Ask:
    match cell.split():
        case ["seats", number]:
            return ReduceSeats("s1", int(number))
        case ["paid", "by", method]:
            return SetPaymentMethod(("s1",), method)
        case ["off"]:
            return SetAutoRenew(("s1",), on=False)
        case ["off", "after", "it"]:
            return SetAutoRenew(("s1",), on=False, after_owed=True)
        case _:
            return DeclineOwed(("s1",))


@pytest.mark.parametrize("row", PROMISED, ids=tables.ids(PROMISED, "today", "asked"))
def test_table_of_promises(row: dict[str, str]) -> None:
    quote = ask(account(owing()), wanted(row["asked"]), row["today"])
    if row["promised on"] == "-":
        assert quote.promised == ()
        return
    (promised,) = quote.promised
    assert (promised.on.isoformat(), str(promised.seats)) == (row["promised on"], row["seats"])
    assert promised.amount == tables.amount(row["amount"], "USD")
    assert [(one.seats, one.total, one.retry_on) for one in quote.owed] == [(3, usd("1260.00"), day("2027-03-03"))]


def choice(cell: str) -> OwedChoice:
    one, *wish = cell.split()
    wished = {wish[0]: int(wish[1])} if wish else {}
    return OwedChoice(one, seats=wished.get("seats"), months=wished.get("months"))


@pytest.mark.parametrize("row", CHANGED, ids=tables.ids(CHANGED, "today", "chosen"))
def test_table_of_changes(row: dict[str, str]) -> None:
    state = account(owing("1680.00"), owing("1680.00", id="s2", seats=1))
    asked = ChangeOwed(tuple(map(choice, row["chosen"].split(", "))))
    if row["together"][0].isalpha():
        with pytest.raises(Refusal, match=row["together"]):
            ask(state, asked, row["today"])
        return
    quote = ask(state, asked, row["today"])
    assert quote.total == tables.amount(row["together"], "USD")
    assert {one.span.start.isoformat() for one in quote.lines} == {row["from"]}
    assert {one.span.end.isoformat() for one in quote.lines} == {row["until"]}
    after = carry_out(state, quote.effects, day(row["today"]))
    ended = [one.id for one in after.subscriptions if one.status is SubscriptionStatus.EXPIRED]
    assert (", ".join(ended) or "-") == row["declined"]
    assert all(one.on > day(row["today"]) for one in quote.promised)


@pytest.mark.parametrize("row", DECLINED, ids=tables.ids(DECLINED, "policy", "money in flight", "asked"))
def test_table_of_declining(row: dict[str, str]) -> None:
    state = account(owing(is_in_flight=row["money in flight"] == "yes"))
    selling = offer(policy={"may_decline_owed": row["policy"] == "may decline"})
    if row["stays owed"] not in ("yes", "no"):
        with pytest.raises(Refusal) as refused:
            ask(state, wanted(row["asked"]), "2027-03-02", selling)
        assert [reason.code for reason in refused.value.reasons] == [row["stays owed"]]
        return
    quote = ask(state, wanted(row["asked"]), "2027-03-02", selling)
    assert bool(quote.owed) is (row["stays owed"] == "yes")
    assert quote.promised == ()
    after = carry_out(state, quote.effects, day("2027-03-02")).subscription("s1")
    assert (str(after.status), renews_itself(after)) == (row["status then"], False)


WISHES = st.one_of(
    st.builds(ReduceSeats, st.just("s1"), st.integers(1, 3)),
    st.builds(SetAutoRenew, st.just(("s1",)), st.booleans(), st.just(""), st.booleans()),
    st.builds(SetPaymentMethod, st.just(("s1",)), st.sampled_from(["card", "debit"])),
)


@given(
    wishes=st.lists(WISHES, max_size=5),
    seats=st.sampled_from([None, 1, 2]),
    days=st.integers(1, 14),
    in_flight=st.booleans(),
)
def test_what_is_promised_while_it_is_owed_is_what_renews_after_it(
    wishes: list[Ask], seats: int | None, days: int, in_flight: bool
) -> None:
    """The law: every promise names a day to come, and is what the night will order once what is owed is paid."""
    seen = () if seats is None else (entry(f"seats {seats}", day("2027-02-01")),)
    (order,) = plan_renewals(account(subscription(scheduled=seen)), offer(), RENEWS)
    state, today = account(owing(scheduled=seen, is_in_flight=in_flight)), date(2027, 3, 1 + days)
    for wish in wishes:
        try:
            quote = plan(state, offer(), Request(ALICE, wish), today)
        except Refusal:
            continue
        state = carry_out(state, quote.effects, today)
        one = state.subscription("s1")
        if one.status is SubscriptionStatus.EXPIRED:
            assert (quote.promised, quote.owed) == ((), ())
            return
        assert quote.owed == still_owed(state, [one], today)
        paid = carry_out(state, order.effects, today).subscription("s1")
        planned = plan_renewals(account(replace(paid, open_order=None)), offer(), day("2028-03-01"))
        promised = [(each.on, each.seats, each.amount) for each in quote.promised]
        assert promised == [(day("2028-03-01"), line.seats, line.amount) for each in planned for line in each.lines]
        assert all(each.on > today for each in quote.promised)


@given(st.integers(0, 60), st.sampled_from([1, 12, 36]))
def test_once_paid_nothing_is_owed_any_more(days: int, months: int) -> None:
    today = date(2027, 3, 1).fromordinal(RENEWS.toordinal() + days)
    one = replace(owing(), term=replace(subscription().term, months=months))
    assert owed_term(one, today) is not None
    after = once_paid(one, offer().policy, today)
    assert owed_term(after, today) is None
    assert once_paid(after, offer().policy, today) == after
    assert after.renews_on > RENEWS
