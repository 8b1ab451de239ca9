"""A person decides that a term that nobody charged in time is not billed (rules 7)."""

from datetime import datetime
from uuid import UUID

from tenor.db.access import account_scope
from tenor.db.locks import lock_account
from tenor.domain.account import Actor
from tenor.usecases.missed_term import account_of_missed, find_waiting
from tenor.usecases.tell import About, tell


def forgive_missed_term(*, missed_id: UUID, actor: Actor, now: datetime) -> None:
    """Write down who forgave it: nobody is charged for it any more.

    Raises Refusal: `unknown_missed_term`; `missed_term_decided`.
    """
    account_id = account_of_missed(missed_id)
    with account_scope(account_id):
        lock_account(account_id)
        term = find_waiting(missed_id)
        term.forgiven_at, term.forgiven_by = now, actor.staff or actor.name
        term.save(update_fields=["forgiven_at", "forgiven_by"])
        about = About(account_id, subscription=term.subscription_id)
        tell(about, "missed_term_forgiven", actor, now, after={"starts_on": term.starts_on, "ends_on": term.ends_on})
