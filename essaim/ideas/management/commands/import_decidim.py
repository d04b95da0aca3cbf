"""`essaim import decidim --community SLUG FOLDER`: a Decidim export becomes an archive here."""

import argparse
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from essaim.ideas.actions.archives import Brought, ImportReport, import_decidim
from essaim.ideas.decidim import Problem


def reason_of(problem: Problem) -> str:
    """Why a line could not come in, as a sentence."""
    sentences = {
        "empty_file": _("the file is empty."),
        "not_text": _("this is not a text file."),
        "not_csv": _("this is not a CSV file: no commas or semicolons in its first line."),
        "repeated_columns": _("columns come twice: %(about)s."),
        "open_quote": _("a quotation mark never closes."),
        "columns": _("the number of cells differs from the header's: %(about)s."),
        "no_column": _("the column is missing: %(about)s."),
        "empty": _("this must not be empty: %(about)s."),
        "date": _("this is not a date and time: %(about)s."),
        "number": _("this is not a whole number: %(about)s."),
        "unknown_kind": _("comments on this kind of thing are unknown: %(about)s."),
        "alignment": _("for or against must be 1, 0 or -1, not %(about)s."),
        "repeated": _("the id %(about)s came before; the first one counts."),
        "no_parent": _("it replies to comment %(about)s, which is not in the files."),
        "no_debate": _("it belongs to debate %(about)s, which is not in the files."),
        "too_long": _("a text is longer than %(about)s characters."),
        "control_characters": _("it holds invisible control characters."),
    }
    return sentences[problem.code] % {"about": problem.about}


class Command(BaseCommand):
    help = "Bring in the folder of CSV files that Decidim exports."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help="proposals.csv, debates.csv, …")
        parser.add_argument("--community", required=True, help="its slug; made when it is missing")
        parser.add_argument("--name", default="", help="the name of a community that is made")
        parser.add_argument("--language", default="fr", choices=["fr", "en"])
        parser.add_argument(
            "--dry-run", action="store_true", help="say what would happen, change nothing"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        folder: Path = options["folder"]
        try:
            report = import_decidim(
                slug=options["community"],
                folder=folder,
                name=options["name"],
                language=options["language"],
                dry_run=options["dry_run"],
            )
        except FileNotFoundError as error:
            raise CommandError(
                _("%(folder)s holds none of the files of a Decidim export, such as proposals.csv.")
                % {"folder": folder}
            ) from error
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        except OSError as error:
            raise CommandError(f"{folder}: {error.strerror}.") from error
        self._say_problems(folder, report.problems)
        self._say_done(report, dry=options["dry_run"])

    def _say_problems(self, folder: Path, problems: list[Problem]) -> None:
        for problem in problems:
            where = {"file": folder / problem.file, "line": problem.line}
            start = _("%(file)s, line %(line)s:") % where if problem.line else f"{where['file']}:"
            self.stderr.write(f"{start} {reason_of(problem)}")

    def _say_done(self, report: ImportReport, *, dry: bool) -> None:
        if dry:
            self.stdout.write(_("Dry run: nothing was written. The import would say:"))
        if report.community_is_new:
            self.stdout.write(_("The archive “%(name)s” was made.") % {"name": report.community})
        if report.changed_nothing:
            self.stdout.write(_("Nothing changed."))
        for label, brought in (
            (_("Debates"), report.debates),
            (_("Ideas"), report.ideas),
            (_("Comments"), report.comments),
        ):
            self._say_one(label, brought)
        self.stdout.write(_("Lines refused: %(count)s.") % {"count": len(report.problems)})
        if report.elsewhere:
            self.stdout.write(
                _(
                    "%(count)s comments belong to proposals that this export does not hold"
                    " (%(hosts)s): they stand in the conversation of the proposals’ debate, each"
                    " with the address it came from."
                )
                % {"count": report.elsewhere, "hosts": ", ".join(report.elsewhere_hosts)}
            )

    def _say_one(self, label: str, brought: Brought) -> None:
        self.stdout.write(
            _("%(what)s: %(new)s new, %(known)s here already.")
            % {"what": label, "new": brought.new, "known": brought.known}
        )
