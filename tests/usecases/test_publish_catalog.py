"""Texts by language: from the publication to the offer that is read, and into mails in the reader's language."""

import pytest
from django.core import mail as mailbox

from tenor.db import models
from tenor.db.catalog import load_offer
from tenor.domain.catalog import Plan, Product
from tenor.domain.requests import ChangePlan
from tenor.usecases.publish_catalog import Publication, publish_catalog
from tenor.worker.mails import send_mail
from tests.support import factories
from tests.support.customer import Customer, customer, sandbox, sandbox_process

__all__ = ["customer", "sandbox", "sandbox_process"]

PREMIUM = Plan(
    product="draft",
    code="premium",
    name="Premium",
    names={"sv": "Premium Plus", "nl": "Premium Extra"},
    contains={"en": ("Symbols",), "sv": ("Symboler", "Skript")},
)


@pytest.mark.django_db
def test_what_is_published_is_read_again_though_the_offer_is_kept() -> None:
    seller = factories.make_catalog()
    before = load_offer(seller.id)
    flow = Product("flow", "Flow", names={"sv": "Flöde"})
    publish_catalog(seller_id=seller.id, publication=Publication(products=(flow,), plans=(PREMIUM,)))
    offer = load_offer(seller.id, seller.catalog_revision + 1)
    assert ("draft", "premium") not in before.plans
    assert offer.plan("draft", "premium").names == PREMIUM.names
    assert offer.plan("draft", "premium").contains == PREMIUM.contains
    assert offer.product("flow").names == {"sv": "Flöde"}


def test_a_mail_names_things_in_its_readers_language(customer: Customer) -> None:
    seller = customer.account.seller
    publish_catalog(seller_id=seller.id, publication=Publication(plans=(PREMIUM,)))
    factories.make_price(seller=seller, plan_code="premium", list_minor=69_000, renewal_minor=None)
    customer.submit(customer.preview(ChangePlan(str(customer.subscription.id), "premium", "renewal")))
    queued = models.Mail.objects.filter(kind="change_plan")[0]
    for language, name in (("sv", "Premium Plus"), ("nl", "Premium Extra"), ("en", "Premium")):
        queued.language = language
        send_mail(queued, customer.now)
        assert f"Draft {name}" in mailbox.outbox[-1].body
