"""Places whose tax is not that of the country their addresses name, by code, postal code or region (rules 11).

Directive 2006/112/EC draws the Union's VAT territory: article 5 by the treaties, article 6 without islands and valleys
that belong to member states otherwise, article 7 with Monaco, the Isle of Man and the bases on Cyprus.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

PROVINCES = frozenset("AB BC MB NB NL NS NT NU ON PE QC SK YT".split())
"""The provinces and territories of Canada."""


@dataclass(frozen=True, slots=True)
class Territory:
    """A place apart. `tax_country` and `tax_region` name the rows of the rate table that reach it there.

    Where no tax of another country does, `tax_country` is its own `code`. `in_union`: whether the Union's rules (the
    one-stop shop, reverse charge) hold. `country` is what its addresses name by ISO 3166; `postal` are beginnings of
    postal codes, `names` regions as people write them (in the form of `_plain`).
    """

    code: str
    country: str
    source: str
    tax_country: str
    tax_region: str = ""
    in_union: bool = False
    postal: tuple[str, ...] = ()
    names: tuple[str, ...] = ()

    @property
    def is_apart(self) -> bool:
        """Whether the tax of no country in the table reaches it: it stands for itself."""
        return self.tax_country == self.code


@dataclass(frozen=True, slots=True)
class Place:
    """Where a customer is, as far as tax asks: the country and region of the rate table, and the territory, if any."""

    country: str
    region: str
    territory: Territory | None = None
    by_postal_code: bool = False


_VAT = "Directive 2006/112/EC"


def _outside(code: str, country: str, postal: str, names: str, source: str) -> Territory:
    return Territory(code, country, source, code, postal=tuple(postal.split()), names=tuple(names.split("|")))


TERRITORIES: tuple[Territory, ...] = (
    _outside(
        "IC",
        "ES",
        "35 38",
        "CN|GC|TF|35|38|CANARIAS|ISLAS CANARIAS|CANARY ISLANDS|LAS PALMAS|LAS PALMAS DE GRAN CANARIA|"
        "SANTA CRUZ DE TENERIFE|TENERIFE|GRAN CANARIA|FUERTEVENTURA|LANZAROTE|LA PALMA|LA GOMERA|EL HIERRO",
        f"{_VAT}, art. 6 (1) b",
    ),
    _outside("EA", "ES", "51 52", "CE|ML|51|52|CEUTA|MELILLA", f"{_VAT}, art. 6 (2) c, d"),
    Territory(
        "AX",
        "FI",
        f"{_VAT}, art. 6 (1) c; laki 1266/1996",
        "FI",
        postal=("22",),
        names=("AX", "01", "ALAND", "ALAND ISLANDS", "AHVENANMAA", "AHVENANMAAN MAAKUNTA"),
    ),
    _outside("DE-HEL", "DE", "27498", "HELGOLAND|HELIGOLAND", f"{_VAT}, art. 6 (2) a; UStG § 1 (2)"),
    Territory(
        "DE-BUS",
        "DE",
        f"{_VAT}, art. 6 (2) b; Mehrwertsteuergesetz (CH), Art. 3 a",
        "CH",
        postal=("78266",),
        names=("BUSINGEN", "BUESINGEN", "BUSINGEN AM HOCHRHEIN", "BUESINGEN AM HOCHRHEIN"),
    ),
    _outside("IT-LIV", "IT", "23041", "LIVIGNO", f"{_VAT}, art. 6 (2) e; D.P.R. 633/1972, art. 7"),
    _outside("IT-CAM", "IT", "22061", "CAMPIONE|CAMPIONE D ITALIA", f"{_VAT}, art. 6 (1) g; D.P.R. 633/1972, art. 7"),
    _outside("SM", "IT", "4789", "RSM|SAN MARINO", "Not part of Italy"),
    _outside("VA", "IT", "00120", "VATICAN CITY|CITTA DEL VATICANO", "Not part of Italy"),
    _outside("GR-69", "GR", "63086", "69|AGIO OROS|AGION OROS|MOUNT ATHOS|ATHOS", f"{_VAT}, art. 6 (1) a"),
    *(
        Territory(
            code,
            "FR",
            f"{_VAT}, art. 6 (1) d; Code général des impôts, art. 294, 296",
            "FR",
            code,
            postal=(postal,),
            names=(code, postal, *names.split("|")),
        )
        for code, postal, names in (
            ("GP", "971", "GUADELOUPE"),
            ("MQ", "972", "MARTINIQUE"),
            ("RE", "974", "REUNION|LA REUNION"),
        )
    ),
    _outside("GF", "FR", "973", "GF|973|GUYANE|GUYANE FRANCAISE|FRENCH GUIANA", f"{_VAT}, art. 6 (1) d; CGI, art. 294"),
    _outside("YT", "FR", "976", "YT|976|MAYOTTE", f"{_VAT}, art. 6 (1) d; CGI, art. 294"),
    _outside("MF", "FR", "97150 978", "MF|978|SAINT MARTIN", f"{_VAT}, art. 6 (1) d"),
    _outside("BL", "FR", "97133 977", "BL|977|SAINT BARTHELEMY", "Treaty on the Functioning of the EU, art. 355 (2)"),
    *(
        _outside(code, "FR", postal, f"{code}|{postal}|{names}", "Treaty on the Functioning of the EU, art. 198")
        for code, postal, names in (
            ("PM", "975", "SAINT PIERRE ET MIQUELON"),
            ("TF", "984", "TERRES AUSTRALES FRANCAISES"),
            ("WF", "986", "WALLIS ET FUTUNA"),
            ("PF", "987", "POLYNESIE FRANCAISE|FRENCH POLYNESIA"),
            ("NC", "988", "NOUVELLE CALEDONIE|NEW CALEDONIA"),
        )
    ),
    Territory("MC", "FR", f"{_VAT}, art. 7", "FR", in_union=True, postal=("980",), names=("MC", "MONACO")),
    Territory(
        "PT-20",
        "PT",
        "Código do IVA, art. 18.º, n.º 3 a)",
        "PT",
        "20",
        in_union=True,
        postal=("95", "96", "97", "98", "99"),
        names=("20", "ACORES", "AZORES", "REGIAO AUTONOMA DOS ACORES"),
    ),
    Territory(
        "PT-30",
        "PT",
        "Código do IVA, art. 18.º, n.º 3 b)",
        "PT",
        "30",
        in_union=True,
        postal=("90", "91", "92", "93", "94"),
        names=("30", "MADEIRA", "REGIAO AUTONOMA DA MADEIRA"),
    ),
    Territory(
        "AT-JM",
        "AT",
        "Umsatzsteuergesetz 1994, § 10 (4)",
        "AT",
        "JM",
        in_union=True,
        postal=("6691", "6991", "6992", "6993"),
        names=("JUNGHOLZ", "MITTELBERG", "KLEINWALSERTAL"),
    ),
    Territory("IM", "GB", "Isle of Man Act 1979, s. 6", "GB", postal=("IM",), names=("IM", "ISLE OF MAN")),
    _outside("JE", "GB", "JE", "JE|JERSEY", "Value Added Tax Act 1994, s. 96 (11): not part of it"),
    _outside("GG", "GB", "GY", "GG|GUERNSEY|ALDERNEY|SARK", "Value Added Tax Act 1994, s. 96 (11): not part of it"),
    _outside("GI", "GB", "GX", "GI|GIBRALTAR", "Value Added Tax Act 1994, s. 96 (11): not part of it"),
    Territory(
        "CY-SBA",
        "GB",
        f"{_VAT}, art. 7",
        "CY",
        in_union=True,
        postal=("BFPO57", "BFPO58"),
        names=("AKROTIRI", "DHEKELIA", "AKROTIRI AND DHEKELIA"),
    ),
    _outside("GL", "DK", "39", "GL|GRONLAND|GREENLAND|KALAALLIT NUNAAT", "Momsloven, § 2"),
    _outside("FO", "DK", "", "FO|FAROE ISLANDS|FAEROERNE|FOROYAR", "Momsloven, § 2"),
    _outside("SJ", "NO", "917 8099", "SJ|21|22|SVALBARD|JAN MAYEN", "Merverdiavgiftsloven, § 1-2"),
    Territory("LI", "CH", "Mehrwertsteuergesetz (CH), Art. 3 a", "CH", names=("LI", "LIECHTENSTEIN")),
    *(
        _outside(code, "AU", postal, f"{code}|{name}", "GST Act 1999, s. 195-1: outside the indirect tax zone")
        for code, postal, name in (
            ("NF", "2899", "NORFOLK ISLAND"),
            ("CX", "6798", "CHRISTMAS ISLAND"),
            ("CC", "6799", "COCOS ISLANDS"),
        )
    ),
)
"""Every place apart; a place that no other country's addresses name (such as Andorra) is simply a country."""

