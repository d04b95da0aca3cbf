"""The continent of a country, by the two letters of ISO 3166, and what both are called."""

from functools import cache

from babel import Locale
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

NAMES = {
    "africa": _("Africa"),
    "america": _("America"),
    "antarctica": _("Antarctica"),
    "asia": _("Asia"),
    "europe": _("Europe"),
    "oceania": _("Oceania"),
}
# As the United Nations count them (M49); Taiwan and Kosovo, left out there, by where they lie.
COUNTRIES = {
    "africa": "AO BF BI BJ BW CD CF CG CI CM CV DJ DZ EG EH ER ET GA GH GM GN GQ GW IO KE KM LR LS"
    " LY MA MG ML MR MU MW MZ NA NE NG RE RW SC SD SH SL SN SO SS ST SZ TD TF TG TN TZ UG YT ZA ZM"
    " ZW",
    "america": "AG AI AR AW BB BL BM BO BQ BR BS BV BZ CA CL CO CR CU CW DM DO EC FK GD GF GL GP GS"
    " GT GY HN HT JM KN KY LC MF MQ MS MX NI PA PE PM PR PY SR SV SX TC TT US UY VC VE VG VI",
    "antarctica": "AQ",
    "asia": "AE AF AM AZ BD BH BN BT CN CY GE HK ID IL IN IQ IR JO JP KG KH KP KR KW KZ LA LB LK MM"
    " MN MO MV MY NP OM PH PK PS QA SA SG SY TH TJ TL TM TR TW UZ VN YE",
    "europe": "AD AL AT AX BA BE BG BY CH CZ DE DK EE ES FI FO FR GB GG GI GR HR HU IE IM IS IT JE"
    " LI LT LU LV MC MD ME MK MT NL NO PL PT RO RS RU SE SI SJ SK SM UA VA XK",
    "oceania": "AS AU CC CK CX FJ FM GU HM KI MH MP NC NF NR NU NZ PF PG PN PW SB TK TO TV UM VU WF"
    " WS",
}
_CONTINENT_OF = {code: key for key, codes in COUNTRIES.items() for code in codes.split()}


def continent_of(country: str) -> str:
    """The key of the continent; empty for a code that is no country."""
    return _CONTINENT_OF.get(country, "")


def continent_name(country: str) -> str:
    key = continent_of(country)
    return str(NAMES[key]) if key else ""


def country_name(country: str) -> str:
    """« France » in the reader's language; the code itself when nobody has named it."""
    return _territories(get_language() or "en").get(country, country)


@cache
def _territories(language: str) -> dict[str, str]:
    return dict(Locale.parse(language, sep="-").territories)
