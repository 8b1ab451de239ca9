"""Money that left twice: given back by us, and then taken back by the customer's bank all the same (rules 11)."""

from django.db.models import Sum

from tenor.db.leases import park
from tenor.db.models import Order, Payment, Refund
from tenor.domain.lifecycle import PaymentStatus
from tenor.domain.money import Money
from tenor.usecases.fulfil_order import placed_by
from tenor.usecases.load import Loaded
from tenor.usecases.tell import Letter, write_mail


def claim_paid_out_twice(loaded: Loaded, payment: Payment, order: Order) -> None:
    """Write to the customer, and let the payment wait for a person. Call with the account locked, once it is booked.

    The books say that the customer owes it (receivable); nothing is charged for it by itself.
    """
    done = Refund.objects.filter(account_id=payment.account_id, payment_id=payment.id, status=PaymentStatus.SUCCEEDED)
    twice = Money(int(done.aggregate(sum=Sum("amount_minor"))["sum"] or 0), payment.currency)
    park(payment, f"the bank took it back after {twice} of it had been given back: claim that from the customer")
    facts = {"amount": twice.plain(), "currency": twice.currency}
    write_mail(order.account_id, placed_by(order), loaded.now, Letter("paid_out_twice", payment.id, context=facts))
