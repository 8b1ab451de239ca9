"""Terms that were over before anybody charged them, and what a person decided about them (rules 7)."""

from django.db import models

from tenor.db.constraints import Check, of_account, own_ids, same_account
from tenor.db.models.base import AccountRow, Reference
from tenor.db.models.order import Order
from tenor.db.models.subscription import Subscription


class MissedTerm(AccountRow):
    """A whole term between two paid ones that was never charged: access went on. It waits to be forgiven or billed.

    `months`, `plan_code` and `seats` are what it would have been renewed as. `order` bills it: where that is given
    up, the term waits again.
    """

    subscription = Reference(Subscription)
    starts_on = models.DateField()
    ends_on = models.DateField()
    months = models.SmallIntegerField()
    plan_code = models.TextField()
    seats = models.IntegerField()
    found_at = models.DateTimeField()
    forgiven_at = models.DateTimeField(null=True, blank=True)
    forgiven_by = models.TextField(default="", blank=True)
    order = Reference(Order, null=True, blank=True)

    class Meta:
        constraints = [
            own_ids("a_missed_term_has_one_account"),
            models.UniqueConstraint(fields=["account", "subscription", "starts_on"], name="a_term_is_missed_once"),
            Check(name="a_missed_term_ends_after_it_starts", sql="ends_on > starts_on"),
            Check(name="a_missed_term_has_a_month_or_more", sql="months >= 1"),
            Check(name="a_missed_term_has_a_seat_or_more", sql="seats >= 1"),
            Check(name="a_forgiven_term_says_by_whom", sql="(forgiven_at IS NULL) = (forgiven_by = '')"),
            of_account("a_missed_term_is_of_an_account"),
            same_account("a_missed_term_is_of_the_accounts_subscription", "subscription", "db.Subscription"),
            same_account("a_missed_term_is_billed_by_the_accounts_order", "order", "db.Order"),
        ]
