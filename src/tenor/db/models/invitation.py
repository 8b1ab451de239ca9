"""Colleagues who were asked to join an account."""

from django.db import models
from django.db.models import Q

from tenor.db.constraints import Check, CompositeForeignKey, a_known, of_account, one_of
from tenor.db.models.base import AccountRow, Reference
from tenor.db.models.user import User
from tenor.domain.account import Role
from tenor.domain.codes import LANGUAGES, MADE_UP_LANGUAGE


class Invitation(AccountRow):
    """An invitation by e-mail. It ends by being accepted or revoked, and can't be accepted after `expires_at`.

    Of the token in its link only the SHA-256 is kept. `serial` counts the mails: sent anew, it has another token.
    """

    email = models.EmailField()
    role = models.TextField()
    language = models.TextField(default="en")
    token_digest = models.TextField()
    serial = models.IntegerField(default=1)
    invited_by = Reference(User)
    invited_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = Reference(User, null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "email"],
                condition=Q(accepted_at=None, revoked_at=None),
                name="an_address_is_invited_once_at_a_time",
            ),
            one_of("an_invitation_is_to_a_role_that_can_be_given", "role", [r for r in Role if r is not Role.BUYER]),
            Check(name="an_invited_address_is_in_small_letters", sql="email = lower(email) AND email <> ''"),
            a_known("an_invitations_language_is_a_code", "language", {*LANGUAGES, MADE_UP_LANGUAGE}),
            Check(name="an_invitations_token_is_kept_as_a_sha256", sql="token_digest ~ '^[0-9a-f]{64}$'"),
            Check(name="an_invitation_is_sent_once_or_more", sql="serial >= 1"),
            Check(name="an_invitation_expires_after_it_is_sent", sql="expires_at > invited_at"),
            Check(name="an_invitation_ends_in_one_way", sql="num_nonnulls(accepted_at, revoked_at) <= 1"),
            Check(
                name="an_invitation_accepted_by_somebody_says_when",
                sql="accepted_by_id IS NULL OR accepted_at IS NOT NULL",
            ),
            of_account("an_invitation_is_to_an_account"),
            CompositeForeignKey(
                name="an_invitation_is_made_by_a_person", fields=["invited_by"], to="db.User", to_fields=["id"]
            ),
            CompositeForeignKey(
                name="an_invitation_is_accepted_by_a_person", fields=["accepted_by"], to="db.User", to_fields=["id"]
            ),
        ]
        indexes = [models.Index(fields=["token_digest"], name="invitations_by_token")]
