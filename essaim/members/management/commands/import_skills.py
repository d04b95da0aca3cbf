"""`essaim import skills [FILE.csv]`: the everyday tree, and a vocabulary such as ESCO's."""

import argparse
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from essaim.members.actions import import_skills
from essaim.members.actions.skills import SkillProblem, SkillRow
from essaim.members.forms import UnreadableFile, read_skills

MOST_SHOWN = 50
LARGEST_FILE = 100_000_000  # bytes; a line is some 130 of them


class Command(BaseCommand):
    help = "Bring in skills: our everyday families, and a CSV file of a published vocabulary."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("file", type=Path, nargs="?", help="CSV: uri, type, label, …")
        parser.add_argument("--source", default="esco", help="what the vocabulary is called (esco)")
        parser.add_argument(
            "--dry-run", action="store_true", help="say what would happen, change nothing"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        file: Path | None = options["file"]
        problems: list[SkillProblem] = []
        rows: tuple[SkillRow, ...] = ()
        if file:
            try:
                read = read_skills(_content(file))
            except UnreadableFile as error:
                raise CommandError(f"{file}: {error}") from error
            rows, problems = read.rows, [*read.problems]
        try:
            done = import_skills(
                source=options["source"][:20], rows=rows, dry_run=options["dry_run"]
            )
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        problems = sorted([*problems, *done.problems], key=lambda problem: problem.line)
        for problem in problems[:MOST_SHOWN]:
            self.stderr.write(
                _("%(file)s, line %(line)s: %(reason)s")
                % {"file": file, "line": problem.line, "reason": problem.reason}
            )
        more = len(problems) - MOST_SHOWN
        if more > 0:
            said = ngettext("… and %(count)s line more.", "… and %(count)s lines more.", more)
            self.stderr.write(said % {"count": more})
        if options["dry_run"]:
            self.stdout.write(_("Dry run: nothing was written. The import would say:"))
        if done.changed_nothing:
            self.stdout.write(_("Nothing changed."))
        self.stdout.write(
            _(
                "Skills added: %(added)s; changed: %(changed)s; unchanged: %(unchanged)s; "
                "lines refused: %(refused)s. Steps to wider skills that came or went: %(steps)s."
            )
            % {
                "added": done.added,
                "changed": done.changed,
                "unchanged": done.unchanged,
                "refused": len(problems),
                "steps": done.steps,
            }
        )


def _content(file: Path) -> bytes:
    try:
        if file.stat().st_size > LARGEST_FILE:
            raise UnreadableFile(_("the file is larger than 100 MB."))
        return file.read_bytes()
    except FileNotFoundError as error:
        raise UnreadableFile(_("there is no such file.")) from error
    except OSError as error:
        raise UnreadableFile(
            _("the file cannot be read: %(why)s.") % {"why": error.strerror}
        ) from error
