"""The demo's mailbox shows what would have been sent, and trusts none of it."""

from uuid import uuid4

from django.test import Client

from tenor.db import models
from tests.support import factories


def test_mails_are_listed_and_read_without_their_markup(db: None) -> None:
    sent = models.SentMail.objects.create(
        to="alice@fjord.example",
        sender="Northline",
        subject="Order <1>",
        text="Thank you <b>Alice</b>\nhttp://127.0.0.1:8000/orders/1/",
        html="<script>alert(1)</script>",
        sent_at=factories.NOW,
    )
    page = Client().get("/demo/mailbox/").content.decode()
    assert "Order &lt;1&gt;" in page
    one = Client().get(f"/demo/mailbox/{sent.id}/").content.decode()
    assert "&lt;b&gt;Alice&lt;/b&gt;" in one
    assert "alert(1)" not in one
    assert 'href="http://127.0.0.1:8000/orders/1/"' in one
    framed = Client().get(f"/demo/mailbox/{sent.id}/html/")
    assert "alert(1)" in framed.content.decode()
    policy = framed.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox allow-popups" in policy
    assert "allow-scripts" not in policy
    assert "allow-same-origin" not in policy
    assert framed.headers["X-Frame-Options"] == "SAMEORIGIN"


def test_a_mail_without_html_is_read_as_text(db: None) -> None:
    sent = models.SentMail.objects.create(to="a@fjord.example", subject="Code", text="123456", sent_at=factories.NOW)
    assert "<iframe" not in Client().get(f"/demo/mailbox/{sent.id}/").content.decode()
    assert Client().get(f"/demo/mailbox/{sent.id}/html/").status_code == 404


def test_an_empty_mailbox_says_how_to_fill_it(db: None) -> None:
    assert "No mail yet" in Client().get("/demo/mailbox/").content.decode()
    assert Client().get(f"/demo/mailbox/{uuid4()}/").status_code == 404
