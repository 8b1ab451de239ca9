"""What a term claims when it starts: exactly what its order saw, whatever was chosen between order and payment."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tenor.domain.account import ChangeKind, ScheduledChange, Subscription
from tenor.domain.carrying_out import carry_out
from tenor.domain.claiming import Choices, after_end, after_start, claimed
from tenor.domain.renewals import plan_renewals
from tests.domain.builders import RENEWS, account, offer, subscription

VALUES = {
    ChangeKind.TERM: ("1", "12", "36"),
    ChangeKind.PLAN: ("standard", "premium"),
    ChangeKind.SEATS: ("1", "2"),
    ChangeKind.METHOD: ("card", "debit"),
    ChangeKind.AUTO_RENEW: ("on", "off"),
}
METHODS = st.sampled_from([None, "card", "debit"])


def entry(kind: ChangeKind, value: str, on: date = RENEWS - timedelta(days=9)) -> ScheduledChange:
    return ScheduledChange(kind, value, on, "Alice")


@st.composite
def lists(draw: st.DrawFn, on: date) -> tuple[ScheduledChange, ...]:
    kinds = draw(st.lists(st.sampled_from(list(ChangeKind)), unique=True))
    return tuple(entry(kind, draw(st.sampled_from(VALUES[kind])), on) for kind in kinds)


BEFORE, SINCE = lists(RENEWS - timedelta(days=9)), lists(RENEWS + timedelta(days=1))


@st.composite
def stories(draw: st.DrawFn) -> tuple[Choices, Choices]:
    """How things stood when the order was made, and how they stand when it is paid."""
    was = Choices(draw(BEFORE), draw(st.booleans()), draw(METHODS))
    kept = tuple(one for one in was.scheduled if draw(st.booleans()))
    newer = tuple(one for one in draw(SINCE) if all(one.kind is not other.kind for other in kept))
    method = draw(METHODS) if draw(st.booleans()) else was.method_id
    return was, Choices((*kept, *newer), was.auto_renew, method)


@given(stories())
def test_a_term_claims_what_its_order_saw_and_nothing_else(story: tuple[Choices, Choices]) -> None:
    was, now = story
    stands = after_start(now, was.scheduled, was.method_id)
    taken = claimed(now, was.scheduled)
    assert set(taken) == set(now.scheduled) & set(was.scheduled)
    assert set(stands.scheduled) == set(now.scheduled) - set(was.scheduled)
    flag = [one.value == "on" for one in taken if one.kind is ChangeKind.AUTO_RENEW]
    assert stands.auto_renew == (flag[0] if flag else now.auto_renew)
    method = [one.value for one in taken if one.kind is ChangeKind.METHOD]
    if now.method_id != was.method_id:
        assert stands.method_id == now.method_id, "what was chosen since stays chosen"
    else:
        assert stands.method_id == (method[0] if method else now.method_id)


@given(stories())
def test_taken_back_everything_is_as_it_would_be_without_the_term(story: tuple[Choices, Choices]) -> None:
    was, now = story
    taken = claimed(now, was.scheduled)
    back = after_end(after_start(now, was.scheduled, was.method_id), taken, now)
    assert set(back.scheduled) == set(now.scheduled)
    assert back == replace(now, scheduled=back.scheduled)


def test_an_entry_made_anew_is_another_one() -> None:
    seen = entry(ChangeKind.SEATS, "2")
    again = replace(seen, scheduled_on=RENEWS)
    stands = after_start(Choices((again,), True, None), (seen,), None)
    assert stands.scheduled == (again,)


def test_who_made_an_entry_is_no_part_of_it() -> None:
    seen = entry(ChangeKind.SEATS, "2")
    assert after_start(Choices((replace(seen, by="Bob"),), True, None), (seen,), None).scheduled == ()


@given(BEFORE, SINCE, METHODS)
def test_whatever_was_chosen_after_the_renewal_was_ordered_is_for_the_next_one(
    before: tuple[ScheduledChange, ...], since: tuple[ScheduledChange, ...], method: str | None
) -> None:
    not_here = {ChangeKind.AUTO_RENEW, ChangeKind.PLAN}  # it renews, at a price that there is
    renews = replace(subscription(), scheduled=tuple(one for one in before if one.kind not in not_here))
    state = account(renews)
    (quote,) = plan_renewals(state, offer(), RENEWS)
    now = chosen(renews, since, method)
    after = carry_out(account(now), quote.effects, RENEWS).subscription("s1")
    assert set(after.scheduled) == set(since)
    assert after.auto_renew is True
    scheduled_method = [one.value for one in now.scheduled if one.kind is ChangeKind.METHOD and one not in since]
    if method == renews.method_id and scheduled_method:
        assert after.method_id == scheduled_method[0]
    else:
        assert after.method_id == method


def chosen(one: Subscription, since: tuple[ScheduledChange, ...], method: str | None) -> Subscription:
    newer = {each.kind for each in since}
    kept = tuple(each for each in one.scheduled if each.kind not in newer)
    return replace(one, scheduled=(*kept, *since), method_id=method)
