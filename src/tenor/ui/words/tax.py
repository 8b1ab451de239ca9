"""Tax in words: the label of its line, why it is what it is, and the sentences an invoice must carry (rules 10, 11)."""

from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from tenor.domain.line_tax import LineTax, TaxDecision
from tenor.domain.tax import EU
from tenor.ui.words.values import country, rate

VAT = frozenset({*EU, "CH", "GB", "NO"})
KINDS: dict[str, Promise] = {"AU": _("GST"), "CA": _("GST/HST"), "US": _("Sales tax")}

RULES: dict[str, Promise] = {
    "own_country": _("Tax of %(country)s, where buyer and seller are."),
    "registered_abroad": _("Tax of %(country)s, where the seller is registered."),
    "destination_oss": _("Tax of %(country)s, the country of the customer."),
    "seller_country": _("Tax of %(country)s, the country of the seller."),
    "reverse_charge": _("Reverse charge: you account for the tax in %(country)s."),
    "export": _("Sold to a country outside the European Union: no tax is charged."),
    "not_registered": _("The seller is not registered for tax in %(country)s: no tax is charged."),
    "us_not_collected": _("The seller does not collect sales tax in the United States. You may owe use tax yourself."),
}

# The legal wording of each language, as tax offices expect it on an invoice.
TEXTS: dict[str, Promise] = {
    "reverse_charge": pgettext_lazy("on an invoice", "Reverse charge"),
    "export": pgettext_lazy("on an invoice", "Service supplied outside the European Union, not subject to VAT"),
    "out_of_scope": pgettext_lazy("on an invoice", "Not subject to tax in the seller's country"),
}


def tax_label(decision: TaxDecision, locale: str) -> str:
    """The label of a tax line: "VAT 25%", "GST 10%", "Reverse charge"."""
    if decision.rule == "reverse_charge":
        return gettext("Reverse charge")
    if not decision.rate:
        return gettext("No tax")
    facts = {"tax": _kind(decision.country), "rate": rate(decision.rate, locale)}
    return gettext("%(tax)s %(rate)s") % facts


def tax_reason(decision: TaxDecision, locale: str) -> str:
    """Why this tax is charged, or none. Raises KeyError for an unknown rule."""
    return str(RULES[decision.rule]) % {"country": country(decision.country, locale)}


def kept_tax_reason(decision: TaxDecision, locale: str) -> str:
    """Why a tax is there that is not today's: what is credited, or waited, keeps the one that it was sold with."""
    if not decision.rate:
        return tax_reason(decision, locale)
    return gettext("Tax of %(country)s, with which it was sold.") % {"country": country(decision.country, locale)}


def line_tax(tax: LineTax, locale: str) -> str:
    """What a line's amount has to do with its tax: "including 25% VAT", "plus 24% VAT", "reverse charge"."""
    decision = tax.decision
    if decision.rule == "reverse_charge":
        return gettext("reverse charge")
    if not decision.rate:
        return gettext("no tax is added")
    facts = {"tax": _kind_within(decision.country), "rate": rate(decision.rate, locale)}
    return gettext("including %(rate)s %(tax)s") % facts if tax.included else gettext("plus %(rate)s %(tax)s") % facts


def invoice_text(code: str) -> str:
    """A sentence that an invoice must carry (`InvoiceDraft.texts`). Raises KeyError for an unknown code."""
    return str(TEXTS[code])


def _kind_within(code: str) -> str:
    """As `_kind`, within a sentence: in some languages it has no capital there."""
    if code in VAT:
        return pgettext("within a sentence", "VAT")
    return str(KINDS[code]) if code in KINDS else pgettext("within a sentence", "tax")


def _kind(code: str) -> str:
    return gettext("VAT") if code in VAT else str(KINDS.get(code, _("Tax")))
