"""A method that can't pay has a successor: told before it is charged, and nothing ends in silence while one can pay."""

from datetime import date, timedelta

import pytest

from tenor.db import models
from tenor.db.queries.invariants import INVARIANTS, find_offenders
from tenor.domain.account import MethodKind
from tenor.domain.requests import SetPaymentMethod
from tenor.usecases.collect_payment import collect_payment
from tenor.usecases.collect_payments import collect_due
from tenor.usecases.follow_method import GONE, follow_method
from tenor.usecases.look_again import watch_unpaid
from tenor.usecases.make_backup_method import make_backup_method
from tenor.usecases.make_default_method import make_default_method
from tenor.usecases.pass_day import pass_day
from tenor.usecases.resume_order import PayBy, resume_order
from tenor.usecases.retry_payment import retry_payment
from tests.support import factories
from tests.support.customer import SESSION, Customer
from tests.usecases.methods import stored
from tests.usecases.test_dunning import RENEWAL, backup, days_charged, mails, order_of, to_day

DUNNING = ("charge_failed", "charge_retry", "charge_moves", "charge_planned", "method_needed", "method_still_needed")


def charged(customer: Customer) -> list[tuple[str, str]]:
    """How each payment ended, and by what, in the order in which they were made."""
    found = models.Payment.objects.filter(account=customer.account).order_by("created_at", "id")
    labels = dict(models.PaymentMethod.objects.values_list("id", "label"))
    return [(one.status, labels[one.method_id] if one.method_id else "") for one in found]


def own(customer: Customer, **fields: object) -> models.PaymentMethod:
    """The subscription's own method, which works unless told otherwise."""
    made = stored(customer)
    models.PaymentMethod.objects.filter(id=made.id).update(**fields)
    models.Subscription.objects.filter(id=customer.subscription.id).update(payment_method=made)
    return made


def day(customer: Customer, days: int) -> None:
    """Go on to that day after the renewal date, without what a day brings."""
    customer.now = RENEWAL + timedelta(days=days)
    customer.sandbox.set_clock(customer.now)


def is_good(customer: Customer) -> None:
    customer.subscription.refresh_from_db()
    assert (customer.subscription.status, customer.subscription.renews_on) == ("active", date(2028, 3, 1))
    assert [one for invariant in INVARIANTS for one in find_offenders(invariant, 3)] == []


# --- before the renewal -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "fields",
    [
        {"status": "invalid", "invalid_because": "stolen_card"},
        {"status": "removed"},
        {"status": "mandate_pending"},
        {"expires_on": date(2027, 2, 28)},
    ],
    ids=["invalid", "removed", "pending", "expired"],
)
def test_a_renewal_is_charged_to_the_default_where_its_own_method_can_not_pay(
    customer: Customer, fields: dict[str, object]
) -> None:
    card = own(customer, **fields)
    to_day(customer, 0)
    assert charged(customer) == [("succeeded", "Visa 4242")]
    is_good(customer)
    assert customer.subscription.payment_method_id == card.id, "it goes on naming its own: mended, that pays again"


def test_a_mandate_that_lapsed_gives_way_to_the_default(customer: Customer) -> None:
    own(
        customer,
        kind="direct_debit",
        expires_on=None,
        mandate_reference="M-1",
        mandate_signed_on=date(2023, 1, 1),
        mandate_used_on=date(2024, 2, 29),
    )
    to_day(customer, 0)
    assert charged(customer) == [("succeeded", "Visa 4242")]


def test_the_backup_comes_before_the_default(customer: Customer) -> None:
    own(customer, status="invalid")
    backup(customer, "paid")
    to_day(customer, 0)
    assert charged(customer) == [("succeeded", "Visa 9999")]


def test_where_the_default_can_not_pay_either_the_account_is_asked_again_and_again(customer: Customer) -> None:
    own(customer, status="invalid")
    models.PaymentMethod.objects.filter(id=customer.method.id).update(status="invalid")
    to_day(customer, 30)
    assert charged(customer) == []
    assert [kind for kind, _ in mails(customer, *DUNNING)] == ["method_needed"] + ["method_still_needed"] * 4
    assert order_of(customer).retry_on is None


def test_the_seller_may_do_without(customer: Customer) -> None:
    models.Seller.objects.update(policy={"default_pays_instead": False})
    own(customer, status="invalid")
    to_day(customer, 3)
    assert charged(customer) == []
    assert [kind for kind, _ in mails(customer, *DUNNING)] == ["method_needed", "method_still_needed"]


def test_two_that_fall_to_the_default_come_on_one_invoice(customer: Customer) -> None:
    own(customer, status="invalid")
    factories.make_subscription(account=customer.account, payment_method=None)
    to_day(customer, 0)
    assert charged(customer) == [("succeeded", "Visa 4242")]
    assert models.OrderSubscription.objects.filter(order=order_of(customer)).count() == 2


