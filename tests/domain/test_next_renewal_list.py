"""The list "at your next renewal": what is merged of it, that it survives all else, and that a new price reopens it."""

from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenor.domain.account import AccountState, ChangeKind
from tenor.domain.confirmations import reopened
from tenor.domain.offer import Offer
from tenor.domain.planner import plan
from tenor.domain.refusals import Refusal
from tenor.domain.renewals import next_term
from tenor.domain.requests import (
    AddSeats,
    Ask,
    ChangePlan,
    ChangeTerm,
    ReduceSeats,
    Request,
    SetAutoRenew,
    SetPaymentMethod,
    UndoScheduled,
)
from tenor.domain.terms import MONTHLY, THREE_YEARS
from tests.domain.builders import ALICE, NORTHLINE_PRICES, account, day, entry, item, offer, subscription, usd
from tests.domain.story import Story
from tests.support import tables

ROWS = tables.rows("changes", "When the price changes after that")
PRICES = (
    *NORTHLINE_PRICES,
    entry("2620.00", of=item(THREE_YEARS, plan="premium")),
    entry("90.00", of=item(MONTHLY, plan="premium")),
)


def first() -> AccountState:
    return account(subscription(method_id="card", seats=10))


# --- a price that was announced after the change was confirmed ----------------------------------------------------


def confirmed(announced_on: str, valid_from: str) -> tuple[Story, Offer]:
    """Premium at renewal, confirmed before anybody knew of the higher price."""
    story = Story(first())
    story.do(ChangePlan("s1", "premium", "renewal"))
    higher = entry("1000.00", of=item(plan="premium"), valid_from=day(valid_from), announced_on=day(announced_on))
    return story, offer(prices=(*NORTHLINE_PRICES, higher))


@pytest.mark.parametrize("row", ROWS, ids=tables.ids(ROWS, "announced on", "valid from", "looked at on"))
def test_table_of_prices_announced_afterwards(row: dict[str, str]) -> None:
    story, dearer = confirmed(row["announced on"], row["valid from"])
    found = reopened(story.state, dearer, story.one, day(row["looked at on"]))
    if row["seen"] == "-":
        assert found == ()
        return
    (again,) = found
    assert again.entry.kind is ChangeKind.PLAN
    assert (again.seen, again.now) == (tables.amount(row["seen"], "USD"), tables.amount(row["now"], "USD"))


@pytest.mark.parametrize(
    ("kind", "ask", "dearer"),
    [
        (ChangeKind.PLAN, ChangePlan("s1", "premium", "renewal"), item(plan="premium")),
        (ChangeKind.TERM, ChangeTerm("s1", 36), item(THREE_YEARS)),
    ],
)
def test_kept_it_is_confirmed_at_the_new_price(kind: ChangeKind, ask: Ask, dearer: Any) -> None:
    story = Story(first())
    story.do(ask)
    before = story.state
    story.today = day("2026-12-01")
    with pytest.raises(Refusal, match=r"_unchanged"):
        story.plan(ask)
    higher = entry("9000.00", of=dearer, valid_from=story.today)
    story.offer = offer(prices=(*NORTHLINE_PRICES, higher))
    (again,) = reopened(story.state, story.offer, story.one, story.today)
    kept = story.do(ask)
    assert kept.promised[0].unit_price == again.now == usd("8100.00")
    assert reopened(story.state, story.offer, story.one, story.today) == ()
    assert [entry_of_list.unit_price for entry_of_list in story.one.scheduled] == [usd("8100.00")]
    story.do(UndoScheduled("s1", kind))
    assert story.one.scheduled == ()
    assert before.subscription("s1").scheduled != ()


@pytest.mark.parametrize("meanwhile", [ChangePlan("s1", "premium", "now"), ChangePlan("s1", "premium", "renewal")])
def test_what_the_customer_changed_besides_is_no_news(meanwhile: Ask) -> None:
    story = Story(first(), offer(prices=PRICES))
    story.do(ChangeTerm("s1", 36))
    story.today = day("2026-12-01")
    story.do(meanwhile)
    assert reopened(story.state, story.offer, story.one, story.today) == ()


def test_what_nobody_saw_a_price_of_is_never_reopened() -> None:
    story = Story(first())
    story.do(ReduceSeats("s1", 5))
    higher = entry("500.00", "450.00", valid_from=day("2026-12-01"))
    assert reopened(story.state, offer(prices=(*NORTHLINE_PRICES, higher)), story.one, day("2026-12-01")) == ()


def test_what_is_not_sold_any_more_has_no_price_to_keep() -> None:
    story, _ = confirmed("2026-12-01", "2027-02-01")
    assert reopened(story.state, offer(prices=()), story.one, story.today) == ()


# --- laws ---------------------------------------------------------------------------------------------------------


