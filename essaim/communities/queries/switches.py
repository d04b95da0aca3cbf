"""Which parts of the platform a community uses, and what goes when it does without one."""

from dataclasses import dataclass

from essaim.communities import rules
from essaim.communities.models import Community
from essaim.communities.readers import Reader
from essaim.communities.rules import SUBPLATFORMS
from essaim.foundation.panels import Place


@dataclass(frozen=True, slots=True)
class Effect:
    """What is there of a sub-platform now, in one sentence; `is_promise`: it goes on while off."""

    subplatform: str
    text: str
    is_promise: bool = False


# Key: community id. What each sub-platform holds there, for whoever thinks of switching it off.
SWITCH_EFFECTS: Place[int, Effect] = Place("what switching off hides")


@dataclass(frozen=True, slots=True)
class SwitchLine:
    """A sub-platform as the settings list it; `off_with` names what it stands on that is off."""

    key: str
    title: str
    words: str
    is_on: bool
    off_with: str = ""


@dataclass(frozen=True, slots=True)
class SwitchPage:
    """One sub-platform of one community: what there is, what goes with it."""

    line: SwitchLine
    effects: tuple[str, ...]
    promises: tuple[str, ...]
    along: tuple[str, ...]


def switches_of(community: Community) -> tuple[SwitchLine, ...]:
    """All that can be switched, in the order of their titles; no query."""
    lines = (_line(community, key) for key in SUBPLATFORMS)
    return tuple(sorted(lines, key=lambda line: line.title))


def _line(community: Community, key: str) -> SwitchLine:
    one = SUBPLATFORMS[key]
    is_itself_off = key in community.switched_off
    below = [] if is_itself_off else [k for k in one.stands_on if not rules.is_on(community, k)]
    return SwitchLine(
        key=key,
        title=str(one.title),
        words=str(one.words),
        is_on=not is_itself_off,
        off_with=", ".join(str(SUBPLATFORMS[k].title) for k in below),
    )


def switch_for_page(reader: Reader, community: Community, key: str) -> SwitchPage | None:
    """What there is of it; None: there is no such sub-platform. A query for each that has some."""
    if key not in SUBPLATFORMS:
        return None
    along = [one for one in SUBPLATFORMS.values() if key in one.stands_on]
    gone = {key, *(one.key for one in along)}
    found = SWITCH_EFFECTS.collect(reader, [community.pk]).get(community.pk, [])
    effects = [effect for effect in found if effect.subplatform in gone]
    return SwitchPage(
        line=_line(community, key),
        effects=tuple(effect.text for effect in effects if not effect.is_promise),
        promises=tuple(effect.text for effect in effects if effect.is_promise),
        along=tuple(str(one.title) for one in along),
    )
