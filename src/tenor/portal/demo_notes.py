"""What is to be seen as each of the demo's people, by e-mail address; the order is that of the sign-in page."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

NOTES: dict[str, Promise] = {
    "alice@brightwater.example": _("Start here: add seats, or compare terms"),
    "karin@lindqvist.example": _("In Swedish: a change of term is scheduled, and can be undone"),
    "joost@vandijk.example": _("In Dutch: a direct debit is under way"),
    "grace@harborvale.example": _("Forty subscriptions"),
    "nils@berg.example": _("A consumer: prices include tax"),
    "femke@deboer.example": _("Her bank asks for a confirmation"),
    "juergen@kessler.example": _("Reverse charge, and a way to pay that is not allowed for everything"),
    "harriet@thornbury.example": _("A payment is overdue, and the card has expired"),
    "rupert@ashdown.example": _("Suspended, because nothing was paid"),
    "oliver@pratt.example": _("Expired: what can still be renewed, and what cannot"),
    "lena@vogt.example": _("Automatic renewal is off"),
    "camille@rivoli.example": _("No payment method"),
    "chiara@bellini.example": _("The card expires before the renewal"),
    "katharina@brenner.example": _("The bank refused the card for good"),
    "henry@ostrander.example": _("A consumer whose card has expired"),
    "reto@alpenwerk.example": _("The bank has not confirmed the direct debit yet"),
    "ingrid@fjordlys.example": _("The payment provider's answers get lost"),
    "isabel@mesaridge.example": _("Partly bought from a reseller"),
    "sigrid@fjallbyran.example": _("Bought from a reseller who lets renewal be turned off"),
    "walter@pinecrest.example": _("Kept in an older system"),
    "wiebke@bauhuette.example": _("A maintenance plan"),
    "ruby@wattlecreek.example": _("A product that is not sold any more"),
    "aoife@clonmore.example": _("The next term is paid already"),
    "mette@havnegade.example": _("Due for renewal today"),
    "nuria@mares.example": _("At the limits of seats"),
    "mia@tran.example": _("A subscription that ended"),
    "haruka@aoyama.example": _("A country without self-service"),
    "beatriz@jacaranda.example": _("A country without self-service"),
    "charlie@cobalt.example": _("Another company: sees nothing of the others"),
    "dana@brightwater.example": _("May buy, without being the buyer"),
    "eli@brightwater.example": _("A user admin: may look, not buy"),
    "bob@brightwater.example": _("May look, not buy"),
}
