"""A term that was over before anybody charged it, as a person finds it: it waits until it is forgiven or billed."""

from uuid import UUID

from tenor.db.models import MissedTerm, Order
from tenor.db.transitions import GIVEN_UP
from tenor.domain.refusals import Refusal


def find_waiting(missed_id: UUID) -> MissedTerm:
    """The term, if it still waits. Call with its account locked.

    Raises Refusal: `unknown_missed_term`; `missed_term_decided` for one that was forgiven, or is being billed.
    """
    term = MissedTerm.objects.filter(id=missed_id).first()
    if term is None:
        raise Refusal("unknown_missed_term", {})
    is_billed = term.order_id is not None and _stands(term)
    if term.forgiven_at is not None or is_billed:
        raise Refusal("missed_term_decided", {"starts_on": term.starts_on, "ends_on": term.ends_on})
    return term


def account_of_missed(missed_id: UUID) -> UUID:
    """Whose it is. Raises Refusal("unknown_missed_term")."""
    found: UUID | None = MissedTerm.objects.filter(id=missed_id).values_list("account_id", flat=True).first()
    if found is None:
        raise Refusal("unknown_missed_term", {})
    return found


def _stands(term: MissedTerm) -> bool:
    order = Order.objects.get(account_id=term.account_id, id=term.order_id or term.id)
    return order.status not in GIVEN_UP
