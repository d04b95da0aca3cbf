"""What people type, as it is kept; everything that is wrong with it at once."""

import re
from collections.abc import Callable, Collection
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from essaim.design.typography import number
from essaim.foundation.clock import today
from essaim.foundation.text import clean_line, clean_text, unaccented
from essaim.members.models import SKILL_LENGTH
from essaim.members.queries import skills_meant
from essaim.needs.models import LONGEST, Remote
from essaim.places.models import Place

MOST_SKILLS = 12
FURTHEST = timedelta(days=400)
_MAIL = re.compile(r"[^\s@<>()]+@[^\s@<>()]+\.\w{2,}", re.UNICODE)
# Nine digits or more, however they are grouped: « 06 12 34 56 78 », « +33 (0)6.12.34.56.78 ».
_PHONE = re.compile(r"(?<!\w)\+?\(?\d(?:[\s.\-/()]{0,2}\d){8,14}(?!\w)")


def addresses_in(text: str) -> bool:
    """Whether a text gives an e-mail address or a phone number away."""
    return bool(_MAIL.search(text) or _PHONE.search(text))


class Checks:
    """Collects values and what is wrong with others, by field."""

    def __init__(self) -> None:
        self.values: dict[str, Any] = {}
        self.errors: dict[str, list[str]] = {}

    def say(self, name: str, words: str) -> None:
        self.errors.setdefault(name, []).append(words)

    def text(
        self,
        name: str,
        given: str,
        *,
        longest: int,
        needed: bool = True,
        clean: Callable[[str], str] = clean_text,
        is_open: bool = True,
    ) -> None:
        """What others than the two sides of a match may read (`is_open`) holds no address."""
        try:
            kept = clean(given).strip()
        except ValidationError as error:
            self.errors[name] = list(error.messages)
            return
        if needed and not kept:
            self.say(name, _("This is needed."))
        elif len(kept) > longest:
            said = _("At most %(most)s characters.")
            self.say(name, said % {"most": number(longest)})
        elif is_open and addresses_in(kept):
            self.say(
                name,
                _("No e-mail address and no phone number here: people talk to you on this site."),
            )
        self.values[name] = kept

    def line(self, name: str, given: str, *, longest: int, needed: bool = True) -> None:
        self.text(name, given, longest=longest, needed=needed, clean=clean_line)

    def whole(self, name: str, given: int | None, *, least: int = 1, most: int) -> None:
        if given is None or not least <= given <= most:
            said = _("A whole number between %(least)s and %(most)s.")
            self.say(name, said % {"least": number(least), "most": number(most)})
        self.values[name] = given

    def minutes(self, name: str, given: int | None, *, most: int = LONGEST) -> None:
        self.whole(name, given, most=most)

    def one_of(self, name: str, given: str, choices: Collection[str]) -> None:
        if given not in choices:
            self.say(name, _("Choose one of the answers offered."))
        self.values[name] = given

    def language(self, given: str) -> None:
        if given not in dict(settings.LANGUAGES):
            self.say("language", _("Choose one of the languages offered."))
        self.values["language"] = given

    def where(self, remote: str, place: Place | None) -> None:
        """What is done on the spot has one."""
        self.one_of("remote", remote, Remote.values)
        if remote != Remote.REMOTE and place is None:
            self.say("place", _("Name the place, or choose “from home”."))
        self.values["place"] = place

    def day(self, name: str, given: date | None, *, needed: bool = False) -> None:
        """Today or later, within about a year."""
        if given is None and needed:
            self.say(name, _("This is needed."))
        elif given is not None and not today() <= given <= today() + FURTHEST:
            self.say(name, _("A day from today on, within a year."))
        self.values[name] = given

    def done(self) -> dict[str, Any]:
        if self.errors:
            raise ValidationError(self.errors)
        return self.values


def skills_as_named(
    name: str, given: Collection[str], language: str
) -> list[tuple[str, str, int | None]]:
    """Each skill once: its name, its key, and which one of the vocabulary it means, if any."""
    named: dict[str, str] = {}
    for one in given:
        try:
            line = clean_line(one).strip()
        except ValidationError as error:
            raise ValidationError({name: list(error.messages)}) from error
        if len(line) > SKILL_LENGTH:
            said = _("At most %(most)s characters for one skill.")
            raise ValidationError({name: [said % {"most": number(SKILL_LENGTH)}]})
        if line:
            named.setdefault(unaccented(line), line)
    if len(named) > MOST_SKILLS:
        said = ngettext("At most %(most)s skill.", "At most %(most)s skills.", MOST_SKILLS)
        raise ValidationError({name: [said % {"most": number(MOST_SKILLS)}]})
    meant = skills_meant(named.values(), language) if named else {}
    return [(line, key, meant.get(line)) for key, line in named.items()]