SWISS = {"8238": "DE-BUS", "6911": "IT-CAM"}
"""Swiss postal codes of places across the border."""

SHARED = frozenset({("IT", "22060"), ("IT", "23030")})
"""Earlier codes of Campione and Livigno, which neighbours have, too: there the name of the region decides."""

_BY_CODE = {territory.code: territory for territory in TERRITORIES}
_DIRECT = {code: _BY_CODE[code] for code in "IC EA AX GP MQ GF RE YT MF MC IM LI".split()}
"""Codes that people use for what would be taxed otherwise; San Marino's or Jersey's is simply a country's."""
_DIRECT |= {"XC": _BY_CODE["EA"], "XL": _BY_CODE["EA"]}
_SOLD_WITH = {code: territory.country for code, territory in _DIRECT.items() if code != "LI"}
_SOLD_WITH |= {"GG": "GB", "JE": "GB", "SJ": "NO"}
_POSTAL: dict[str, list[tuple[str, Territory]]] = {}
_NAMES: dict[tuple[str, str], Territory] = {}
for _one in TERRITORIES:
    _POSTAL.setdefault(_one.country, []).extend((start, _one) for start in _one.postal)
    _NAMES.update({(_one.country, name): _one for name in _one.names})
_POSTAL["CH"] = [(code, _BY_CODE[territory]) for code, territory in SWISS.items()]
for _starts in _POSTAL.values():
    _starts.sort(key=lambda pair: -len(pair[0]))
