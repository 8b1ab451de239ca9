"""A customer's question to the seller's support, with what it is about."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from tenor.db.access import account_scope
from tenor.db.locks import lock_account
from tenor.db.models import Account, Mail, Seller, Subscription, User
from tenor.domain.account import Actor
from tenor.domain.refusals import Refusal
from tenor.domain.texts import one_line
from tenor.usecases.tell import About, tell


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked. `id` is made by whoever asks, so that the same question sent twice is one.

    `subject` becomes one line, for it heads a mail. `subscription_id`, `action` and `reason` (codes of the domain, or
    "") say what the customer was about to do.
    """

    id: UUID
    subject: str
    text: str
    subscription_id: UUID | None = None
    action: str = ""
    reason: str = ""


def ask_support(*, account_id: UUID, question: Question, actor: Actor, now: datetime) -> None:
    """Queue a mail to the seller's support and write down that it was asked. Safe to repeat.

    Raises Refusal: `support_has_no_address`; `unknown_subscription`.
    """
    question = replace(question, subject=one_line(question.subject), text=question.text.replace("\0", " "))
    with account_scope(account_id):
        lock_account(account_id)
        account = Account.objects.get(id=account_id)
        subscription = _subscription(account_id, question.subscription_id)
        if Mail.objects.filter(account_id=account_id, kind="support_request", subject_id=question.id).exists():
            return
        Mail.objects.create(
            account_id=account_id,
            to=_address(account),
            kind="support_request",
            subject_id=question.id,
            language="en",
            context=_context(account, subscription, question, actor),
            created_at=now,
        )
        about = About(account_id, subscription=question.subscription_id)
        tell(about, "support_asked", actor, now, after={"subject": question.subject})


def _subscription(account_id: UUID, subscription_id: UUID | None) -> Subscription | None:
    if subscription_id is None:
        return None
    found = Subscription.objects.filter(account_id=account_id, id=subscription_id).first()
    if found is None:
        raise Refusal("unknown_subscription", {"subscription": str(subscription_id)})
    return found


def _address(account: Account) -> str:
    address = str(Seller.objects.get(id=account.seller_id).support.get("email", ""))
    if not address:
        raise Refusal("support_has_no_address", {})
    return address


def _context(account: Account, subscription: Subscription | None, question: Question, actor: Actor) -> dict[str, str]:
    person = User.objects.filter(id=actor.id).first()
    return {
        "account_number": account.number,
        "account_name": account.name,
        "from_name": actor.name,
        "from_email": person.email if person else "",
        "subject": question.subject,
        "text": question.text,
        "subscription": subscription.number if subscription else "",
        "action": question.action,
        "reason": question.reason,
    }