def test_a_scheduled_method_that_became_invalid_gives_way_and_not_to_the_one_it_replaced(customer: Customer) -> None:
    before, planned = own(customer), stored(customer)
    models.PaymentMethod.objects.filter(id=planned.id).update(status="invalid")
    factories.make_change(subscription=customer.subscription, kind="method", value=str(planned.id))
    to_day(customer, 0)
    assert charged(customer) == [("succeeded", "Visa 4242")]
    assert before.status == "active"


# --- after a decline ----------------------------------------------------------------------------------------------


def test_after_a_final_decline_the_default_pays_on_the_day_that_was_told(customer: Customer) -> None:
    customer.pay_by("declined_final")
    to_day(customer, 1)
    assert customer.subscription.status == "past_due"
    assert (days_charged(customer), order_of(customer).retry_on) == ([0], date(2027, 3, 3))
    mail = models.Mail.objects.filter(kind="charge_moves").first()
    assert mail is not None
    assert (mail.context["instead"], mail.context["retry_on"]) == ("Visa 4242", "2027-03-03")
    to_day(customer, 2)
    assert [status for status, _ in charged(customer)] == ["failed", "succeeded"]
    assert days_charged(customer) == [0, 2]
    is_good(customer)
    assert [kind for kind, _ in mails(customer, *DUNNING)] == ["charge_moves"]


def test_the_default_is_tried_on_the_days_that_are_left(customer: Customer) -> None:
    customer.pay_by("declined_final")
    bad = customer.sandbox.method("declined_soft")
    models.PaymentMethod.objects.filter(id=customer.method.id).update(gateway_reference=bad)
    to_day(customer, 30)
    assert days_charged(customer) == [0, 2, 7, 14, 21]
    assert [kind for kind, _ in mails(customer, *DUNNING)] == [
        "charge_moves",
        "charge_retry",
        "charge_retry",
        "charge_retry",
        "method_needed",
    ]


def test_after_soft_declines_nobody_falls_back_on_their_own(customer: Customer) -> None:
    """Its own method may pay tomorrow: whoever wants another one charged says so."""
    customer.pay_by("declined_soft")
    to_day(customer, 30)
    assert models.Payment.objects.filter(method=customer.method).count() == 0


def test_an_unclear_answer_never_falls_back(customer: Customer) -> None:
    customer.pay_by("declined_final")
    to_day(customer, 0)
    models.Payment.objects.update(status="unknown")
    day(customer, 2)
    assert retry_payment(account_id=customer.id, order_id=order_of(customer).id, now=customer.now) is None
    watch_unpaid(account_id=customer.id, now=customer.now)
    assert order_of(customer).retry_on is None
    assert models.Payment.objects.filter(method=customer.method).count() == 0


def test_a_method_refused_before_its_next_try_hands_over_to_the_default(customer: Customer) -> None:
    card = customer.pay_by("declined_soft")
    to_day(customer, 1)
    models.PaymentMethod.objects.filter(id=card.id).update(gateway_reference="pm_gone")
    follow_method(name="sandbox", reference="pm_gone", now=customer.now)
    card.refresh_from_db()
    assert (card.status, card.invalid_because) == ("invalid", GONE)
    to_day(customer, 2)
    is_good(customer)
    assert models.Mail.objects.filter(kind="method_invalid").exists()


def test_a_card_that_expires_before_its_next_try_is_not_tried_again(customer: Customer) -> None:
    card = customer.pay_by("declined_soft")
    models.PaymentMethod.objects.filter(id=card.id).update(expires_on=date(2027, 3, 2))
    to_day(customer, 0)
    assert [kind for kind, _ in mails(customer, *DUNNING)] == ["charge_moves"]
    to_day(customer, 2)
    is_good(customer)
    assert models.Payment.objects.get(status="succeeded").method_id == customer.method.id


def test_a_debit_that_takes_over_is_announced_as_early_as_any(customer: Customer) -> None:
    customer.pay_by("declined_final")
    debit = stored(customer, kind=MethodKind.DIRECT_DEBIT)
    models.PaymentMethod.objects.filter(id=customer.method.id).update(is_default=False)
    models.PaymentMethod.objects.filter(id=debit.id).update(is_default=True)
    to_day(customer, 0)
    assert order_of(customer).retry_on == date(2027, 3, 15)


# --- chosen while it is owed ----------------------------------------------------------------------------------------


def asked(customer: Customer) -> models.Order:
    """Its renewal was declined for good, and nothing else can be charged."""
    customer.pay_by("declined_final")
    models.PaymentMethod.objects.filter(id=customer.method.id).update(status="invalid")
    to_day(customer, 1)
    order = order_of(customer)
    assert order.retry_on is None
    return order


def choose(customer: Customer, method: models.PaymentMethod) -> None:
    customer.submit(customer.preview(SetPaymentMethod((str(customer.subscription.id),), str(method.id))))


