"""Tables that people take away as files."""

import csv
import io
from collections.abc import Iterable, Sequence

from django.http import HttpResponse

FORMULAS = ("=", "+", "-", "@", "\t", "\r")
_MARK = "\ufeff"  # by which a spreadsheet knows accents


def sheet(
    name: str, headings: Sequence[str], rows: Iterable[Sequence[str | int | None]]
) -> HttpResponse:
    """A CSV file of this name; what is None stays empty."""
    written = io.StringIO()
    table = csv.writer(written)
    table.writerow([as_cell(cell) for cell in headings])
    for row in rows:
        table.writerow([as_cell(cell) for cell in row])
    response = HttpResponse(_MARK + written.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def as_cell(cell: str | int | None) -> str | int:
    """A spreadsheet takes no name for a formula; a number of ours is one."""
    if isinstance(cell, str):
        return f"'{cell}" if cell.startswith(FORMULAS) else cell
    return "" if cell is None else cell
