"""What people type one thing a line."""

from collections.abc import Callable, Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from essaim.design.typography import number
from essaim.foundation.text import clean_line
from essaim.needs.actions.values import Checks


def check_lines(
    checks: Checks,
    name: str,
    given: Iterable[str],
    read: Callable[[str], Any],
    *,
    most: int,
    needed: bool = True,
) -> None:
    """Each line as it is kept; the first one that is wrong is told by its number."""
    kept: list[Any] = []
    checks.values[name] = kept
    for place, line in enumerate(given, start=1):
        if not line.strip():
            continue
        try:
            kept.append(read(clean_line(line).strip()))
        except ValidationError as error:
            said = _("Line %(place)s: %(what)s")
            what = error.messages[0]
            checks.say(name, said % {"place": number(place), "what": what})
            return
    if needed and not kept:
        checks.say(name, _("At least one line."))
    if len(kept) > most:
        words = ngettext("At most %(most)s line.", "At most %(most)s lines.", most)
        checks.say(name, words % {"most": number(most)})


def at_most(longest: int) -> Callable[[str], str]:
    """Reads a line of at most so many characters."""

    def read(line: str) -> str:
        if len(line) > longest:
            said = _("at most %(most)s characters.")
            raise ValidationError(said % {"most": number(longest)})
        return line

    return read
