"""Standard tax rates by country, Canadian province and territory, dated, each with the law it comes from (rules 11).

A change is a new row, never an edit: an invoice of an earlier day keeps the rate of its day. The regions of territories
are those of `tax_territories`.
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
    *_rates("AT", "Umsatzsteuergesetz 1994, § 10 (4)", ("1995-01-01", "19"), region="JM"),
    *_rates("BE", "Code de la TVA, Arrêté royal n° 20, art. 1", ("1996-01-01", "21")),
    *_rates("BG", "Zakon za danak varhu dobavenata stoynost, chl. 66 (1)", ("2007-01-01", "20")),
    *_rates("CY", "Peri Forou Prostithemenis Axias Nomos 95(I)/2000, art. 17", ("2014-01-13", "19")),
    *_rates("CZ", "Zákon č. 235/2004 Sb., o dani z přidané hodnoty, § 47 (1)", ("2013-01-01", "21")),
    *_rates("DE", "Umsatzsteuergesetz, § 12 (1)", ("2007-01-01", "19")),
    *_rates("DE", "Umsatzsteuergesetz, § 28 (1), Zweites Corona-Steuerhilfegesetz", ("2020-07-01", "16")),
    *_rates("DE", "Umsatzsteuergesetz, § 12 (1)", ("2021-01-01", "19")),
    *_rates("DK", "Momsloven, § 33", ("1992-01-01", "25")),
    *_rates("EE", "Käibemaksuseadus, § 15 (1)", ("2009-07-01", "20"), ("2024-01-01", "22"), ("2025-07-01", "24")),
    *_rates("ES", "Ley 37/1992 del Impuesto sobre el Valor Añadido, art. 90", ("2012-09-01", "21")),
    *_rates("FI", "Arvonlisäverolaki 1501/1993, 84 §", ("2013-01-01", "24"), ("2024-09-01", "25.5")),
    *_rates("FR", "Code général des impôts, art. 278", ("2014-01-01", "20")),
    *_rates("FR", "Code général des impôts, art. 296", ("2001-03-31", "8.5"), region="GP"),
    *_rates("FR", "Code général des impôts, art. 296", ("2001-03-31", "8.5"), region="MQ"),
    *_rates("FR", "Code général des impôts, art. 296", ("2001-03-31", "8.5"), region="RE"),
    *_rates("GR", "Kodikas F.P.A., N. 2859/2000, art. 21, as of N. 4389/2016", ("2016-06-01", "24")),
    *_rates("HR", "Zakon o porezu na dodanu vrijednost, čl. 38 (1)", ("2013-07-01", "25")),
    *_rates("HU", "2007. évi CXXVII. törvény az általános forgalmi adóról, 82. § (1)", ("2012-01-01", "27")),
    *_rates(
        "IE",
        "Value-Added Tax Consolidation Act 2010, s. 46",
        ("2012-01-01", "23"),
        ("2020-09-01", "21"),
        ("2021-03-01", "23"),
    ),
    *_rates("IT", "D.P.R. 633/1972, art. 16", ("2013-10-01", "22")),
    *_rates("LT", "Pridėtinės vertės mokesčio įstatymas IX-751, 19 str. 1 d.", ("2009-09-01", "21")),
    *_rates("LU", "Loi du 12 février 1979 concernant la taxe sur la valeur ajoutée, art. 39", ("2015-01-01", "17")),
    *_rates("LU", "Loi du 26 octobre 2022 (baisse temporaire de la TVA)", ("2023-01-01", "16")),
    *_rates("LU", "Loi du 12 février 1979 concernant la taxe sur la valeur ajoutée, art. 39", ("2024-01-01", "17")),
    *_rates("LV", "Pievienotās vērtības nodokļa likums, 41. pants (1)", ("2012-07-01", "21")),
    *_rates("MT", "Value Added Tax Act (Cap. 406), s. 18", ("2004-01-01", "18")),
    *_rates("NL", "Wet op de omzetbelasting 1968, art. 9", ("2012-10-01", "21")),
    *_rates("PL", "Ustawa o podatku od towarów i usług, art. 146a-146ef", ("2011-01-01", "23")),
    *_rates("PT", "Código do IVA, art. 18.º, n.º 1 c)", ("2011-01-01", "23")),
    *_rates("PT", "Código do IVA, art. 18.º, n.º 3 a)", ("2014-01-01", "18"), ("2021-07-01", "16"), region="20"),
    *_rates("PT", "Código do IVA, art. 18.º, n.º 3 b)", ("2012-04-01", "22"), region="30"),
    *_rates("RO", "Legea 227/2015 privind Codul fiscal, art. 291 (1)", ("2017-01-01", "19")),
    *_rates("RO", "Legea 227/2015, art. 291 (1), as of Legea 141/2025", ("2025-08-01", "21")),
    *_rates("SE", "Mervärdesskattelag, 9 kap. (2023:200), earlier 7 kap. (1994:200)", ("1995-01-01", "25")),
    *_rates("SI", "Zakon o davku na dodano vrednost (ZDDV-1), 41. člen", ("2013-07-01", "22")),
    *_rates(
        "SK",
        "Zákon č. 222/2004 Z. z. o dani z pridanej hodnoty, § 27 (1)",
        ("2011-01-01", "20"),
        ("2025-01-01", "23"),
    ),
)

_ELSEWHERE = (
    *_rates("AU", "A New Tax System (Goods and Services Tax) Act 1999, s. 9-70", ("2000-07-01", "10")),
    *_rates("CH", "Mehrwertsteuergesetz, Art. 25", ("2018-01-01", "7.7"), ("2024-01-01", "8.1")),
    *_rates("GB", "Value Added Tax Act 1994, s. 2", ("2011-01-04", "20")),
    *_rates("IC", "Ley 4/2012 de la Comunidad Autónoma de Canarias, art. 51 (IGIC)", ("2020-01-01", "7")),
    *_rates("IS", "Lög nr. 50/1988 um virðisaukaskatt, 14. gr.", ("2015-01-01", "24")),
    *_rates("NO", "Merverdiavgiftsloven, Stortingets vedtak om merverdiavgift", ("2005-01-01", "25")),
    *_rates("NZ", "Goods and Services Tax Act 1985, s. 8", ("2010-10-01", "15")),
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
