"""The queue of the renewal night: the accounts that have terms to renew (docs/adr 16)."""

from django.db import models

from tenor.db.constraints import of_account
from tenor.db.models.base import AccountRow, Attempt


class RenewalClaim(AccountRow, Attempt):
    """An account with something to renew since `due_on`, the earliest date. The row goes when nothing is left to do.

    `lease_until` says how long a worker holds it; `parked_at` with its `error`, that a person has to look.
    """

    due_on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account"], name="an_account_waits_for_its_renewals_once"),
            of_account("a_renewal_claim_is_of_an_account"),
        ]
