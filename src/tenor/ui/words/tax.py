"""Tax in words: what it is called, why it is what it is, and the sentences an invoice must carry (rules 10, 11)."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from tenor.domain.line_tax import LineTax, TaxDecision
from tenor.domain.tax import EU, NOT_KNOWN
from tenor.ui.words.values import capital, country, rate

VAT = frozenset({*EU, "CH", "GB", "IS", "NO"})
NAMES: dict[str, Promise | str] = {
    "AU": "GST",
    "CA": "GST/HST",
    "IC": "IGIC",
    "NZ": "GST",
    "US": pgettext_lazy("within a sentence", "sales tax"),
}

RULES: dict[str, Promise] = {
    "own_country": _("%(whose)s: buyer and seller are in %(country)s."),
    "registered_abroad": _("%(whose)s: the seller is registered in %(country)s."),
    "destination_oss": _("%(whose)s: the buyer is in %(country)s."),
    "seller_country": _("%(whose)s: the seller is in %(country)s."),
    "reverse_charge": _("You account for the VAT in %(country)s yourself."),
    "export": _("Sold to a country outside the European Union: no VAT is charged."),
    "not_registered": _("The seller is not registered for %(tax)s in %(country)s and charges none."),
    "us_not_collected": _("The seller does not collect sales tax in the United States. You may owe use tax yourself."),
    "outside_territory": _("Outside the VAT area: %(territory)s. No VAT is charged."),
    "not_known": _("How much %(tax)s is added is not known yet."),
}

# What is missing for a decision, by the code of the refusal that a charge would get.
MISSING: dict[str, Promise] = {
    "tax_region_missing": _("The %(tax)s depends on the province, which your account does not name yet."),
    "no_tax_rate": _("The rate of %(tax)s in %(country)s is not known yet."),
}

# What a business that is charged tax has to be asked about its VAT id (`domain.tax`): a title and a sentence.
QUESTIONS: dict[str, tuple[Promise, Promise]] = {
    "vat_id_of_another_country": (
        _("Your VAT number and your address are of different countries"),
        _("The VAT number %(vat_id)s is not of %(country)s, where your account is, so VAT is charged."),
    ),
    "vat_id_without_country": (
        _("Your VAT number has no country code"),
        _("The VAT number %(vat_id)s does not begin with the two letters of a country, so VAT is charged."),
    ),
    "vat_id_not_checked": (
        _("Your VAT number has not been checked"),
        _("The VAT number %(vat_id)s has not been checked, so VAT is charged."),
    ),
}

# Whose tax it is, as it stands before the tax's name.
WHOSE: dict[str, Promise] = {
    "AT": pgettext_lazy("tax", "Austrian"),
    "AU": pgettext_lazy("tax", "Australian"),
    "BE": pgettext_lazy("tax", "Belgian"),
    "BG": pgettext_lazy("tax", "Bulgarian"),
    "CA": pgettext_lazy("tax", "Canadian"),
    "CH": pgettext_lazy("tax", "Swiss"),
    "CY": pgettext_lazy("tax", "Cypriot"),
    "CZ": pgettext_lazy("tax", "Czech"),
    "DE": pgettext_lazy("tax", "German"),
    "DK": pgettext_lazy("tax", "Danish"),
    "EE": pgettext_lazy("tax", "Estonian"),
    "ES": pgettext_lazy("tax", "Spanish"),
    "FI": pgettext_lazy("tax", "Finnish"),
    "FR": pgettext_lazy("tax", "French"),
    "GB": pgettext_lazy("tax", "British"),
    "GR": pgettext_lazy("tax", "Greek"),
    "HR": pgettext_lazy("tax", "Croatian"),
    "HU": pgettext_lazy("tax", "Hungarian"),
    "IE": pgettext_lazy("tax", "Irish"),
    "IS": pgettext_lazy("tax", "Icelandic"),
    "IT": pgettext_lazy("tax", "Italian"),
    "LT": pgettext_lazy("tax", "Lithuanian"),
    "LU": pgettext_lazy("tax", "Luxembourg"),
    "LV": pgettext_lazy("tax", "Latvian"),
    "MT": pgettext_lazy("tax", "Maltese"),
    "NL": pgettext_lazy("tax", "Dutch"),
    "NO": pgettext_lazy("tax", "Norwegian"),
    "NZ": pgettext_lazy("tax", "New Zealand"),
    "PL": pgettext_lazy("tax", "Polish"),
    "PT": pgettext_lazy("tax", "Portuguese"),
    "RO": pgettext_lazy("tax", "Romanian"),
    "SE": pgettext_lazy("tax", "Swedish"),
    "SI": pgettext_lazy("tax", "Slovenian"),
    "SK": pgettext_lazy("tax", "Slovak"),
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


@dataclass(frozen=True, slots=True)
class TaxWords:
    """What pages call the tax of an account, within a sentence, and what they say beside its amounts.

    `name` is "VAT"; `included` stands beside what is charged, and `excluded` beside what the tax is still added to. Who
    accounts for the tax is charged without it, so that both are "excl. VAT"; where there is none, both are "".
    `remark` says once on a page why the tax is not in the amounts; "" where it is.
    """

    name: str
    excluded: str
    included: str
    remark: str = ""

    @classmethod
    def of(cls, decision: TaxDecision) -> "TaxWords":
        """In the active language."""
        name = _name(decision)
        excluded, included = gettext("excl. %(tax)s") % {"tax": name}, gettext("incl. %(tax)s") % {"tax": name}
        if decision.rule == "reverse_charge":
            remark = gettext("%(excluded)s; you account for the VAT yourself")
            return cls(name, excluded, excluded, remark % {"excluded": excluded})
        if not decision.rate and decision.rule != NOT_KNOWN:
            return cls(name, "", "", gettext("no %(tax)s is added") % {"tax": name})
        return cls(name, excluded, included)

    def priced(self, *, included: bool) -> str:
        """What stands beside an amount that is priced with the tax in it, or without."""
        return self.included if included else self.excluded

    def beside(self, amount: str, *, included: bool) -> str:
        """The amount with what stands beside it: "$1,260.00 excl. VAT"."""
        return f"{amount} {self.priced(included=included)}".rstrip()

    @property
    def total(self) -> str:
        """The head of what is charged in all: "Total incl. VAT"; "Total" where the tax is not in it."""
        return gettext("Total %(tax)s") % {"tax": self.included} if self.is_charged else gettext("Total")

    @property
    def is_charged(self) -> bool:
        """Whether the tax is in what is charged."""
        return not self.remark


def tax_name(code: str) -> str:
    """What a country's tax is called within a sentence: "VAT", "GST"."""
    if code in VAT:
        return pgettext("within a sentence", "VAT")
    return str(NAMES[code]) if code in NAMES else pgettext("within a sentence", "tax")


