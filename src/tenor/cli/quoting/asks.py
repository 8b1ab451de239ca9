"""What can be asked, as the format gives it: one class a verb, its fields those of `domain.requests`."""

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from tenor.cli.quoting.fields import Day, Given, Number, PerhapsText, Text
from tenor.domain import requests
from tenor.domain.account import ChangeKind, Role
from tenor.domain.requests import Ask


class ActorGiven(Given):
    """Who asks. Left out: the buyer."""

    id: PerhapsText = ""
    name: PerhapsText = ""
    role: Role = Role.BUYER
    staff: Text | None = None


class AskGiven(Given):
    """What every request has. `verb` is the domain's value that the other fields make."""

    verb: ClassVar[type[Any]]
    actor: ActorGiven = ActorGiven()

    def ask(self) -> Ask:
        """The domain's value."""
        asked: Ask = self.verb(**self.values("actor", "kind"))
        return asked


class AddSeatsGiven(AskGiven):
    """Add seats now."""

    verb = requests.AddSeats
    kind: Literal["add_seats"]
    subscription_id: Text
    seats: Number
    at_renewal: Number | None = None
    method_id: Text | None = None


class ReduceSeatsGiven(AskGiven):
    """Renew fewer seats."""

    verb = requests.ReduceSeats
    kind: Literal["reduce_seats"]
    subscription_id: Text
    seats: Number


class ChangeTermGiven(AskGiven):
    """Renew for another term."""

    verb = requests.ChangeTerm
    kind: Literal["change_term"]
    subscription_id: Text
    months: Number


class ChangePlanGiven(AskGiven):
    """Another plan, now or at the next renewal."""

    verb = requests.ChangePlan
    kind: Literal["change_plan"]
    subscription_id: Text
    plan: Text
    when: Literal["now", "renewal"]
    method_id: Text | None = None


class AlignDatesGiven(AskGiven):
    """Give subscriptions one renewal date."""

    verb = requests.AlignDates
    kind: Literal["align_dates"]
    subscription_ids: tuple[Text, ...]
    on: Day | None = None
    prepare: bool = False
    method_id: Text | None = None
    at_renewal: dict[Text, Number] | None = None

    def ask(self) -> Ask:
        """The domain's value: the seats to renew by subscription, in the order of their ids."""
        return requests.AlignDates(
            **self.values("actor", "kind", "at_renewal"), at_renewal=tuple(sorted((self.at_renewal or {}).items()))
        )


class RenewEarlyGiven(AskGiven):
    """Pay next terms now."""

    verb = requests.RenewEarly
    kind: Literal["renew_early"]
    subscription_ids: tuple[Text, ...]
    method_id: Text | None = None


class RenewLateGiven(AskGiven):
    """Renew what has expired."""

    verb = requests.RenewLate
    kind: Literal["renew_late"]
    subscription_id: Text
    method_id: Text | None = None


class BuyAgainGiven(AskGiven):
    """Buy anew what has ended."""

    verb = requests.BuyAgain
    kind: Literal["buy_again"]
    subscription_id: Text
    seats: Number
    months: Number
    new_id: Text
    method_id: Text | None = None


class SetAutoRenewGiven(AskGiven):
    """Turn automatic renewal on or off."""

    verb = requests.SetAutoRenew
    kind: Literal["set_auto_renew"]
    subscription_ids: tuple[Text, ...]
    on: bool
    why: PerhapsText = ""
    after_owed: bool = False


class SetPaymentMethodGiven(AskGiven):
    """Pay subscriptions by another stored method."""

    verb = requests.SetPaymentMethod
    kind: Literal["set_payment_method"]
    subscription_ids: tuple[Text, ...]
    method_id: Text
    instead_of: Text | None = None


class OwedChoiceGiven(Given):
    """What a term that is owed is to be. Left out: as it was invoiced."""

    subscription_id: Text
    seats: Number | None = None
    months: Number | None = None
    plan: Text | None = None


class ChangeOwedGiven(AskGiven):
    """Renew other than it was invoiced."""

    verb = requests.ChangeOwed
    kind: Literal["change_owed"]
    chosen: tuple[OwedChoiceGiven, ...]
    method_id: Text | None = None
    keep: bool | None = None

    def ask(self) -> Ask:
        """The domain's value."""
        chosen = tuple(requests.OwedChoice(**one.values()) for one in self.chosen)
        return requests.ChangeOwed(chosen, self.method_id, keep=self.keep)


class DeclineOwedGiven(AskGiven):
    """Take no term that is owed."""

    verb = requests.DeclineOwed
    kind: Literal["decline_owed"]
    subscription_ids: tuple[Text, ...]
    why: PerhapsText = ""


class ReturnOrderGiven(AskGiven):
    """Give an order back."""

    verb = requests.ReturnOrder
    kind: Literal["return_order"]
    order_id: Text
    subscription_ids: tuple[Text, ...] = ()


class UndoScheduledGiven(AskGiven):
    """Take an entry off the list "at your next renewal"."""

    verb = requests.UndoScheduled
    kind: Literal["undo_scheduled"]
    subscription_id: Text
    change: ChangeKind


RequestGiven = Annotated[
    AddSeatsGiven
    | ReduceSeatsGiven
    | ChangeTermGiven
    | ChangePlanGiven
    | AlignDatesGiven
    | RenewEarlyGiven
    | RenewLateGiven
    | BuyAgainGiven
    | SetAutoRenewGiven
    | SetPaymentMethodGiven
    | ReturnOrderGiven
    | UndoScheduledGiven
    | ChangeOwedGiven
    | DeclineOwedGiven,
    Field(discriminator="kind"),
]