def test_a_method_chosen_after_we_asked_is_charged_even_if_it_is_not_used_to_pay_now(customer: Customer) -> None:
    order = asked(customer)
    choose(customer, stored(customer))
    order.refresh_from_db()
    assert order.retry_on == date(2027, 3, 3)
    assert mails(customer, "charge_planned") == [("charge_planned", "2027-03-03")]
    to_day(customer, 2)
    is_good(customer)
    assert days_charged(customer) == [0, 2]


def test_a_new_default_takes_over_what_nothing_could_pay_however_late(customer: Customer) -> None:
    order = asked(customer)
    to_day(customer, 22)
    card = stored(customer)
    make_default_method(account_id=customer.id, method_id=card.id, actor=customer.actor, now=customer.now)
    order.refresh_from_db()
    assert order.retry_on == date(2027, 3, 25), (
        "the days of the tries are over: as many days from now as the first waits"
    )
    to_day(customer, 30)
    is_good(customer)


def test_a_backup_that_is_chosen_late_is_told_before_it_is_charged(customer: Customer) -> None:
    order = asked(customer)
    card = stored(customer)
    make_backup_method(
        account_id=customer.id, method_id=card.id, is_backup=True, actor=customer.actor, now=customer.now
    )
    order.refresh_from_db()
    assert order.retry_on == date(2027, 3, 3)
    assert mails(customer, "charge_planned") == [("charge_planned", "2027-03-03")]
    to_day(customer, 2)
    is_good(customer)


def test_looking_again_tells_nothing_twice(customer: Customer) -> None:
    asked(customer)
    choose(customer, stored(customer))
    for _ in range(3):
        to_day(customer, 1)
    assert len(mails(customer, "charge_planned")) == 1


# --- paid by another method -----------------------------------------------------------------------------------------


def pay(customer: Customer, order: models.Order, by: PayBy | str) -> None:
    found = resume_order(
        account_id=customer.id,
        order_id=order.id,
        method_id=by,
        actor=customer.actor,
        session=SESSION,
        now=customer.now,
    )
    assert found.payment_id is not None
    collect_payment(account_id=customer.id, payment_id=found.payment_id, now=customer.now)


def named(customer: Customer) -> object:
    return models.Subscription.objects.values_list("payment_method_id", flat=True).get(id=customer.subscription.id)


@pytest.mark.parametrize(
    ("behaviour", "keep", "is_kept"),
    [
        ("declined_soft", None, False),
        ("declined_soft", True, True),
        ("declined_soft", False, False),
        ("declined_final", None, True),
        ("declined_final", False, False),
    ],
)
def test_the_method_that_pays_what_is_owed_may_pay_from_now_on(
    customer: Customer, behaviour: str, keep: bool | None, is_kept: bool
) -> None:
    before = customer.pay_by(behaviour)
    to_day(customer, 0)
    day(customer, 1)
    card = stored(customer)
    found = resume_order(
        account_id=customer.id,
        order_id=order_of(customer).id,
        method_id=PayBy(str(card.id), keep),
        actor=customer.actor,
        session=SESSION,
        now=customer.now,
    )
    assert found.payment_id is not None
    assert named(customer) == (card.id if is_kept else before.id)
    assert models.Mail.objects.filter(kind="set_payment_method").exists() == is_kept
    assert models.Event.objects.filter(kind="set_payment_method").exists() == is_kept


def test_what_is_paid_while_suspended_is_kept_too(customer: Customer) -> None:
    customer.pay_by("declined_soft")
    to_day(customer, 16)
    card = stored(customer)
    pay(customer, order_of(customer), PayBy(str(card.id), keep=True))
    is_good(customer)
    assert models.Event.objects.filter(kind="set_payment_method").exists()


def test_a_payment_under_way_by_another_method_is_not_overtaken(customer: Customer) -> None:
    before = customer.pay_by("declined_final")
    to_day(customer, 0)
    day(customer, 1)
    first, second = stored(customer), stored(customer)
    order = order_of(customer)
    for card in (first, second):
        resume_order(
            account_id=customer.id,
            order_id=order.id,
            method_id=PayBy(str(card.id), keep=card is second),
            actor=customer.actor,
            session=SESSION,
            now=customer.now,
        )
    assert models.Payment.objects.filter(status="pending").count() == 1
    assert named(customer) == before.id


def test_what_paid_an_overdue_renewal_leaves_no_renewal_to_a_card_that_can_not_pay(customer: Customer) -> None:
    customer.pay_by("declined_final")
    to_day(customer, 1)
    pay(customer, order_of(customer), str(customer.method.id))
    is_good(customer)
    for days in range(365, 370):
        customer.now = RENEWAL + timedelta(days=days)
        to_one_day(customer)
    assert (customer.subscription.status, customer.subscription.renews_on) == ("active", date(2029, 3, 1))
    assert [status for status, _ in charged(customer)] == ["failed", "succeeded", "succeeded"]


def to_one_day(customer: Customer) -> None:
    customer.sandbox.set_clock(customer.now)
    pass_day(now=customer.now)
    collect_due(now=customer.now)
    customer.subscription.refresh_from_db()
