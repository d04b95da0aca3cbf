"""`essaim import projects --format betagouv FILE`: products of beta.gouv.fr with their history."""

import argparse
import json
from datetime import date
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from essaim.projects.actions.imports import import_products
from essaim.projects.betagouv import products_in


class Command(BaseCommand):
    help = "Bring in projects that were recorded elsewhere, with their stages."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="a JSON file of products, by their keys")
        parser.add_argument("--format", choices=["betagouv"], default="betagouv")
        parser.add_argument(
            "--recorded-since",
            type=date.fromisoformat,
            default=None,
            help="the day since which what failed was written down, too (YYYY-MM-DD)",
        )

        parser.add_argument(
            "--dry-run", action="store_true", help="say what would happen, change nothing"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        file: Path = options["file"]
        try:
            products = list(products_in(json.loads(file.read_text(encoding="utf-8"))))
        except (OSError, ValueError, TypeError) as error:
            raise CommandError(f"{file}: {error}") from error
        for product in products:
            for defect in product.defects:
                self.stderr.write(f"{product.key}: {defect}")
        try:
            tally = import_products(
                products=products,
                recording_since=options["recorded_since"],
                dry_run=options["dry_run"],
            )
        except ValidationError as error:
            raise CommandError("; ".join(error.messages)) from error
        if options["dry_run"]:
            self.stdout.write(_("Dry run: nothing was written. The import would say:"))
        said = _(
            "%(new)s new, %(changed)s changed, %(renamed)s renamed, %(same)s as they were;"
            " %(spells)s stages written."
        )
        counts = ("new", "changed", "renamed", "same", "spells")
        self.stdout.write(said % {name: getattr(tally, name) for name in counts})
