"""A priced request, kept as it was shown: a submit plans it again and compares fingerprints (rules 9)."""

from django.db import models

from tenor.db.constraints import Check, of_account, own_ids, same_account
from tenor.db.models.base import AccountRow, Reference


class Quote(AccountRow):
    """`request` and `outcome` are canonical JSON (see db/codec.py). `replaces`: the stale quote it was shown beside."""

    action = models.TextField()
    request = models.JSONField()
    outcome = models.JSONField()
    fingerprint = models.TextField()
    priced_at = models.DateTimeField()
    priced_on = models.DateField()
    expires_at = models.DateTimeField()
    created_by = models.TextField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    replaces = Reference("self", null=True, blank=True)

    class Meta:
        constraints = [
            own_ids("a_quote_has_one_account"),
            Check(name="a_quote_is_for_an_action", sql="action <> ''"),
            Check(name="a_fingerprint_is_a_sha256", sql="fingerprint ~ '^[0-9a-f]{64}$'"),
            Check(name="a_quote_expires_after_it_is_priced", sql="expires_at > priced_at"),
            Check(name="a_quote_does_not_replace_itself", sql="replaces_id <> id"),
            of_account("a_quote_is_for_an_account"),
            same_account("a_quote_replaces_one_of_its_account", "replaces", "db.Quote"),
        ]
