"""A customer with something on the balance, and what became of it."""

from tenor.db import models
from tenor.db.access import account_scope
from tenor.db.snapshots import load_account
from tenor.domain.requests import ChangePlan
from tests.support import factories
from tests.support.customer import Customer


def balance(customer: Customer) -> int:
    with account_scope(customer.id):
        found = load_account(customer.id).state.balance
    return found.minor if found else 0


def movements(customer: Customer) -> list[tuple[str, int, int]]:
    rows = models.BalanceMovement.objects.filter(account=customer.account).order_by("position")
    return [(row.reason, row.amount_minor, row.after_minor) for row in rows]


def upgrade(customer: Customer, minor: int) -> models.Order:
    """Another subscription, that does not renew, gets a plan which costs so much less than was paid for its days."""
    dear = factories.make_subscription(
        account=customer.account, payment_method=customer.method, seats=1, auto_renew=False
    )
    whole = (200_00 + minor) * 365 // 100  # a hundred of 365 days are left
    models.PaidPeriod.objects.filter(subscription=dear).update(unit_price_minor=whole)
    if not models.Plan.objects.filter(code="premium").exists():
        factories.make_plan(seller=customer.account.seller, code="premium")
        factories.make_price(seller=customer.account.seller, plan_code="premium", list_minor=730_00)
        factories.touch_catalog(customer.account.seller)
    submitted = customer.submit(customer.preview(ChangePlan(str(dear.id), "premium", "now")))
    assert (submitted.payment_id, submitted.refunds) == (None, ())
    assert submitted.order_id is not None
    return models.Order.objects.get(id=submitted.order_id)
