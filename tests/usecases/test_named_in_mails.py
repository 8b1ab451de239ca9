"""Lines of a mail can be told apart: each carries the subscription's own label and its number."""

from django.core.mail import EmailMessage

from tenor.db import models
from tenor.domain.requests import AddSeats
from tenor.usecases.collect_payment import collect_payment
from tenor.worker.mails import send_mail
from tests.support.customer import Customer


def test_a_receipt_names_the_label_and_the_number(customer: Customer, mailoutbox: list[EmailMessage]) -> None:
    owned = customer.subscription
    models.Subscription.objects.filter(id=owned.id).update(label="Office Malmö")
    bought = customer.submit(customer.preview(AddSeats(str(owned.id), 2)))
    assert bought.payment_id is not None
    collect_payment(account_id=customer.id, payment_id=bought.payment_id, now=customer.now)
    for mail in models.Mail.objects.filter(account=customer.account, kind="order_fulfilled"):
        send_mail(mail, customer.now)
    assert len(mailoutbox) == 2
    for message in mailoutbox:
        text = str(message.body).replace("\xa0", " ")
        assert f"Office Malmö · {owned.number} · 2 seats" in text
        assert f"Draft Standard (Office Malmö · {owned.number}) renews on" in text
