"""Tax in words: the label of its line, why it is what it is, and the sentences an invoice must carry (rules 10, 11)."""

from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from tenor.domain.line_tax import LineTax, TaxDecision
from tenor.domain.tax import EU, NOT_KNOWN
from tenor.ui.words.values import country, rate

VAT = frozenset({*EU, "CH", "GB", "IS", "NO"})
KINDS: dict[str, Promise | str] = {
    "AU": _("GST"),
    "CA": _("GST/HST"),
    "IC": "IGIC",
    "NZ": _("GST"),
    "US": _("Sales tax"),
}

RULES: dict[str, Promise] = {
    "own_country": _("Tax of %(country)s, where buyer and seller are."),
    "registered_abroad": _("Tax of %(country)s, where the seller is registered."),
    "destination_oss": _("Tax of %(country)s, the country of the customer."),
    "seller_country": _("Tax of %(country)s, the country of the seller."),
    "reverse_charge": _("Reverse charge: you account for the tax in %(country)s."),
    "export": _("Sold to a country outside the European Union: no tax is charged."),
    "not_registered": _("The seller is not registered for tax in %(country)s: no tax is charged."),
    "us_not_collected": _("The seller does not collect sales tax in the United States. You may owe use tax yourself."),
    "outside_territory": _("Outside the tax area: %(territory)s. No tax is charged."),
    "not_known": _("The tax is not known yet."),
}

# What is missing for a decision, by the code of the refusal that a charge would get.
MISSING: dict[str, Promise] = {
    "tax_region_missing": _("The tax depends on the province, which your account does not name yet."),
    "no_tax_rate": _("The rate of tax for %(country)s is not known yet."),
}

# What a business that is charged tax has to be asked about its VAT id (`domain.tax`): a title and a sentence.
QUESTIONS: dict[str, tuple[Promise, Promise]] = {
    "vat_id_of_another_country": (
        _("Your VAT number and your address are of different countries"),
        _("The VAT number %(vat_id)s is not of %(country)s, where your account is, so tax is charged."),
    ),
    "vat_id_without_country": (
        _("Your VAT number has no country code"),
        _("The VAT number %(vat_id)s does not begin with the two letters of a country, so tax is charged."),
    ),
    "vat_id_not_checked": (
        _("Your VAT number has not been checked"),
        _("The VAT number %(vat_id)s has not been checked, so tax is charged."),
    ),
}

# Places that CLDR has no name for (`domain.tax_territories`); some are called the same everywhere.
TERRITORIES: dict[str, Promise | str] = {
    "AT-JM": _("Jungholz and Mittelberg"),
    "CY-SBA": _("Akrotiri and Dhekelia"),
    "DE-BUS": "Büsingen am Hochrhein",
    "DE-HEL": _("Heligoland"),
    "GR-69": _("Mount Athos"),
    "IT-CAM": "Campione d'Italia",
    "IT-LIV": "Livigno",
    "PT-20": _("Azores"),
    "PT-30": "Madeira",
}

# The legal wording of each language, as tax offices expect it on an invoice.
TEXTS: dict[str, Promise] = {
    "reverse_charge": pgettext_lazy("on an invoice", "Reverse charge"),
    "export": pgettext_lazy(
        "on an invoice", "Service supplied outside the VAT territory of the European Union, not subject to VAT"
    ),
    "out_of_scope": pgettext_lazy("on an invoice", "Not subject to tax in the seller's country"),
}


def tax_label(decision: TaxDecision, locale: str) -> str:
    """The label of a tax line: "VAT 25%", "GST 10%", "Reverse charge"."""
    if decision.rule == "reverse_charge":
        return gettext("Reverse charge")
    if decision.rule == NOT_KNOWN:
        return gettext("Tax not known yet")
    if not decision.rate:
        return gettext("No tax")
    facts = {"tax": _kind(decision.country), "rate": rate(decision.rate, locale)}
    return gettext("%(tax)s %(rate)s") % facts


def tax_reason(decision: TaxDecision, locale: str) -> str:
    """Why this tax is charged, or none, and what is asked about it. Raises KeyError for an unknown rule."""
    facts = {"country": country(decision.country, locale), "territory": _territory(decision, locale)}
    if decision.rule == NOT_KNOWN:
        return str(MISSING.get(str(decision.evidence.get("missing")), RULES[NOT_KNOWN])) % facts
    sentences = [str(RULES[decision.rule]) % facts]
    if facts["territory"] and decision.rate:
        of_its_own = gettext("Rate of its own: %(territory)s.")
        shared = gettext("Taxed as part of %(country)s: %(territory)s.")
        sentences.append((of_its_own if decision.region else shared) % facts)
    if question := tax_question(decision, locale):
        sentences.append(question[1])
    return " ".join(sentences)


def tax_question(decision: TaxDecision, locale: str) -> tuple[str, str] | None:
    """What the customer has to be asked before the tax is certain, as a title and a sentence; None for nothing.

    Asked about are a VAT id that doesn't agree with the address, and a province that is missing.
    """
    place = str(decision.evidence.get("customer_country", decision.country))
    facts = {"vat_id": decision.evidence.get("vat_id"), "country": country(place, locale)}
    if decision.rule == NOT_KNOWN:
        return gettext("Your tax is not known yet"), tax_reason(decision, locale)
    asked = QUESTIONS.get(str(decision.evidence.get("vat_id_question")))
    return None if asked is None else (str(asked[0]), str(asked[1]) % facts)


def _territory(decision: TaxDecision, locale: str) -> str:
    code = str(decision.evidence.get("territory", ""))
    return str(TERRITORIES[code]) if code in TERRITORIES else country(code, locale)


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
