"""The shape of a file of communes, and the words of its errors."""

import csv
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from essaim.foundation.text import clean_line, unaccented
from essaim.places.actions import PlaceRow, Problem
from essaim.places.models import Place, Postcode

# Every name a column may have; the first is the one we say.
COLUMNS = {
    "code": ("code", "insee", "code_insee", "code_commune"),
    "name": ("name", "nom", "nom_commune", "libelle"),
    "department": ("department", "dep", "departement", "code_departement", "department_code"),
    "department_name": ("department_name", "dep_nom", "nom_departement"),
    "region": ("region", "reg", "code_region", "region_code"),
    "region_name": ("region_name", "reg_nom", "nom_region"),
    "population": ("population", "pop"),
    "postcodes": ("postcodes", "postcode", "cps", "cp", "codes_postaux", "code_postal", "zip"),
    "latitude": ("latitude", "lat"),
    "longitude": ("longitude", "lon", "lng", "long"),
}
REQUIRED = ("code", "name")
DELIMITERS = ",;\t"
MOST_PEOPLE = 2_000_000_000

_LONGEST_NAME: int = Place._meta.get_field("name").max_length or 0
_LONGEST_CODE: int = Place._meta.get_field("code").max_length or 0
_LONGEST_POSTCODE: int = Postcode._meta.get_field("code").max_length or 0
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


class UnreadableFile(Exception):  # noqa: N818  said to people as it is
    """Nothing of the file can be used; the message says why in one sentence."""


