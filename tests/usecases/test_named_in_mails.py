"""Lines of a mail can be told apart, and are in the reader's language: the plan's name, the label and the number."""

import pytest
from django.core.mail import EmailMessage

from tenor.db import models
from tenor.domain.account import MethodKind
from tenor.domain.requests import AddSeats
from tenor.usecases.collect_payment import collect_payment
from tenor.worker.mails import send_mail
from tests.support.customer import Customer
from tests.support.factories import touch_catalog


@pytest.mark.parametrize(
    ("language", "line", "renewal"),
    [
        ("en", "Draft Standard", "Draft Standard (Office Malmö · {}) renews on"),
        ("sv", "Draft Grund", "Draft Grund (Office Malmö · {}) förnyas"),
    ],
)
def test_a_receipt_names_plan_label_and_number(
    customer: Customer, mailoutbox: list[EmailMessage], language: str, line: str, renewal: str
) -> None:
    owned = customer.subscription
    models.Plan.objects.filter(seller=customer.account.seller, code="standard").update(names={"sv": "Grund"})
    touch_catalog(customer.account.seller)
    models.Subscription.objects.filter(id=owned.id).update(label="Office Malmö")
    bought = customer.submit(customer.preview(AddSeats(str(owned.id), 2)))
    assert bought.payment_id is not None
    collect_payment(account_id=customer.id, payment_id=bought.payment_id, now=customer.now)
    for mail in models.Mail.objects.filter(account=customer.account, kind="order_fulfilled"):
        mail.language = language
        send_mail(mail, customer.now)
    assert len(mailoutbox) == 2
    for message in mailoutbox:
        text = str(message.body).replace("\xa0", " ")
        assert f"{line}: " in text
        assert f"Office Malmö · {owned.number} · 2 " in text
        assert renewal.format(owned.number) in text


def test_a_debit_under_way_names_the_day_and_says_what_happens_then(
    customer: Customer, mailoutbox: list[EmailMessage]
) -> None:
    customer.pay_by("paid", MethodKind.DIRECT_DEBIT)
    customer.buy_seats(1)
    send_mail(models.Mail.objects.filter(kind="order_waiting").earliest("id"), customer.now)
    assert "It takes effect as soon as the money has arrived, about November 25, 2026." in str(mailoutbox[0].body)
