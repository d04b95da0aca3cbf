"""Pictures: drawn anew in a process of their own, so that nothing of the upload is kept but pixels.

What a camera writes beside them (where, when, with what, a preview) goes; so does whatever else
was hidden in the file.
"""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from essaim.foundation.files import reencode

PROGRAM = Path(reencode.__file__)
MOST_PICTURE_BYTES = 10_000_000
PICTURE_TYPE = "image/webp"
ACCEPTED_PICTURES = "image/jpeg,image/png,image/webp"
PATIENCE = 20  # seconds; the program's own bound of computing time is shorter

_STARTS = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")


@dataclass(frozen=True, slots=True)
class Drawn:
    """A picture as it is kept."""

    content: bytes
    width: int
    height: int


def looks_like_picture(content: bytes) -> bool:
    """By its first bytes; whether it is one, only drawing it tells."""
    return content.startswith(_STARTS) or (content[:4] == b"RIFF" and content[8:12] == b"WEBP")


def draw_anew(content: bytes, longest: int = reencode.LONGEST_SIDE) -> Drawn:
    """The picture without anything else, its longer side of `longest` pixels at most.

    Raises ValidationError with a sentence for the field.
    """
    if len(content) > MOST_PICTURE_BYTES:
        raise too_large(MOST_PICTURE_BYTES)
    if not looks_like_picture(content):
        raise _no_picture()
    try:
        done = subprocess.run(  # noqa: S603  our own program, the picture on its standard input
            [sys.executable, "-I", str(PROGRAM), str(longest)],
            input=content,
            capture_output=True,
            check=False,
            timeout=PATIENCE,
        )
    except subprocess.TimeoutExpired as error:
        raise _too_many_pixels() from error
    if done.returncode == 0:
        size, _line, drawn = done.stdout.partition(b"\n")
        width, height = map(int, size.split())
        return Drawn(drawn, width, height)
    # Whatever ended it early ran into a bound: of memory, of time.
    raise _no_picture() if done.returncode == reencode.NO_PICTURE else _too_many_pixels()


def too_large(most: int) -> ValidationError:
    sentence = _("This file is too large: %(most)s MB at most.") % {"most": most // 1_000_000}
    return ValidationError(sentence, code="too_large")


def _no_picture() -> ValidationError:
    return ValidationError(
        _("This is not a picture that can be shown: send a JPEG, PNG or WebP."), code="no_picture"
    )


def _too_many_pixels() -> ValidationError:
    return ValidationError(
        _("This picture has too many pixels: %(most)s million at most.")
        % {"most": reencode.MOST_PIXELS // 1_000_000},
        code="too_many_pixels",
    )
