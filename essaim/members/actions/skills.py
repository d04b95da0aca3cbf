"""Vocabularies of skills come in from files: staged by COPY, merged by one statement a table.

Skills are known by their address (`uri`). A skill that a file no longer names stays, since needs
and offers may point at it; the names of a skill are those of the file, no more and no fewer.
"""

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from importlib.resources import files

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.utils.translation import gettext as _

from essaim.foundation.activity import record
from essaim.foundation.ids import public_id
from essaim.foundation.stems import stem_key
from essaim.foundation.text import unaccented
from essaim.members.facts import SkillsImported
from essaim.members.models import EVERYDAY, SkillKind

LABEL_LANGUAGE = "fr"  # the language of `Skill.label`


@dataclass(frozen=True, slots=True, kw_only=True)
class SkillRow:
    """One line of a vocabulary. The first name of each language is its label."""

    line: int
    uri: str
    kind: str
    names: dict[str, tuple[str, ...]]  # by language
    broader: tuple[str, ...] = ()  # addresses


@dataclass(frozen=True, slots=True)
class SkillProblem:
    """Why a line did not go in."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SkillsDone:
    """What an import did, or would do."""

    added: int
    changed: int
    unchanged: int
    steps: int  # from a skill to a wider one, added or taken away
    problems: tuple[SkillProblem, ...]

    @property
    def changed_nothing(self) -> bool:
        return not (self.added or self.changed or self.steps)


# What a step joins was empty or small a step before: planned with those counts, a join of
# thousands with thousands takes minutes instead of a second.
COUNTED = "ANALYZE members_skill, members_skillname, members_skillbroader"


@dataclass(frozen=True, slots=True)
class _Everyday:
    rows: list[SkillRow] = field(default_factory=list)
    heads: dict[str, str] = field(default_factory=dict)  # first word of a label -> address


@transaction.atomic
def import_skills(*, source: str, rows: Sequence[SkillRow], dry_run: bool = False) -> SkillsDone:
    """Bring a vocabulary, and our own everyday tree with it; again, it changes nothing.

    A skill of another vocabulary goes below one of the tree where both have a name in common, or
    where its label begins with the head word of the family and goes on: « droit rural » below
    « droit ». Only families of which that is true in French have such a word: « conduite de la
    vigne » is not driving. A dry run does everything, and takes it back.
    """
    if source == EVERYDAY:
        raise ValidationError(_("“%(code)s” is our own tree’s name.") % {"code": source})
    tree = _everyday()
    problems: list[SkillProblem] = []
    good = list(_once_each(rows, problems))
    with connection.cursor() as cursor:
        # Two imports at once wait for each other.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('essaim.members.skills'))")
        done = [_bring(cursor, EVERYDAY, tree.rows)]
        if good:
            done.append(_bring(cursor, source, good))
        cursor.execute(COUNTED)
        steps = sum(one[2] for one in done) + _place_others(cursor, tree.heads)
        cursor.execute(COUNTED)
    added, changed = sum(len(one[0]) for one in done), sum(len(one[1]) for one in done)
    told = SkillsDone(
        added=added,
        changed=changed,
        unchanged=len(tree.rows) + len(good) - added - changed,
        steps=steps,
        problems=tuple(problems),
    )
    if dry_run:
        transaction.set_rollback(True)
    elif not told.changed_nothing:
        record(SkillsImported(added=added, changed=changed))
    return told


def everyday_uri(key: str) -> str:
    return f"urn:essaim:skill:{key}"


def _everyday() -> _Everyday:
    """Our own families of skills, from `skills.csv` beside the models, in French and English."""
    tree = _Everyday()
    with files("essaim.members").joinpath("skills.csv").open(encoding="utf-8") as lines:
        table = list(csv.DictReader(lines))
    wide = {broader for row in table for broader in row["broader"].split("|")}
    for number, row in enumerate(table, start=2):
        uri = everyday_uri(row["key"])
        tree.rows.append(
            SkillRow(
                line=number,
                uri=uri,
                kind=SkillKind.FAMILY if row["key"] in wide else SkillKind.SKILL,
                names={code: tuple(row[code].split("|")) for code in ("fr", "en")},
                broader=tuple(everyday_uri(key) for key in row["broader"].split("|") if key),
            )
        )
        tree.heads.update({unaccented(head): uri for head in row["heads"].split("|") if head})
    return tree


def _once_each(rows: Iterable[SkillRow], problems: list[SkillProblem]) -> Iterator[SkillRow]:
    seen: dict[str, int] = {}
    for row in rows:
        first = seen.setdefault(row.uri, row.line)
        if first == row.line:
            yield row
        else:
            reason = _("“%(code)s” is already on line %(line)s.")
            problems.append(SkillProblem(row.line, reason % {"code": row.uri, "line": first}))


def _bring(
    cursor: CursorWrapper, source: str, rows: Sequence[SkillRow]
) -> tuple[set[int], set[int], int]:
    """Skills added, skills changed, and steps to wider ones that came or went."""
    _stage(cursor, source, rows)
    cursor.execute(
        """
        INSERT INTO members_skill AS skill (public_id, uri, source, kind, label, label_key)
        SELECT public_id, uri, source, kind, label, label_key FROM members_staged ORDER BY uri
        ON CONFLICT (uri) DO UPDATE SET
            source = excluded.source, kind = excluded.kind, label = excluded.label,
            label_key = excluded.label_key
        WHERE (skill.source, skill.kind, skill.label, skill.label_key)
            IS DISTINCT FROM
              (excluded.source, excluded.kind, excluded.label, excluded.label_key)
        RETURNING id, xmax = 0
        """
    )
    found = cursor.fetchall()
    cursor.execute(COUNTED)
    added = {id_ for id_, is_new in found if is_new}
    changed = {id_ for id_, is_new in found if not is_new} | _merge_names(cursor)
    steps = _merge_steps(cursor)
    cursor.execute("DROP TABLE members_staged, members_staged_name, members_staged_step")
    return added, changed - added, steps


def _stage(cursor: CursorWrapper, source: str, rows: Sequence[SkillRow]) -> None:
    cursor.execute(
        """
        CREATE TEMPORARY TABLE members_staged
            (public_id text, uri text, source text, kind text, label text, label_key text)
            ON COMMIT DROP;
        CREATE TEMPORARY TABLE members_staged_name
            (uri text, language text, name text, name_key text, stem_key text, is_label boolean)
            ON COMMIT DROP;
        CREATE TEMPORARY TABLE members_staged_step (uri text, broader text) ON COMMIT DROP;
        """
    )
    with cursor.copy("COPY members_staged FROM STDIN") as copy:
        for row in rows:
            label = row.names[LABEL_LANGUAGE][0]
            copy.write_row((public_id(), row.uri, source, row.kind, label, unaccented(label)))
    with cursor.copy("COPY members_staged_name FROM STDIN") as copy:
        for row in rows:
            for language, names in row.names.items():
                for name_key, (name, is_label) in _by_key(names).items():
                    stemmed = stem_key(name, language) or name_key
                    copy.write_row((row.uri, language, name, name_key, stemmed, is_label))
    with cursor.copy("COPY members_staged_step FROM STDIN") as copy:
        for row in rows:
            for broader in row.broader:
                copy.write_row((row.uri, broader))
    cursor.execute("ANALYZE members_staged, members_staged_name, members_staged_step")


def _by_key(names: tuple[str, ...]) -> dict[str, tuple[str, bool]]:
    """Each name once, whatever its accents; the first is the label."""
    kept: dict[str, tuple[str, bool]] = {}
    for name in names:
        kept.setdefault(unaccented(name), (name, not kept))
    return kept


def _merge_names(cursor: CursorWrapper) -> set[int]:
    """What differs goes first, since a skill has one label a language at any moment."""
    cursor.execute(
        """
        DELETE FROM members_skillname AS gone USING members_skill AS skill
        WHERE gone.skill_id = skill.id
            AND EXISTS (SELECT FROM members_staged AS staged WHERE staged.uri = skill.uri)
            AND NOT EXISTS (
                SELECT FROM members_staged_name AS said
                WHERE said.uri = skill.uri AND said.language = gone.language
                    AND said.name_key = gone.name_key AND said.name = gone.name
                    AND said.stem_key = gone.stem_key AND said.is_label = gone.is_label)
        RETURNING gone.skill_id
        """
    )
    touched = {id_ for (id_,) in cursor.fetchall()}
    cursor.execute(
        """
        INSERT INTO members_skillname (skill_id, language, name, name_key, stem_key, is_label)
        SELECT skill.id, said.language, said.name, said.name_key, said.stem_key, said.is_label
        FROM members_staged_name AS said JOIN members_skill AS skill ON skill.uri = said.uri
        ON CONFLICT (skill_id, language, name_key) DO NOTHING
        RETURNING skill_id
        """
    )
    return touched | {id_ for (id_,) in cursor.fetchall()}


def _merge_steps(cursor: CursorWrapper) -> int:
    """The steps within one vocabulary; those between two are `_place_others`'."""
    cursor.execute(
        """
        DELETE FROM members_skillbroader AS gone
        USING members_skill AS skill, members_skill AS wide
        WHERE gone.narrower_id = skill.id AND gone.broader_id = wide.id
            AND skill.source = wide.source
            AND EXISTS (SELECT FROM members_staged AS staged WHERE staged.uri = skill.uri)
            AND NOT EXISTS (SELECT FROM members_staged_step AS said
                            WHERE said.uri = skill.uri AND said.broader = wide.uri)
        """
    )
    gone = cursor.rowcount
    cursor.execute(
        """
        INSERT INTO members_skillbroader (narrower_id, broader_id)
        SELECT skill.id, wide.id FROM members_staged_step AS said
        JOIN members_skill AS skill ON skill.uri = said.uri
        JOIN members_skill AS wide ON wide.uri = said.broader
        WHERE skill.id <> wide.id
        ON CONFLICT (narrower_id, broader_id) DO NOTHING
        """
    )
    return int(gone + cursor.rowcount)


