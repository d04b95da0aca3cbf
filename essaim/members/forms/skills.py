"""The shape of a file of skills, and the words of its errors."""

import csv
import re
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from essaim.foundation.text import clean_line
from essaim.members.actions.skills import LABEL_LANGUAGE, SkillProblem, SkillRow
from essaim.members.models import SKILL_LENGTH, SkillKind

COLUMNS = ("uri", "type", "label", "alternative_labels")
# ESCO says both of one skill.
KINDS = {
    "skill/competence": SkillKind.SKILL,
    "knowledge": SkillKind.KNOWLEDGE,
    "skill/competence knowledge": SkillKind.SKILL,
}
LONGEST_URI = 200
_URI = re.compile(r"(https?://|urn:)\S+")


class UnreadableFile(Exception):  # noqa: N818  said to people as it is
    """Nothing of the file can be used; the message says why in one sentence."""


@dataclass(frozen=True, slots=True)
class SkillFile:
    rows: tuple[SkillRow, ...]
    problems: tuple[SkillProblem, ...]


def read_skills(content: bytes) -> SkillFile:
    """The skills of a CSV file in UTF-8: uri, type, label, alternative labels with | between them.

    Each line stands alone, so that a damaged one spoils no other. Raises UnreadableFile.
    """
    lines = content.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n").split(b"\n")
    if not content.strip():
        raise UnreadableFile(_("the file is empty."))
    try:
        header = [cell.strip().lower() for cell in _cells(lines[0])]
    except ValidationError as error:
        raise UnreadableFile(" ".join(error.messages)) from error
    missing = [column for column in COLUMNS if column not in header]
    if missing:
        raise UnreadableFile(
            _("these columns are missing: %(columns)s.") % {"columns": ", ".join(missing)}
        )
    rows: list[SkillRow] = []
    problems: list[SkillProblem] = []
    for number, line in enumerate(lines[1:], start=2):
        if not line.strip():
            continue
        try:
            rows.append(_row(number, _cells(line), header))
        except ValidationError as error:
            problems.append(SkillProblem(number, " ".join(error.messages)))
    return SkillFile(tuple(rows), tuple(problems))


def _cells(line: bytes) -> list[str]:
    try:
        text = line.decode()
    except UnicodeDecodeError as error:
        raise ValidationError(_("this line is not in UTF-8.")) from error
    try:
        return next(csv.reader([text], strict=True))
    except csv.Error as error:
        raise ValidationError(_("the quotation marks do not close.")) from error


def _row(number: int, cells: list[str], header: list[str]) -> SkillRow:
    if len(cells) != len(header):
        raise ValidationError(
            _("the line has %(count)s columns where the header has %(expected)s.")
            % {"count": len(cells), "expected": len(header)}
        )
    said = dict(zip(header, cells, strict=True))
    uri, kind = said["uri"].strip(), KINDS.get(said["type"].strip())
    if not _URI.fullmatch(uri) or len(uri) > LONGEST_URI:
        raise ValidationError(_("“%(code)s” is not the address of a skill.") % {"code": uri[:60]})
    if kind is None:
        raise ValidationError(_("the type “%(type)s” is not known.") % {"type": said["type"][:60]})
    label = _name(said["label"])
    if not label:
        raise ValidationError(_("the skill has no label."))
    others = (_name(name) for name in said["alternative_labels"].split("|"))
    names = (label, *(name for name in others if name))
    return SkillRow(line=number, uri=uri, kind=kind, names={LABEL_LANGUAGE: names})


def _name(text: str) -> str:
    name = " ".join(clean_line(text).split())
    if len(name) > SKILL_LENGTH:
        raise ValidationError(
            _("“%(start)s…” is too long: at most %(most)s characters.")
            % {"start": name[:30], "most": SKILL_LENGTH}
        )
    return name
