"""Plays the demo's book: two years of days, in which the real use cases do what the stories say."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from django.conf import settings

from tenor.cli.demo_book.seller import OPENING, PUBLICATIONS, SELLER
from tenor.cli.demo_book.specs import (
    AddMethod,
    Buy,
    Customer,
    GiveBack,
    GiveSeats,
    MoreSeats,
    Name,
    OtherTerm,
    PayWith,
    RenewAhead,
    Step,
    TakeOver,
    UpgradeNow,
    UseMethod,
)
from tenor.db.access import account_scope
from tenor.db.models import Account, Order, OrderSubscription, Payment, PaymentMethod, Subscription, User
from tenor.domain.account import Actor, MethodKind, Role
from tenor.domain.lifecycle import PaymentStatus
from tenor.domain.money import Money
from tenor.domain.requests import (
    AddSeats,
    Ask,
    ChangePlan,
    ChangeTerm,
    RenewEarly,
    Request,
    ReturnOrder,
    SetPaymentMethod,
)
from tenor.gateways import clock
from tenor.gateways.payments.sandbox.controls import SandboxControls
from tenor.usecases.assign_seat import assign_seat
from tenor.usecases.collect_payment import collect_payment
from tenor.usecases.found_seller import found_seller
from tenor.usecases.import_subscription import Imported, import_subscription
from tenor.usecases.label_subscription import Label, label_subscription
from tenor.usecases.open_account import open_account
from tenor.usecases.pass_day import pass_day
from tenor.usecases.preview_change import preview_change
from tenor.usecases.publish_catalog import publish_catalog
from tenor.usecases.reconcile_payment import reconcile_payment
from tenor.usecases.record_sale import Sale, record_sale
from tenor.usecases.resume_order import resume_order
from tenor.usecases.session import Session
from tenor.usecases.store_method import Kept, store_method
from tenor.usecases.submit_quote import submit_quote

OPENS = date(2024, 11, 22)
"""The first day of the demo's history."""
TODAY = date(2026, 11, 21)
"""The day on which the demo is found. Rules 4: 100 days are left of what was renewed on 1 March 2026."""
MORNING = time(8, tzinfo=UTC)
"""When a day's duties are done: the calendars of all the demo's customers show the same date then."""
STORIES = time(8, 10, tzinfo=UTC)
"""When the day's stories begin; each takes a minute."""
NOW = datetime.combine(TODAY, time(9), UTC)
"""The instant at which the demo's clock stands when its book is built."""

TAKEN_BACK_WITHIN = timedelta(days=30)
"""How long after it settled the demo asks about a debit."""

STAFF = Actor(id="", name="Nora Sandell", role=Role.BUYER, staff="nora@northline.example")
"""Northline's salesperson, who records sales and imports."""


@dataclass
class _Known:
    """What a customer's story names by keys."""

    account_id: UUID
    people: list[Actor]
    languages: list[str]
    methods: dict[str, UUID] = field(default_factory=dict)
    subscriptions: dict[str, UUID] = field(default_factory=dict)