@dataclass(frozen=True, slots=True)
class PlaceFile:
    rows: tuple[PlaceRow, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class _Line:
    number: int
    text: str | None  # None where the encoding is broken


def read_places(content: bytes) -> PlaceFile:
    """The places of a CSV file (UTF-8 with or without BOM, or Latin-1; comma, semicolon or tab).

    Each line stands alone, so that a damaged one spoils no other. Raises UnreadableFile.
    """
    lines = [line for line in _lines(content) if line.text is None or line.text.strip()]
    if not lines:
        raise UnreadableFile(_("the file is empty."))
    header, *rest = lines
    delimiter, columns = _header(header)
    rows: list[PlaceRow] = []
    problems: list[Problem] = []
    for line in rest:
        try:
            rows.append(_row(line, delimiter, columns))
        except ValidationError as error:
            problems.append(Problem(line.number, " ".join(error.messages)))
    if not rest:
        raise UnreadableFile(_("the file has a header and no line below it."))
    return PlaceFile(tuple(rows), tuple(problems))


def _lines(content: bytes) -> Iterator[_Line]:
    if content.startswith(_UTF16):
        raise UnreadableFile(_("the file is in UTF-16: save it as UTF-8."))
    if b"\x00" in content:
        raise UnreadableFile(_("this is not a text file."))
    content = content.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    raw = content.split(b"\n")
    decoded = [_decoded(line) for line in raw]
    # One accented line in UTF-8 tells that the file is: others are damaged. No such line: Latin-1.
    is_utf8 = any(text is not None and not text.isascii() for text in decoded)
    for number, (text, line) in enumerate(zip(decoded, raw, strict=True), start=1):
        if text is None and not is_utf8:
            yield _Line(number, _western(line))
        else:
            yield _Line(number, text)


def _decoded(line: bytes) -> str | None:
    try:
        return line.decode()
    except UnicodeDecodeError:
        return None


def _western(line: bytes) -> str:
    """Latin-1 as Windows writes it, where « œ » has a place; true Latin-1 where that fails."""
    try:
        return line.decode("cp1252")
    except UnicodeDecodeError:
        return line.decode("latin-1")


def _header(line: _Line) -> tuple[str, dict[str, int]]:
    """The delimiter, and where each known column stands."""
    if line.text is None:
        raise UnreadableFile(_("the first line is neither UTF-8 nor Latin-1."))
    known = {alias: column for column, aliases in COLUMNS.items() for alias in aliases}
    best: tuple[str, list[str]] = (",", [])
    for delimiter in DELIMITERS:
        try:
            cells = [_alias(cell) for cell in _cells(line.text, delimiter)]
        except ValidationError:
            continue
        if sum(cell in known for cell in cells) > sum(cell in known for cell in best[1]):
            best = (delimiter, cells)
    delimiter, cells = best
    if not any(cell in known for cell in cells):
        raise UnreadableFile(
            _(
                "this is not a CSV file of places: "
                "its first line should name columns such as %(names)s."
            )
            % {"names": ", ".join(aliases[0] for aliases in COLUMNS.values())}
        )
    columns = _columns(cells, known)
    missing = [column for column in REQUIRED if column not in columns]
    missing += [
        one
        for one, other in (("latitude", "longitude"), ("longitude", "latitude"))
        if other in columns and one not in columns
    ]
    if missing:
        raise UnreadableFile(_("a column is missing: %(names)s.") % {"names": ", ".join(missing)})
    return delimiter, columns


def _columns(cells: list[str], known: dict[str, str]) -> dict[str, int]:
    columns: dict[str, int] = {}
    for position, cell in enumerate(cells):
        column = known.get(cell)
        if column in columns:
            first = cells[columns[column]]
            if first == cell:
                raise UnreadableFile(
                    _("the column “%(name)s” is repeated: keep one.") % {"name": cell}
                )
            raise UnreadableFile(
                _("the columns “%(first)s” and “%(second)s” say the same thing: keep one.")
                % {"first": first, "second": cell}
            )
        if column:
            columns[column] = position
    return columns


def _alias(cell: str) -> str:
    return re.sub(r"[\s-]+", "_", unaccented(cell.strip()))


def _cells(text: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([text], delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise ValidationError(_("the quotation marks do not close.")) from error


def _row(line: _Line, delimiter: str, columns: dict[str, int]) -> PlaceRow:
    if line.text is None:
        raise ValidationError(_("this line is not in UTF-8, as the others are."))
    cells = _cells(line.text, delimiter)
    if len(cells) <= max(columns.values()):
        raise ValidationError(
            _("the line has %(count)s columns where the header has more.") % {"count": len(cells)}
        )

    def said(column: str) -> str:
        return cells[columns[column]].strip() if column in columns else ""

    latitude = _degrees("latitude", said("latitude"), 90)
    longitude = _degrees("longitude", said("longitude"), 180)
    if (latitude is None) != (longitude is None):
        raise ValidationError(_("latitude and longitude go together: one is empty."))
    return PlaceRow(
        line=line.number,
        code=_word("code", said("code"), _LONGEST_CODE),
        name=_word("name", said("name"), _LONGEST_NAME),
        department=_word("department", said("department"), _LONGEST_CODE, required=False),
        department_name=_word(
            "department_name", said("department_name"), _LONGEST_NAME, required=False
        ),
        region=_word("region", said("region"), _LONGEST_CODE, required=False),
        region_name=_word("region_name", said("region_name"), _LONGEST_NAME, required=False),
        population=_people(said("population")),
        postcodes=_postcodes(said("postcodes")),
        latitude=latitude,
        longitude=longitude,
    )


def _word(column: str, text: str, longest: int, *, required: bool = True) -> str:
    word = clean_line(text)
    if required and not word:
        raise ValidationError(_("the column “%(column)s” is empty.") % {"column": column})
    if len(word) > longest:
        raise ValidationError(
            _("the column “%(column)s” is longer than %(longest)s characters.")
            % {"column": column, "longest": longest}
        )
    return word


def _people(text: str) -> int | None:
    if not text:
        return None
    if not re.fullmatch(r"[0-9]{1,10}", text) or int(text) > MOST_PEOPLE:
        raise ValidationError(
            _("“%(text)s” is not a whole number of people.") % {"text": text[:40]}
        )
    return int(text)


def _degrees(column: str, text: str, most: int) -> float | None:
    if not text:
        return None
    if not re.fullmatch(r"[+-]?[0-9]{1,3}([.,][0-9]+)?", text):
        raise ValidationError(
            _("“%(text)s” is not a %(column)s in degrees.") % {"text": text[:40], "column": column}
        )
    degrees = float(text.replace(",", "."))
    if abs(degrees) > most:
        raise ValidationError(
            _("the %(column)s %(text)s is not between −%(most)s and %(most)s.")
            % {"text": text[:40], "column": column, "most": most}
        )
    return degrees


def _postcodes(text: str) -> tuple[str, ...]:
    """Codes apart by bars, semicolons, commas, or by spaces where each is a number."""
    apart = r"[\s|;,]+" if re.fullmatch(r"[0-9\s|;,]*", text) else r"[|;,]+"
    split: Callable[[str], list[str]] = re.compile(apart).split
    codes = [clean_line(code).upper() for code in split(text)]
    for code in codes:
        if len(code) > _LONGEST_POSTCODE:
            raise ValidationError(_("“%(text)s” is not a postcode.") % {"text": code[:40]})
    return tuple(dict.fromkeys(code for code in codes if code))
