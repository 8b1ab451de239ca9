"""The buyer's role on its way from one person to another."""

from django.db import models

from tenor.db.constraints import Check, CompositeForeignKey, of_account
from tenor.db.models.base import AccountRow, Reference
from tenor.db.models.user import User


class Handover(AccountRow):
    """The buyer offers the role, the other person accepts or declines; until then the buyer may withdraw it."""

    offered_by = Reference(User)
    offered_to = Reference(User)
    offered_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    declined_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account"],
                condition=models.Q(accepted_at=None, declined_at=None, withdrawn_at=None),
                name="the_buyers_role_is_offered_to_one_person_at_a_time",
            ),
            Check(name="the_buyers_role_is_offered_to_somebody_else", sql="offered_to_id <> offered_by_id"),
            Check(
                name="an_offer_of_the_buyers_role_ends_in_one_way",
                sql="num_nonnulls(accepted_at, declined_at, withdrawn_at) <= 1",
            ),
            of_account("an_offer_of_the_buyers_role_is_in_an_account"),
            CompositeForeignKey(
                name="the_buyers_role_is_offered_by_a_person", fields=["offered_by"], to="db.User", to_fields=["id"]
            ),
            CompositeForeignKey(
                name="the_buyers_role_is_offered_to_a_person", fields=["offered_to"], to="db.User", to_fields=["id"]
            ),
        ]
