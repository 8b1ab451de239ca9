"""A bank refuses a method for good: it pays nothing any more, and the account is told what to do."""

from uuid import UUID

from tenor.db.models import PaymentMethod
from tenor.domain.account import MethodStatus
from tenor.usecases.load import Loaded
from tenor.usecases.tell import SYSTEM, About, Letter, tell, write_mail

MAY_PAY = (MethodStatus.ACTIVE, MethodStatus.MANDATE_PENDING)


def invalidate_method(loaded: Loaded, method_id: UUID, code: str) -> None:
    """Mark the method invalid because of a final decline's `code`, once. Call with the account locked.

    It stays the default or the backup, if it was: choosing another one is the customer's.
    """
    account_id = UUID(loaded.state.id)
    valid = PaymentMethod.objects.filter(account_id=account_id, id=method_id, status__in=MAY_PAY)
    if not valid.update(status=MethodStatus.INVALID, invalid_because=code):
        return
    tell(About(account_id), "method_invalid", SYSTEM, loaded.now, after={"method": str(method_id), "decline": code})
    letter = Letter("method_invalid", method_id, loaded.now.isoformat(), {"because": code})
    write_mail(account_id, SYSTEM, loaded.now, letter)
