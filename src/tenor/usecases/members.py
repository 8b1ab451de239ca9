"""Who belongs to an account, for the use cases about people. Call with the account locked."""

from uuid import UUID

from tenor.db.models import Membership, User
from tenor.domain.refusals import Refusal
from tenor.usecases.tell import Reader


def member(account_id: UUID, user_id: UUID) -> Membership:
    """The person's membership. Raises Refusal("unknown_person") where they have no role in the account."""
    found = Membership.objects.select_related("user").filter(account_id=account_id, user_id=user_id).first()
    if found is None:
        raise Refusal("unknown_person", {"person": str(user_id)})
    return found


def reader_of(user: User) -> Reader:
    """The person as the receiver of a mail."""
    return Reader(user.email, user.language)


def called(user: User) -> str:
    """What a person is called: by their name, or by their address until they have said it."""
    return user.name or user.email