def _place_others(cursor: CursorWrapper, heads: dict[str, str]) -> int:
    """Where skills of other vocabularies stand below our tree: as it follows from the names now."""
    cursor.execute(
        """
        CREATE TEMPORARY TABLE members_staged_head (head text, uri text) ON COMMIT DROP;
        """
    )
    with cursor.copy("COPY members_staged_head FROM STDIN") as copy:
        for head, uri in heads.items():
            copy.write_row((head, uri))
    cursor.execute(
        """
        CREATE TEMPORARY TABLE members_staged_below ON COMMIT DROP AS
        SELECT theirs.skill_id AS narrower_id, ours.skill_id AS broader_id
        FROM members_skillname AS theirs
        JOIN members_skill AS their ON their.id = theirs.skill_id AND their.source <> %(ours)s
        JOIN members_skillname AS ours USING (language, stem_key)
        JOIN members_skill AS own ON own.id = ours.skill_id AND own.source = %(ours)s
        UNION
        SELECT their.id, own.id FROM members_skill AS their
        JOIN members_staged_head AS staged ON split_part(their.label_key, ' ', 1) = staged.head
            AND their.label_key <> staged.head
        JOIN members_skill AS own ON own.uri = staged.uri
        WHERE their.source <> %(ours)s AND their.kind = %(knowledge)s
        """,
        {"ours": EVERYDAY, "knowledge": SkillKind.KNOWLEDGE.value},
    )
    cursor.execute(
        """
        DELETE FROM members_skillbroader AS gone
        USING members_skill AS their, members_skill AS own
        WHERE gone.narrower_id = their.id AND gone.broader_id = own.id
            AND their.source <> %(ours)s AND own.source = %(ours)s
            AND NOT EXISTS (SELECT FROM members_staged_below AS said
                            WHERE said.narrower_id = their.id AND said.broader_id = own.id)
        """,
        {"ours": EVERYDAY},
    )
    gone = cursor.rowcount
    cursor.execute(
        """
        INSERT INTO members_skillbroader (narrower_id, broader_id)
        SELECT narrower_id, broader_id FROM members_staged_below
        ON CONFLICT (narrower_id, broader_id) DO NOTHING
        """
    )
    gone += cursor.rowcount
    cursor.execute("DROP TABLE members_staged_head, members_staged_below")
    return int(gone)
