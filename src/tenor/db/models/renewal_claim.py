"""The queue of the renewal night: batches of accounts that have terms to renew (docs/adr 16)."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from tenor.db.constraints import Check
from tenor.db.models.base import Attempt, Row


class RenewalClaim(Row, Attempt):
    """Some hundred accounts with something to renew up to `due_on`. The row goes when nothing of it is left to do.

    Global: a batch spans accounts. `lease_until` says how long a worker holds it; `parked_at` with its `error`, that a
    person has to look at its one account, or at its one subscription alone where `subscription_id` names it: all else
    of that account goes on. Claims are taken in the order of `place`.
    """

    account_ids = ArrayField(models.UUIDField())
    subscription_id = models.UUIDField(null=True, blank=True)
    due_on = models.DateField()
    place = models.IntegerField(default=0)

    class Meta:
        constraints = [
            Check(name="a_renewal_claim_is_of_an_account_or_more", sql="cardinality(account_ids) >= 1"),
            Check(
                name="a_claim_of_a_subscription_is_of_one_account",
                sql="subscription_id IS NULL OR cardinality(account_ids) = 1",
            ),
            Check(name="a_parked_renewal_is_of_one_account", sql="parked_at IS NULL OR cardinality(account_ids) = 1"),
        ]
