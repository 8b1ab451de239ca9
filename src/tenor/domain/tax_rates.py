"""Standard tax rates by country and Canadian province, dated, each with the law it comes from (rules 11).

A change is a new row, never an edit: an invoice of an earlier day keeps the rate of its day.
"""

from datetime import date
from fractions import Fraction

from tenor.domain.offer import TaxRate


def _rates(country: str, source: str, *dated: tuple[str, str], region: str = "") -> tuple[TaxRate, ...]:
    """Rows of one country: (day valid from, percent) pairs in order."""
    return tuple(
        TaxRate(country, Fraction(percent) / 100, date.fromisoformat(day), source, region) for day, percent in dated
    )


_EUROPEAN_UNION = (
    *_rates("AT", "Umsatzsteuergesetz 1994, § 10 (1)", ("1995-01-01", "20")),
    *_rates("BE", "Code de la TVA, Arrêté royal n° 20, art. 1", ("1996-01-01", "21")),
    *_rates("DE", "Umsatzsteuergesetz, § 12 (1)", ("2007-01-01", "19")),
    *_rates("DE", "Umsatzsteuergesetz, § 28 (1), Zweites Corona-Steuerhilfegesetz", ("2020-07-01", "16")),
    *_rates("DE", "Umsatzsteuergesetz, § 12 (1)", ("2021-01-01", "19")),
    *_rates("DK", "Momsloven, § 33", ("1992-01-01", "25")),
    *_rates("ES", "Ley 37/1992 del Impuesto sobre el Valor Añadido, art. 90", ("2012-09-01", "21")),
    *_rates("FI", "Arvonlisäverolaki 1501/1993, 84 §", ("2013-01-01", "24"), ("2024-09-01", "25.5")),
    *_rates("FR", "Code général des impôts, art. 278", ("2014-01-01", "20")),
    *_rates(
        "IE",
        "Value-Added Tax Consolidation Act 2010, s. 46",
        ("2012-01-01", "23"),
        ("2020-09-01", "21"),
        ("2021-03-01", "23"),
    ),
    *_rates("IT", "D.P.R. 633/1972, art. 16", ("2013-10-01", "22")),
    *_rates("NL", "Wet op de omzetbelasting 1968, art. 9", ("2012-10-01", "21")),
    *_rates("PL", "Ustawa o podatku od towarów i usług, art. 146a-146ef", ("2011-01-01", "23")),
    *_rates("SE", "Mervärdesskattelag, 9 kap. (2023:200), earlier 7 kap. (1994:200)", ("1995-01-01", "25")),
)

_ELSEWHERE = (
    *_rates("AU", "A New Tax System (Goods and Services Tax) Act 1999, s. 9-70", ("2000-07-01", "10")),
    *_rates("CH", "Mehrwertsteuergesetz, Art. 25", ("2018-01-01", "7.7"), ("2024-01-01", "8.1")),
    *_rates("GB", "Value Added Tax Act 1994, s. 2", ("2011-01-04", "20")),
    *_rates("NO", "Merverdiavgiftsloven, Stortingets vedtak om merverdiavgift", ("2005-01-01", "25")),
)

_GST = "Excise Tax Act (Canada), s. 165 (1)"
_HST = "Excise Tax Act (Canada), s. 165 (2), harmonized"

# Combined rates: federal plus provincial. The row without a region is the federal GST alone.
_CANADA = (
    *_rates("CA", _GST, ("2008-01-01", "5")),
    *_rates("CA", _GST, ("2008-01-01", "5"), region="AB"),
    *_rates("CA", f"{_GST}; Provincial Sales Tax Act (British Columbia)", ("2013-04-01", "12"), region="BC"),
    *_rates("CA", f"{_GST}; Retail Sales Tax Act (Manitoba)", ("2019-07-01", "12"), region="MB"),
    *_rates("CA", _HST, ("2016-07-01", "15"), region="NB"),
    *_rates("CA", _HST, ("2016-07-01", "15"), region="NL"),
    *_rates("CA", _HST, ("2010-07-01", "15"), ("2025-04-01", "14"), region="NS"),
    *_rates("CA", _GST, ("2008-01-01", "5"), region="NT"),
    *_rates("CA", _GST, ("2008-01-01", "5"), region="NU"),
    *_rates("CA", _HST, ("2010-07-01", "13"), region="ON"),
    *_rates("CA", _HST, ("2016-10-01", "15"), region="PE"),
    *_rates("CA", f"{_GST}; Act respecting the Québec sales tax", ("2013-01-01", "14.975"), region="QC"),
    *_rates("CA", f"{_GST}; Provincial Sales Tax Act (Saskatchewan)", ("2017-03-23", "11"), region="SK"),
    *_rates("CA", _GST, ("2008-01-01", "5"), region="YT"),
)

STANDARD_RATES: tuple[TaxRate, ...] = _EUROPEAN_UNION + _ELSEWHERE + _CANADA
"""Every rate of the table, those of one country and region in order of their first day."""
