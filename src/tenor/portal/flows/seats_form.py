"""How many seats to add, and what to renew where fewer seats are scheduled: the form of the first step."""

from collections.abc import Mapping

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from tenor.domain.account import ChangeKind, Subscription
from tenor.domain.requests import AddSeats

KEEP, ALL, OTHER = "keep", "all", "other"
CHOICES = [(KEEP, ""), (ALL, ""), (OTHER, "")]


class SeatsForm(forms.Form):
    """Bound to what was typed; to one seat where nothing was. Its limits are those of the subscription."""

    seats = forms.IntegerField()
    renew = forms.ChoiceField(choices=CHOICES, required=False)
    renew_seats = forms.IntegerField(required=False)

    def __init__(self, subscription: Subscription, most: int, data: Mapping[str, str]) -> None:
        super().__init__(data if "seats" in data else {**data, "seats": "1"})
        self.subscription = subscription
        self.most = most
        fewer = subscription.scheduled_change(ChangeKind.SEATS)
        self.scheduled = int(fewer.value) if fewer else None
        self.fields["seats"].error_messages["invalid"] = _("Type a whole number of seats.")
        self.fields["seats"].error_messages["required"] = _("Type how many seats to add.")
        self.fields["renew_seats"].error_messages["invalid"] = _("Type a whole number of seats.")

    def clean_seats(self) -> int:
        """From one seat to what the product and the contract allow."""
        seats: int = self.cleaned_data["seats"]
        if seats < 1:
            raise ValidationError(_("Add at least one seat."))
        if seats > self.most:
            raise ValidationError(_("You can add up to %(most)s. For more, contact support.") % {"most": self.most})
        return seats

    def clean_renew(self) -> str:
        """Which of the three: needed where fewer seats are scheduled, and only there."""
        renew: str = self.cleaned_data["renew"]
        if self.scheduled is not None and not renew:
            raise ValidationError(_("Say how many seats to renew."))
        return renew

    def clean_renew_seats(self) -> int | None:
        """Another number, where that was chosen: from one to all that there will be."""
        wanted: int | None = self.cleaned_data["renew_seats"]
        if self.scheduled is None or self.cleaned_data.get("renew") != OTHER:
            return None
        if wanted is None:
            raise ValidationError(_("Type how many seats to renew."))
        if "seats" in self.cleaned_data and not 1 <= wanted <= self.total:
            raise ValidationError(_("Choose from 1 to %(most)s seats.") % {"most": self.total})
        return wanted

    @property
    def total(self) -> int:
        """How many seats there will be. Only where the number of seats is valid."""
        return self.subscription.seats + int(self.cleaned_data["seats"])

    @property
    def ask(self) -> AddSeats | None:
        """What is asked; None where the number of seats is no good. An open choice keeps what is scheduled."""
        self.is_valid()
        if "seats" not in self.cleaned_data:
            return None
        return AddSeats(self.subscription.id, self.cleaned_data["seats"], self._at_renewal())

    def _at_renewal(self) -> int | None:
        if self.scheduled is None:
            return None
        match self.cleaned_data.get("renew"):
            case "all":
                return self.total
            case "other" if self.cleaned_data.get("renew_seats"):
                return int(self.cleaned_data["renew_seats"])
            case _:
                return self.scheduled

    @property
    def is_clear(self) -> bool:
        """Whether it is known what will be renewed."""
        return self.scheduled is None or self.is_valid()
