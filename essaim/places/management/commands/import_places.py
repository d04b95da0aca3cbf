"""`essaim import places FILE.csv`: communes, their departments and regions, their postcodes."""

import argparse
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from essaim.places.actions import Imported, Problem, import_places
from essaim.places.forms import UnreadableFile, read_places

MOST_SHOWN = 50
LARGEST_FILE = 200_000_000  # bytes; a line is some 50 of them


class Command(BaseCommand):
    help = "Bring in a CSV file of places: codes, names, population, postcodes, points."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="comma- or semicolon-separated")
        parser.add_argument("--country", default="FR", help="ISO 3166 code of two letters (FR)")
        parser.add_argument(
            "--dry-run", action="store_true", help="say what would happen, change nothing"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        file: Path = options["file"]
        try:
            read = read_places(_content(file))
            done = import_places(
                country=options["country"].upper(), rows=read.rows, dry_run=options["dry_run"]
            )
        except UnreadableFile as error:
            raise CommandError(f"{file}: {error}") from error
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        self._say_problems(file, sorted([*read.problems, *done.problems], key=lambda p: p.line))
        self._say_done(
            done, refused=len(read.problems) + len(done.problems), dry=options["dry_run"]
        )

    def _say_problems(self, file: Path, problems: list[Problem]) -> None:
        for problem in problems[:MOST_SHOWN]:
            self.stderr.write(
                _("%(file)s, line %(line)s: %(reason)s")
                % {"file": file, "line": problem.line, "reason": problem.reason}
            )
        more = len(problems) - MOST_SHOWN
        if more > 0:
            said = ngettext("… and %(count)s line more.", "… and %(count)s lines more.", more)
            self.stderr.write(said % {"count": more})

    def _say_done(self, done: Imported, *, refused: int, dry: bool) -> None:
        if dry:
            self.stdout.write(_("Dry run: nothing was written. The import would say:"))
        if done.changed_nothing:
            self.stdout.write(_("Nothing changed."))
        self.stdout.write(
            _(
                "Places added: %(added)s; changed: %(changed)s; unchanged: %(unchanged)s; "
                "lines refused: %(refused)s. Countries, regions and departments added or changed: "
                "%(parents)s."
            )
            % {
                "added": done.added,
                "changed": done.changed,
                "unchanged": done.unchanged,
                "refused": refused,
                "parents": done.parents,
            }
        )


def _content(file: Path) -> bytes:
    try:
        if file.stat().st_size > LARGEST_FILE:
            raise UnreadableFile(_("the file is larger than 200 MB."))
        return file.read_bytes()
    except FileNotFoundError as error:
        raise UnreadableFile(_("there is no such file.")) from error
    except OSError as error:
        raise UnreadableFile(
            _("the file cannot be read: %(why)s.") % {"why": error.strerror}
        ) from error
