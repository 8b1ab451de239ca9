"""Who uses the seats of a subscription."""

from django.db import models

from tenor.db.constraints import Check, CompositeForeignKey, same_account
from tenor.db.models.base import AccountRow, Reference
from tenor.db.models.subscription import Subscription
from tenor.db.models.user import User


class SeatAssignment(AccountRow):
    """One person's seat, until it is released. `leaves_at_renewal`: loses it first when fewer seats are renewed.

    It names a person and no membership, on purpose: who only uses the product has no business in the account, so that
    a seat user needs no role. A role that includes nothing would open the account's door to them all the same.
    """

    subscription = Reference(Subscription)
    user = Reference(User)
    assigned_at = models.DateTimeField()
    released_at = models.DateTimeField(null=True, blank=True)
    leaves_at_renewal = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "subscription", "user"],
                condition=models.Q(released_at=None),
                name="a_person_has_one_seat_of_a_subscription",
            ),
            Check(name="a_seat_is_released_after_it_was_assigned", sql="released_at >= assigned_at"),
            same_account("a_seat_is_of_the_accounts_subscription", "subscription", "db.Subscription"),
            CompositeForeignKey(name="a_seat_is_used_by_a_person", fields=["user"], to="db.User", to_fields=["id"]),
        ]
