"""One row of every table for two customers of two sellers, to break constraints with."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from django.db import connection
from django.db.models import Model

from tenor.db import models
from tenor.db.ids import new_id
from tests.support import documents, factories, people

COMING: dict[str, Any] = {
    "coming_on": date(2027, 2, 1),
    "coming_months": 12,
    "coming_plan_code": "standard",
    "coming_seats": 3,
}


@dataclass(frozen=True)
class World:
    """The rows of one customer and its seller, by model."""

    rows: dict[type[Model], Model]

    def __getitem__(self, model: type[Model]) -> Any:
        return self.rows[model]


def make_world() -> World:
    """One row of everything, valid. Several of a model where a constraint needs two to differ."""
    account = factories.make_account()
    seller: Any = account.seller
    member = factories.make_member(account=account)
    method = factories.make_method(account=account, setup_reference=f"setup_{account.number}")
    subscription = factories.make_subscription(account=account, payment_method=method, **COMING)
    order = documents.make_order(account=account, subscriptions=(subscription,), method=method, action="renew")
    line = documents.make_order_line(order=order, subscription=subscription)
    invoice = documents.make_invoice(account=account, order=order)
    payment = documents.make_payment(invoice=invoice, gateway_reference=f"ch_{account.number}")
    refund = documents.make_refund(payment=payment)
    made: list[Model] = [
        account,
        documents.make_renewal_claim(account=account),
        seller,
        member,
        member.user,
        method,
        subscription,
        factories.make_change(subscription=subscription),
        *_people(subscription, member.user),
        order,
        order.quote,
        line,
        invoice,
        documents.make_invoice_line(invoice=invoice, order_line=line, subscription=subscription),
        documents.make_tax_line(invoice=invoice),
        payment,
        refund,
        documents.make_posting(invoice=invoice),
        documents.make_movement(invoice=invoice),
        documents.make_event(account=account, order=order),
        documents.make_mail(account=account),
        models.SentMail.objects.create(to="alice@example.com", sent_at=factories.NOW),
        models.GatewayEvent.objects.create(
            gateway="sandbox", event_id=f"ev_{account.number}", body={}, received_at=factories.NOW
        ),
        *_books_compared(account),
        *_set_aside(subscription),
        models.Promotion.objects.create(
            seller=seller,
            code="autumn",
            name="Autumn",
            product_code="draft",
            percent=20,
            starts_on=factories.TODAY,
            ends_on=factories.TODAY.replace(year=2027),
        ),
    ]
    rows: dict[type[Model], Model] = {type(row): row for row in made}
    rows[models.PaidPeriod] = models.PaidPeriod.objects.get(account=account)
    rows[models.OrderSubscription] = models.OrderSubscription.objects.get(account=account)
    rows[models.Product] = models.Product.objects.get(seller=seller)
    rows[models.Plan] = models.Plan.objects.get(seller=seller)
    rows[models.PriceEntry] = models.PriceEntry.objects.get(seller=seller, months=12)
    rows[models.TaxRegistration] = models.TaxRegistration.objects.get(seller=seller, country="SE")
    rows[models.NumberSeries] = models.NumberSeries.objects.get(seller=seller, series="invoice")
    rows[models.Clock] = models.Clock.objects.get_or_create(id=1, defaults={"stands_at": factories.NOW})[0]
    return World(rows)


def _books_compared(account: models.Account) -> list[Model]:
    """A difference from the gateway's books, and a day's run of a duty."""
    now = factories.NOW
    reference = f"ch_{account.number}"
    return [
        models.Difference.objects.create(
            kind="answer_lost", gateway="sandbox", reference=reference, look=new_id(), about_at=now, found_at=now
        ),
        models.Run.objects.create(duty=f"check {account.number}", day=factories.TODAY, started_at=now, lease_until=now),
    ]


def _set_aside(subscription: models.Subscription) -> list[Model]:
    """A step of a duty that waits for a person, and a term that nobody charged in time."""
    now, account_id = factories.NOW, subscription.account_id
    return [
        models.SetAside.objects.create(duty="age", account_id=account_id, subject_id=account_id),
        models.MissedTerm.objects.create(
            account_id=account_id,
            subscription=subscription,
            starts_on=subscription.anchor.replace(year=2020),
            ends_on=subscription.anchor.replace(year=2021),
            months=12,
            plan_code="standard",
            seats=3,
            found_at=now,
            forgiven_at=now,
            forgiven_by="Sam",
        ),
    ]


def _people(subscription: models.Subscription, buyer: models.User) -> list[Model]:
    """A seat, an invitation and an offer of the buyer's role; the last two have ended, so that others fit beside."""
    account, now = models.Account.objects.get(id=subscription.account_id), factories.NOW
    other = factories.make_user()
    return [
        people.make_seat(subscription=subscription),
        people.make_calendar(account=account, user=buyer),
        people.make_invitation(account=account, invited_by=buyer, accepted_at=now, accepted_by=other),
        people.make_handover(account=account, offered_by=buyer, offered_to=other, withdrawn_at=now),
    ]


def change(row: Model, **values: Any) -> None:
    """An UPDATE of one row, without anything that Python might check."""
    type(row)._default_manager.filter(pk=row.pk).update(**values)


def copy(row: Model, **values: Any) -> None:
    """A second row like this one, with an id of its own."""
    columns = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    type(row)._default_manager.create(**{**columns, "id": new_id(), **values})


def lift_guards() -> None:
    """Guards would refuse before a constraint can: out of the way until the transaction is rolled back."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal")
        for (table,) in cursor.fetchall():
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")


def nobody() -> UUID:
    """An id that no row has."""
    return uuid4()
