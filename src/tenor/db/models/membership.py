"""Who may do what in which account (rules 12)."""

from django.db import models

from tenor.db.constraints import CompositeForeignKey, of_account, one_of
from tenor.db.models.base import AccountRow, Reference
from tenor.db.models.user import User
from tenor.domain.account import Role


class Membership(AccountRow):
    """A person's role in an account. An account has one buyer at most."""

    user = Reference(User)
    role = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "user"], name="a_person_has_one_role_in_an_account"),
            models.UniqueConstraint(
                fields=["account"], condition=models.Q(role=Role.BUYER.value), name="an_account_has_one_buyer"
            ),
            one_of("a_role_is_known", "role", Role),
            of_account("a_membership_is_in_an_account"),
            CompositeForeignKey(name="a_member_is_a_person", fields=["user"], to="db.User", to_fields=["id"]),
        ]
        indexes = [models.Index(fields=["user"], name="accounts_of_a_person")]
