"""A text as a square of dark cells that a phone's camera reads; drawn by `ui.qr_code`."""

from dataclasses import dataclass

import segno


@dataclass(frozen=True, slots=True)
class QrCode:
    """`path` draws the dark cells in a square of `size` cells a side, its quiet margin included."""

    size: int
    path: str


def qr_code(text: str) -> QrCode:
    rows = [bytes(row) for row in segno.make(text, error="m", micro=False).matrix_iter(border=4)]
    path = "".join(
        f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, cell in enumerate(row) if cell
    )
    return QrCode(len(rows), path)
