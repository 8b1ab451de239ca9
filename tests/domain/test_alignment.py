"""Who can be aligned with whom: the table of docs/domain/alignment.md, and how groups and outsiders are chosen."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tenor.domain.account import ChangeKind, MethodKind, PaymentMethod, Subscription, SubscriptionStatus
from tenor.domain.alignment import Grouping, grouping
from tenor.domain.terms import Term
from tests.domain.builders import ALICE, CARD, DEBIT, RENEWS, TODAY, account, offer, scheduled, subscription
from tests.support import tables

GROUPS = tables.rows("alignment", "Who can be aligned with whom")
PAYPAL = PaymentMethod("paypal", MethodKind.PAYPAL, "PayPal")


def of(cell: str) -> list[Subscription]:
    """Each renews some days after the one before it. `12>36`: thirty-six months are scheduled for its renewal."""
    return [
        subscription(
            id=f"s{n}",
            number=f"SUB-{n}",
            term=Term(int(months.split(">")[0])),
            scheduled=tuple(scheduled(ChangeKind.TERM, coming) for coming in months.split(">")[1:]),
            method_id=method,
            auto_renew=renews_itself == "on",
            renews_on=RENEWS + timedelta(days=n * 9),
        )
        for n, (months, method, renews_itself) in enumerate(entry.split("/") for entry in cell.split())
    ]


def grouped(*subscriptions: Subscription, methods: tuple[PaymentMethod, ...] = (CARD, DEBIT, PAYPAL)) -> Grouping:
    return grouping(account(*subscriptions, methods=methods), offer(), ALICE, TODAY)


@pytest.mark.parametrize("row", GROUPS, ids=tables.ids(GROUPS))
def test_table_of_groups(row: dict[str, str]) -> None:
    found = grouped(*of(row["subscriptions: months/method/renews itself"]))
    assert " ".join(str(len(group.subscriptions)) for group in found.groups) == row["groups"].replace("-", "")
    reasons = [reason.code for outsider in found.outsiders for reason in outsider.reasons]
    assert " ".join(reasons) == row["outside"].replace("-", "")
    assert {outsider.can_be_prepared for outsider in found.outsiders} == ({True} if reasons else set())


def test_what_has_ended_is_not_spoken_of() -> None:
    ended = subscription(id="s2", status=SubscriptionStatus.CANCELED)
    assert grouped(subscription(), ended).outsiders == ()


def test_what_another_has_to_see_to_cannot_be_prepared() -> None:
    (outsider,) = grouped(*of("12/card/on 12/card/on"), subscription(id="s9", processor="oldshop")).outsiders
    assert ([reason.code for reason in outsider.reasons], outsider.can_be_prepared) == (["legacy_processor"], False)


def test_without_a_method_to_pay_by_nothing_can_be_prepared() -> None:
    (first, second) = grouped(*of("12/paypal/on 12/paypal/on"), methods=(PAYPAL,)).outsiders
    assert not first.can_be_prepared
    assert not second.can_be_prepared


def test_remedies_lead_into_the_group() -> None:
    (outsider,) = grouped(*of("12/card/on 12/card/on 1/debit/on")).outsiders
    remedies = [reason.remedy for reason in outsider.reasons if reason.remedy]
    assert [(remedy.code, remedy.facts["subscription"]) for remedy in remedies] == [
        ("change_term", "s2"),
        ("use_payment_method", "s2"),
    ]
    assert (remedies[0].facts["months"], remedies[1].facts["method_id"]) == (12, "card")


def test_a_term_that_is_scheduled_already_only_has_to_be_waited_for() -> None:
    *others, monthly = of("12/card/on 12/card/on 1/card/on")
    (outsider,) = grouped(*others, replace(monthly, scheduled=(scheduled(ChangeKind.TERM, 12),))).outsiders
    assert [reason.remedy and reason.remedy.code for reason in outsider.reasons] == ["wait_for_renewal"]


def test_a_group_that_is_aligned_says_so() -> None:
    first, second = of("12/card/on 12/card/on")
    assert not grouped(first, second).groups[0].is_aligned
    assert grouped(first, replace(second, renews_on=first.renews_on)).groups[0].is_aligned