_COUNTRIES = frozenset(territory.country for territory in TERRITORIES)
_DIGITS = {"ES": 5, "FI": 5, "DE": 5, "IT": 5, "GR": 5, "FR": 5, "PT": 4, "AT": 4, "DK": 4, "NO": 4, "CH": 4, "AU": 4}
_LETTERS = str.maketrans({"Ø": "O", "Æ": "AE", "ß": "SS"})

_CANADIAN_NAMES = {
    "ALBERTA": "AB",
    "BRITISH COLUMBIA": "BC",
    "COLOMBIE BRITANNIQUE": "BC",
    "MANITOBA": "MB",
    "NEW BRUNSWICK": "NB",
    "NOUVEAU BRUNSWICK": "NB",
    "NEWFOUNDLAND": "NL",
    "NEWFOUNDLAND AND LABRADOR": "NL",
    "TERRE NEUVE ET LABRADOR": "NL",
    "NOVA SCOTIA": "NS",
    "NOUVELLE ECOSSE": "NS",
    "NORTHWEST TERRITORIES": "NT",
    "TERRITOIRES DU NORD OUEST": "NT",
    "NUNAVUT": "NU",
    "ONTARIO": "ON",
    "PRINCE EDWARD ISLAND": "PE",
    "ILE DU PRINCE EDOUARD": "PE",
    "QUEBEC": "QC",
    "SASKATCHEWAN": "SK",
    "YUKON": "YT",
}
_CANADIAN_POSTAL = {
    "X0A": "NU",
    "X0B": "NU",
    "X0C": "NU",
    **{first: province for letters, province in (
        ("A", "NL"), ("B", "NS"), ("C", "PE"), ("E", "NB"), ("GHJ", "QC"), ("KLMNP", "ON"), ("R", "MB"), ("S", "SK"),
        ("T", "AB"), ("V", "BC"), ("X", "NT"), ("Y", "YT"),
    ) for first in letters},
}  # fmt: skip


@lru_cache(maxsize=16_384)  # a night asks for each account, and each time for the seller's home
def place_of(country: str, region: str = "", postal_code: str = "") -> Place:
    """Where an address is, for tax. `country` by ISO 3166 (or a code that stands for a territory, such as IC).

    A whole postal code decides; the region does where there is none. What is not known is left as it is written.
    """
    if country == "CA":
        return Place(country, _province(region, postal_code))
    if found := _DIRECT.get(country):
        return _there(found)
    if country not in _COUNTRIES:
        return Place(country, "")
    postal = _postal(country, postal_code)
    if postal and (country, postal) not in SHARED:
        starts = (territory for start, territory in _POSTAL.get(country, ()) if postal.startswith(start))
        found = next(starts, None)
    else:
        found = _NAMES.get((country, _plain(region, country)))
        postal = ""
    return _there(found, by_postal_code=bool(postal)) if found else Place(country, "")


def sold_with(country: str) -> str:
    """The country with whose customers those of a territory's own code are sold to: IC with Spain, JE with Britain."""
    return _SOLD_WITH.get(country, country)


def _there(territory: Territory, *, by_postal_code: bool = False) -> Place:
    return Place(territory.tax_country, territory.tax_region, territory, by_postal_code)


def _province(region: str, postal_code: str) -> str:
    """The code of a Canadian province, from the region or, where it names none, from the postal code."""
    plain = _plain(region, "CA")
    province = _CANADIAN_NAMES.get(plain, plain)
    if province in PROVINCES:
        return province
    start = re.sub(r"[^A-Z0-9]", "", postal_code.upper())[:3]
    if re.fullmatch(r"[A-Z]\d[A-Z]", start):
        return _CANADIAN_POSTAL.get(start, _CANADIAN_POSTAL.get(start[0], region))
    return region


def _postal(country: str, text: str) -> str:
    """A postal code in one form; "" where it is not a whole one of that country."""
    if country == "GB":
        plain = re.sub(r"[^A-Z0-9]", "", text.upper())
        return plain if re.match(r"[A-Z]{1,4}\d", plain) else ""
    digits = re.sub(r"\D", "", text)
    if country == "PT" and len(digits) == len("0000000"):
        return digits
    return digits if len(digits) == _DIGITS.get(country, 0) else ""


def _plain(region: str, country: str) -> str:
    """A region without accents, punctuation and its country's prefix: "ES-CN" is "CN", "Açores" "ACORES"."""
    letters = unicodedata.normalize("NFKD", region.upper().translate(_LETTERS))
    words = re.sub(r"[^A-Z0-9]+", " ", "".join(one for one in letters if not unicodedata.combining(one))).split()
    return " ".join(words[1:] if len(words) > 1 and words[0] == country else words)
