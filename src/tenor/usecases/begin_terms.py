"""Terms that were paid ahead begin on their day: seats, plan and term become what was paid for (rules 7)."""

from datetime import datetime
from uuid import UUID

from tenor.db.access import account_scope
from tenor.db.effects import begin_term
from tenor.db.seats import release_surplus
from tenor.usecases.load import lock_and_load
from tenor.usecases.release_seats import tell_released
from tenor.usecases.tell import SYSTEM, About, tell


def begin_terms(*, account_id: UUID, now: datetime) -> int:
    """Let each term of the account begin whose day has come. Returns how many began. Safe to repeat."""
    with account_scope(account_id):
        loaded = lock_and_load(account_id, now)
        begun = 0
        for subscription in loaded.state.subscriptions:
            if subscription.coming is not None and begin_term(account_id, subscription.id, loaded.today):
                about = About(account_id, subscription=subscription.id)
                tell(about, "term_begun", SYSTEM, now, after=subscription.coming)
                released = release_surplus(account_id, UUID(subscription.id), subscription.last_seats, now)
                tell_released(account_id, released, now)
                begun += 1
        return begun
