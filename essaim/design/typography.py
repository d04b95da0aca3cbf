"""Dates, numbers and names as they are written in the reader's language."""

import re
import unicodedata
from datetime import date, datetime
from decimal import Decimal
from zlib import crc32

from babel.dates import format_date
from babel.numbers import format_currency, format_decimal, format_percent
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from markupsafe import Markup

NARROW = "\u202f"  # narrow no-break space, before % and between thousands in French
NO_BREAK = "\u00a0"
_DASH = "\u2013"
TINTS = 4  # as many as there are --cell-N tokens


def day(value: date) -> str:
    """3 October 2026; in French the first of the month is « 1er »."""
    local = _local(value)
    return f"{short_day(local)} {local.year}"


def short_day(value: date) -> str:
    """3 October: where the year is plain from the context."""
    local = _local(value)
    number_of_day = "1er" if _french() and local.day == 1 else str(local.day)
    return number_of_day + NO_BREAK + format_date(local, "MMMM", locale=_locale())


def moment(value: datetime) -> str:
    """3 October 2026 at 19:30; « 3 octobre 2026 à 19 h 30 »."""
    local = _local(value)
    return _("%(day)s at %(hour)s") % {"day": day(local), "hour": _hour(local)}


def span(starts: datetime, ends: datetime) -> str:
    """Thursday 3 December 2026, 19:30–21:30, in the zone that is active; both days where it lasts
    over several.
    """
    first, last = timezone.localtime(starts), timezone.localtime(ends)
    if first.date() == last.date():
        hours = f"{_hour(first)}{_DASH}{_hour(last)}"
        return f"{_weekday(first)} {day(first)}, {hours}"
    said = {
        "first": f"{_weekday(first)} {moment(first)}",
        "last": f"{_weekday(last)} {moment(last)}",
    }
    return _("%(first)s to %(last)s") % said


def iso(value: date | str | None) -> str:
    """What `<time datetime>` and the date fields of a browser understand; a text stays as it is."""
    if value is None or isinstance(value, str):
        return value or ""
    if isinstance(value, datetime):
        aware = timezone.is_aware(value)
        return (timezone.localtime(value) if aware else value).isoformat(timespec="minutes")
    return value.isoformat()


def number(value: float) -> str:
    """1,204; « 1 204 » with narrow no-break spaces."""
    return format_decimal(value, locale=_locale()).replace(NO_BREAK, NARROW)


def money(cents: int, currency: str) -> str:
    """€1,500; « 1 500 € » : whole amounts without their cents."""
    digits = "" if cents % 100 == 0 else ".00"
    pattern = f"#,##0{digits}\u00a0¤" if _french() else f"¤#,##0{digits}"
    amount = Decimal(cents) / 100
    written = format_currency(amount, currency, pattern, locale=_locale(), currency_digits=False)
    return written.replace(NO_BREAK, NARROW)


def percent(share: float) -> str:
    """0.145 is 14%; more than nothing is at least 1%, less than all at most 99%."""
    rounded = round(share * 100)
    if share > 0 and rounded == 0:
        rounded = 1
    if share < 1 and rounded == 100:  # noqa: PLR2004 - a hundred percent
        rounded = 99
    return format_percent(rounded / 100, locale=_locale()).replace(NO_BREAK, NARROW)


def tidy(words: str) -> str:
    """No line begins with a French sign: the spaces people typed before : ; ? ! » become no-break.

    Changes nothing one can see. HTML keeps its tags, and stays untouched when it shows code.
    """
    if "<code" in words or "<pre" in words:
        return words
    pieces = re.split(r"(<[^>]*>)", words) if isinstance(words, Markup) else [words]
    for index in range(0, len(pieces), 2):
        piece = re.sub(r" (?=[;?!%])", NARROW, pieces[index])
        pieces[index] = re.sub(r" (?=[:»])|(?<=«) ", NO_BREAK, piece)
    return Markup("".join(pieces)) if isinstance(words, Markup) else pieces[0]  # noqa: S704  its pieces were


def initials(name: str) -> str:
    """At most two capitals that stand for a name: « Béarn en commun » is BC."""
    words = [word for word in name.replace("’", " ").replace("-", " ").split() if word[0].isalnum()]
    if not words:
        return "?"
    big = [word for word in words if word[0].isupper() or word[0].isdigit()] or words
    chosen = [big[0]] if len(words) == 1 else [big[0], (big[1:] or words[-1:])[-1]]
    return "".join(unicodedata.normalize("NFC", word)[0].upper() for word in chosen)


def tint(name: str) -> int:
    """One of the cell colours, always the same for a name."""
    return crc32(name.encode()) % TINTS + 1


def _local(value: date) -> date:
    if isinstance(value, datetime) and timezone.is_aware(value):
        return timezone.localtime(value)
    return value


def _weekday(value: date) -> str:
    return format_date(value, "EEEE", locale=_locale())


def hour(value: datetime) -> str:
    """19:30; « 19 h 30 »; as the wall has it, whatever zone is active."""
    return _hour(value)


def _hour(value: date) -> str:
    if not isinstance(value, datetime):
        raise TypeError("A day has no hour.")
    if not _french():
        return f"{value:%H:%M}"
    minutes = f"{NO_BREAK}{value:%M}" if value.minute else ""
    return f"{value.hour}{NO_BREAK}h{minutes}"


def _french() -> bool:
    return (get_language() or "").startswith("fr")


def _locale() -> str:
    return "fr" if _french() else "en_GB"