class Player:
    """Plays the customers' stories at the sandbox; deterministic but for ids."""

    def __init__(self, customers: tuple[Customer, ...], sandbox: SandboxControls) -> None:
        self._sandbox = sandbox
        self._known: dict[int, _Known] = {}
        self._script: dict[date, list[Callable[[datetime], None]]] = defaultdict(list)
        for number, customer in enumerate(customers):
            self._script[customer.opened_on].append(self._opening(number, customer))
        for number, customer in enumerate(customers):
            for step in customer.story:
                self._script[step.on].append(self._step(number, step))
        self._seller = UUID(int=0)

    def play(self) -> Iterator[date]:
        """Build the book; yields each day before it is played, the last one being TODAY."""
        self._move(datetime.combine(OPENS, time(6), UTC))
        self._seller = found_seller(seller=SELLER)
        publish_catalog(seller_id=self._seller, publication=OPENING)
        for day in _days(OPENS, TODAY):
            yield day
            self._play(day)
        self._move(NOW)
        self._sandbox.forget_events()

    def _play(self, day: date) -> None:
        morning = datetime.combine(day, MORNING)
        self._move(morning)
        if day in PUBLICATIONS:
            publish_catalog(seller_id=self._seller, publication=PUBLICATIONS[day])
        pass_day(now=morning)
        _hear_of_reversals(morning)
        now = datetime.combine(day, STORIES)
        for act in self._script.pop(day, ()):
            try:
                act(now)
            except Exception as error:
                error.add_note(f"while playing {day}")
                raise
            now += timedelta(minutes=1)

    def _move(self, now: datetime) -> None:
        clock.stand_at(now)
        self._sandbox.set_clock(now)

    def _opening(self, number: int, customer: Customer) -> Callable[[datetime], None]:
        def opened(now: datetime) -> None:
            people = customer.people
            account_id = open_account(
                seller_id=self._seller, account=customer.account, people=people, actor=STAFF, now=now
            )
            users = {user.email: str(user.id) for user in User.objects.filter(email__in=[p.email for p in people])}
            actors = [Actor(users[person.email], person.name, person.role) for person in people]
            self._known[number] = _Known(account_id, actors, [person.language for person in people])

        return opened

    def _step(self, number: int, step: Step) -> Callable[[datetime], None]:
        return lambda now: self._do(self._known[number], step, now)

    def _do(self, known: _Known, step: Step, now: datetime) -> None:
        match step:
            case AddMethod():
                self._add_method(known, step, now)
            case Buy():
                self._buy(known, step, now)
            case TakeOver():
                self._take_over(known, step, now)
            case MoreSeats() | OtherTerm() | UseMethod() | RenewAhead() | UpgradeNow():
                self._change(known, _wish(known, step), step.by, now)
            case GiveBack():
                self._give_back(known, step, now)
            case PayWith():
                self._pay_with(known, step, now)
            case Name():
                self._name(known, step, now)
            case GiveSeats():
                self._give_seats(known, step, now)

    def _add_method(self, known: _Known, step: AddMethod, now: datetime) -> None:
        stored = self._sandbox.add_method(step.kind, step.behaviour, step.expiry)
        kept = Kept("sandbox", stored, step.is_default, step.mandate_confirmed)
        known.methods[step.key] = store_method(account_id=known.account_id, kept=kept, actor=known.people[0], now=now)

    def _buy(self, known: _Known, step: Buy, now: datetime) -> None:
        sale = Sale(step.product, step.plan, step.months, step.seats, known.methods[step.method], step.auto_renew)
        sold = record_sale(account_id=known.account_id, sale=sale, actor=STAFF, now=now)
        known.subscriptions[step.key] = sold.subscription_id
        self._collect(known, sold.payment_id, now)

    def _take_over(self, known: _Known, step: TakeOver, now: datetime) -> None:
        currency = Account.objects.values_list("currency", flat=True).get(id=known.account_id)
        imported = Imported(
            product=step.product,
            plan=step.plan,
            months=step.months,
            seats=step.seats,
            paid_from=step.paid_from,
            unit_price=Money(step.price, currency),
            terms=step.terms,
            auto_renew=step.auto_renew,
            channel=step.channel,
            processor=step.processor,
            reseller=step.reseller,
            seat_limits=step.limits,
        )
        known.subscriptions[step.key] = import_subscription(
            account_id=known.account_id, imported=imported, actor=STAFF, now=now
        )

    def _change(self, known: _Known, ask: Ask, by: int, now: datetime) -> None:
        """As in the portal: the quote is shown, then submitted."""
        actor, session = known.people[by], _session(known.languages[by])
        quoted = preview_change(account_id=known.account_id, request=Request(actor, ask), now=now)
        done = submit_quote(account_id=known.account_id, quote_id=quoted.id, actor=actor, session=session, now=now)
        self._collect(known, done.payment_id, now)

    def _give_seats(self, known: _Known, step: GiveSeats, now: datetime) -> None:
        for email in step.emails:
            assign_seat(
                account_id=known.account_id,
                subscription_id=known.subscriptions[step.key],
                email=email,
                actor=known.people[step.by],
                now=now,
            )

    def _name(self, known: _Known, step: Name, now: datetime) -> None:
        label_subscription(
            account_id=known.account_id,
            subscription_id=known.subscriptions[step.key],
            words=Label(step.label, step.cost_center),
            actor=known.people[step.by],
            now=now,
        )

    def _give_back(self, known: _Known, step: GiveBack, now: datetime) -> None:
        subscription_id = known.subscriptions[step.key]
        with account_scope(known.account_id):
            held = OrderSubscription.objects.filter(account_id=known.account_id, subscription_id=subscription_id)
            newest = held.order_by("-order__number").first()
        assert newest is not None
        self._change(known, ReturnOrder(str(newest.order_id), (str(subscription_id),)), step.by, now)

    def _pay_with(self, known: _Known, step: PayWith, now: datetime) -> None:
        subscription_id = known.subscriptions[step.key]
        with account_scope(known.account_id):
            held = OrderSubscription.objects.get(
                account_id=known.account_id, subscription_id=subscription_id, open=True
            )
        resumed = resume_order(
            account_id=known.account_id,
            order_id=held.order_id,
            method_id=str(known.methods[step.method]),
            actor=known.people[step.by],
            session=_session(known.languages[step.by]),
            now=now,
        )
        self._collect(known, resumed.payment_id, now)

    def _collect(self, known: _Known, payment_id: UUID | None, now: datetime) -> None:
        if payment_id is not None:
            collect_payment(account_id=known.account_id, payment_id=payment_id, now=now)


def _wish(known: _Known, step: MoreSeats | OtherTerm | UseMethod | RenewAhead | UpgradeNow) -> Ask:
    """What is asked of one subscription."""
    subscription = str(known.subscriptions[step.key])
    match step:
        case MoreSeats():
            return AddSeats(subscription, step.seats)
        case OtherTerm():
            return ChangeTerm(subscription, step.months)
        case UseMethod():
            return SetPaymentMethod((subscription,), str(known.methods[step.method]))
        case RenewAhead():
            return RenewEarly((subscription,))
        case UpgradeNow():
            return ChangePlan(subscription, step.plan, "now")


def _hear_of_reversals(now: datetime) -> None:
    """What banks take back weeks later the sandbox tells by webhook; here nobody listens to them yet."""
    settled = Payment.objects.filter(status=PaymentStatus.SUCCEEDED, settled_at__gte=now - TAKEN_BACK_WITHIN)
    debits = settled.filter(method_id__in=PaymentMethod.objects.filter(kind=MethodKind.DIRECT_DEBIT).values("id"))
    for account_id, payment_id in debits.values_list("account_id", "id"):
        reconcile_payment(account_id=account_id, payment_id=payment_id, now=now)


def _session(language: str) -> Session:
    """Where the provider's pages send the customer back to, as the portal says it, and their language."""
    return Session(return_url=settings.ORDER_RETURN_URL, locale=language)


def _days(first: date, last: date) -> Iterator[date]:
    """Every day from the first to the last, both of them too."""
    for number in range((last - first).days + 1):
        yield first + timedelta(days=number)


def how_many() -> str:
    """What the book holds, in words."""
    counted = (Account.objects.count(), Subscription.objects.count(), Order.objects.count())
    return "{} customers, {} subscriptions, {} orders".format(*counted)