def _name(decision: TaxDecision) -> str:
    """What it is called: what is not charged to a place outside the Union's rules would have been its VAT."""
    is_outside = decision.rule in ("export", "outside_territory")
    return pgettext("within a sentence", "VAT") if is_outside else tax_name(decision.country)


def tax_label(decision: TaxDecision, locale: str) -> str:
    """The label of a tax line: "VAT 25%", "GST 10%", "Reverse charge"."""
    facts = {"tax": _name(decision), "rate": rate(decision.rate, locale)}
    if decision.rule == "reverse_charge":
        return gettext("Reverse charge")
    if decision.rule == NOT_KNOWN:
        return capital(gettext("%(tax)s not known yet") % facts)
    return capital(gettext("%(tax)s %(rate)s") % facts) if decision.rate else gettext("No %(tax)s") % facts


def tax_reason(decision: TaxDecision, locale: str) -> str:
    """Why this tax is charged, or none, and what is asked about it. Raises KeyError for an unknown rule."""
    facts = {
        "country": country(decision.country, locale),
        "tax": _name(decision),
        "territory": _territory(decision, locale),
        "whose": _whose(decision, locale),
    }
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
        return gettext("Your %(tax)s is not known yet") % {"tax": _name(decision)}, tax_reason(decision, locale)
    asked = QUESTIONS.get(str(decision.evidence.get("vat_id_question")))
    return None if asked is None else (str(asked[0]), str(asked[1]) % facts)


def _territory(decision: TaxDecision, locale: str) -> str:
    code = str(decision.evidence.get("territory", ""))
    return str(TERRITORIES[code]) if code in TERRITORIES else country(code, locale)


def _whose(decision: TaxDecision, locale: str) -> str:
    """The tax with its country: "Swedish VAT"."""
    name = _name(decision)
    if decision.country not in WHOSE:
        return capital(gettext("%(tax)s of %(country)s") % {"tax": name, "country": country(decision.country, locale)})
    return f"{WHOSE[decision.country]} {name}"


def kept_tax_reason(decision: TaxDecision, locale: str) -> str:
    """Why a tax is there that is not today's: what is credited, or waited, keeps the one that it was sold with."""
    if not decision.rate:
        return tax_reason(decision, locale)
    return gettext("%(whose)s, as when it was sold.") % {"whose": _whose(decision, locale)}


def line_tax(tax: LineTax, locale: str) -> str:
    """What a line's amount has to do with its tax: "incl. 25% VAT", "plus 24% VAT", "reverse charge"."""
    decision = tax.decision
    facts = {"tax": _name(decision), "rate": rate(decision.rate, locale)}
    if decision.rule == "reverse_charge":
        return gettext("reverse charge")
    if not decision.rate:
        return gettext("no %(tax)s is added") % facts
    return gettext("incl. %(rate)s %(tax)s") % facts if tax.included else gettext("plus %(rate)s %(tax)s") % facts


def invoice_text(code: str) -> str:
    """A sentence that an invoice must carry (`InvoiceDraft.texts`). Raises KeyError for an unknown code."""
    return str(TEXTS[code])