@dataclass
class Model:
    """What a customer keeps in mind: how it is now, and the list, by kind, a newer entry in place of an older one."""

    plan: str = "standard"
    seats: int = 10
    method: str = "card"
    listed: dict[ChangeKind, str] = field(default_factory=dict[ChangeKind, str])

    def note(self, ask: Ask) -> None:
        """What it means that this was carried out."""
        match ask:
            case AddSeats():
                self.seats += ask.seats
                if ask.at_renewal is not None and self.listed.get(ChangeKind.SEATS) not in (None, str(ask.at_renewal)):
                    self._list(ChangeKind.SEATS, str(ask.at_renewal), str(self.seats))
            case ChangePlan(when="now"):
                self.plan = ask.plan
                if self.listed.get(ChangeKind.PLAN) == ask.plan:
                    del self.listed[ChangeKind.PLAN]  # it has nothing left to change
            case SetPaymentMethod():
                self.method = ask.method_id
            case ChangePlan():
                self._list(ChangeKind.PLAN, ask.plan, self.plan)
            case ChangeTerm():
                self._list(ChangeKind.TERM, str(ask.months), "12")
            case ReduceSeats():
                self._list(ChangeKind.SEATS, str(ask.seats), str(self.seats))
            case SetAutoRenew():
                self._list(ChangeKind.AUTO_RENEW, "on" if ask.on else "off", "on")
            case UndoScheduled():
                del self.listed[ask.change]
            case _:
                raise AssertionError(ask)

    def _list(self, kind: ChangeKind, value: str, own: str) -> None:
        self.listed.pop(kind, None)
        if value != own:
            self.listed[kind] = value

    @property
    def merged(self) -> tuple[str, int, int, str, bool]:
        """The next term: how it is now, and each entry of the list applied to it in order."""
        term: dict[ChangeKind, str] = {
            ChangeKind.PLAN: self.plan,
            ChangeKind.TERM: "12",
            ChangeKind.SEATS: str(self.seats),
            ChangeKind.AUTO_RENEW: "on",
        }
        for kind, value in self.listed.items():
            term[kind] = value
        renews = term[ChangeKind.AUTO_RENEW] == "on"
        return term[ChangeKind.PLAN], int(term[ChangeKind.TERM]), int(term[ChangeKind.SEATS]), self.method, renews


def merged(story: Story) -> tuple[str, int, int, str, bool]:
    coming = next_term(story.state, story.offer, story.one, story.today)
    method = coming.method_id or ""
    return coming.item.plan, coming.item.term.months, coming.seats, method, coming.auto_renew


asks: st.SearchStrategy[Ask] = st.one_of(
    st.builds(AddSeats, st.just("s1"), st.integers(1, 3), st.sampled_from([None, 1, 5, 12])),
    st.builds(ReduceSeats, st.just("s1"), st.integers(1, 14)),
    st.builds(ChangeTerm, st.just("s1"), st.sampled_from([1, 12, 36])),
    st.builds(ChangePlan, st.just("s1"), st.sampled_from(["standard", "premium"]), st.sampled_from(["now", "renewal"])),
    st.builds(SetAutoRenew, st.just(("s1",)), st.booleans()),
    st.builds(SetPaymentMethod, st.just(("s1",)), st.sampled_from(["card", "debit"])),
    st.builds(UndoScheduled, st.just("s1"), st.sampled_from(ChangeKind)),
)


@given(wanted=st.lists(asks, max_size=10))
def test_law_11_the_merged_next_term_is_the_list_applied_in_order_and_undone_nothing_is_left(
    wanted: list[Ask],
) -> None:
    """Whatever is changed now, scheduled and taken back, in whichever order."""
    story, model = Story(first(), offer(prices=PRICES)), Model()
    for ask in wanted:
        try:
            story.do(ask)
        except Refusal:
            continue
        model.note(ask)
        assert merged(story) == model.merged
        assert [(entry.kind, entry.value) for entry in story.one.scheduled] == list(model.listed.items())
        assert {entry.by for entry in story.one.scheduled} <= {ALICE.name}
    _undo_everything(story)
    assert story.state == first()


def _undo_everything(story: Story) -> None:
    """The list first, then the orders, the newest before the others, then how it is paid."""
    for entry_of_list in story.one.scheduled:
        story.do(UndoScheduled("s1", entry_of_list.kind))
    while story.orders:
        story.give_back()
        for entry_of_list in story.one.scheduled:  # what an order had taken off the list is on it again
            story.do(UndoScheduled("s1", entry_of_list.kind))
    if story.one.method_id != "card":
        story.do(SetPaymentMethod(("s1",), "card"))


@given(wanted=st.lists(asks, max_size=6))
def test_planning_changes_nothing(wanted: list[Ask]) -> None:
    story = Story(first(), offer(prices=PRICES))
    for ask in wanted:
        before = story.state
        try:
            once = story.plan(ask)
        except Refusal:
            continue
        assert once == plan(before, story.offer, Request(ALICE, ask), story.today, story.orders)
        story.carry_out(once)
