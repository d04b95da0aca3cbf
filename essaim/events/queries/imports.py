"""What was found in another program's calendar, before anything is made of it."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from hashlib import sha256
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from essaim.communities.models import Community
from essaim.design.typography import number, span
from essaim.events.calendar_import import Found, Reason, read_calendar
from essaim.events.models import CADENCES, LONGEST, TITLE_LENGTH, Imported
from essaim.events.recurrence import (
    BY_DAY_OF_MONTH,
    EVERY_MONTH_HAS,
    LAST,
    WEEK,
    Frequency,
    Occurrence,
    Rule,
    RuleError,
    occurrences,
)
from essaim.foundation.clock import now

MOST_OF_ONE = 20  # times of what repeats by no rule of ours
MOST_DRAFTS = 200  # of one file
AHEAD = timedelta(days=2 * 365)
LASTS = timedelta(hours=1)  # what has no end in the file
FOURTH = 4


@dataclass(frozen=True, slots=True)
class Draft:
    """What one event of a file becomes: one gathering for each of its times, or a series."""

    found: Found
    title: str
    times: tuple[Occurrence, ...]
    rule: Rule | None

    @property
    def keys(self) -> tuple[str, ...]:
        """By which it is known again: the whole series, or each of its times."""
        if self.rule:
            return (_key(self.found, None),)
        return tuple(_key(self.found, one.starts_at) for one in self.times)


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundLine:
    title: str
    when: str
    note: str
    is_new: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedLine:
    title: str
    words: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportPage:
    """`drafts`: how many are made if one goes on."""

    found: tuple[FoundLine, ...]
    refused: tuple[RefusedLine, ...]
    drafts: int
    is_readable: bool


def drafts_of(content: bytes, community: Community) -> tuple[list[Draft], list[RefusedLine]]:
    """What can be taken, and what cannot with its reason; no query, and at most so many."""
    reading = read_calendar(content, zone=community.time_zone, since=now())
    refused = [
        RefusedLine(title=one.title, words=refusal_words(one.code), line=one.line)
        for one in reading.refusals
    ]
    drafts: list[Draft] = []
    made = 0
    for found in reading.found:
        if words := _not_taken(found, made):
            refused.append(RefusedLine(title=found.title, words=words, line=found.line))
            continue
        draft = _draft(found)
        made += 1 if draft.rule else len(draft.times)
        drafts.append(draft)
    return drafts, refused


def _not_taken(found: Found, made: int) -> str:
    if found.is_cancelled:
        return _("It is cancelled there.")
    if not any(one.starts_at > now() for one in found.occurrences):
        return _("It is over.")
    if any(one.ends_at - one.starts_at > LONGEST for one in found.occurrences):
        said = ngettext("At most %(days)s day.", "At most %(days)s days.", LONGEST.days)
        return said % {"days": number(LONGEST.days)}
    if made >= MOST_DRAFTS:
        return _("Too many at once: take this one from a file of its own.")
    return ""


def _draft(found: Found) -> Draft:
    times = tuple(
        one if one.ends_at > one.starts_at else replace(one, ends_at=one.starts_at + LASTS)
        for one in found.occurrences
        if one.starts_at > now()
    )
    rule = rule_like(times, found.zone) if found.repeats and not found.has_more else None
    title = found.title[:TITLE_LENGTH] or _("A gathering")
    return Draft(found, title, times if rule else times[:MOST_OF_ONE], rule)


def rule_like(times: Collection[Occurrence], zone: str) -> Rule | None:
    """A rule of ours that falls on these very times in the two years, if there is one.

    Whether it has an end is told by whether more of it would fall within them.
    """
    ordered = sorted(times)
    if len(ordered) < 3:  # noqa: PLR2004  two times make no rhythm
        return None
    first, last = ordered[0], ordered[-1]
    local = first.starts_at.astimezone(ZoneInfo(zone))
    until = (now() + AHEAD).astimezone(ZoneInfo(zone)).date()
    day = local.date()
    for frequency, interval, keeps_weekday in CADENCES.values():
        for nth in _nths(day, frequency, keeps_weekday=keeps_weekday):
            for ends in (None, last.starts_at.astimezone(ZoneInfo(zone)).date()):
                try:
                    rule = Rule(
                        frequency=frequency,
                        first=day,
                        starts=local.time().replace(tzinfo=None, fold=0),
                        minutes=int((first.ends_at - first.starts_at).total_seconds() // 60),
                        zone=zone,
                        interval=interval,
                        nth=nth,
                        last=ends,
                    )
                except RuleError:
                    continue
                if _same(occurrences(rule, day, until), ordered, now() + AHEAD):
                    return rule
    return None


def _nths(day: date, frequency: Frequency, *, keeps_weekday: bool) -> list[int]:
    """What a rule of this rhythm that begins on this day may count; nothing where it is none."""
    if frequency != Frequency.MONTHLY:
        return [BY_DAY_OF_MONTH]
    if not keeps_weekday:
        return [BY_DAY_OF_MONTH] if day.day <= EVERY_MONTH_HAS else []
    counted = (day.day - 1) // WEEK + 1
    return sorted({counted if counted <= FOURTH else LAST, LAST})


def _same(ours: list[Occurrence], theirs: list[Occurrence], until: datetime) -> bool:
    said = [(one.starts_at, one.ends_at) for one in ours if one.starts_at < until]
    return said == [(one.starts_at, one.ends_at) for one in theirs]


def _key(found: Found, moment: datetime | None) -> str:
    """What has no name of its own there is known by what it is called and when it begins."""
    name = found.uid or f"{found.title} {found.starts_at.isoformat()}"
    return sha256(f"{name}\n{moment.isoformat() if moment else ''}".encode()).hexdigest()


def known_keys(community: Community, drafts: Collection[Draft]) -> set[str]:
    """What of these was taken before; one query."""
    keys = [key for one in drafts for key in one.keys]
    rows = Imported.objects.filter(community=community, key__in=keys)
    return set(rows.values_list("key", flat=True))


def import_for_page(content: bytes, community: Community) -> ImportPage:
    """One query, whatever the file holds."""
    drafts, refused = drafts_of(content, community)
    known = known_keys(community, drafts) if drafts else set()
    lines, made = [], 0
    for draft in drafts:
        new = sum(key not in known for key in draft.keys)
        made += new
        lines.append(_line(draft, new))
    return ImportPage(
        found=tuple(lines),
        refused=tuple(refused),
        drafts=made,
        is_readable=bool(drafts) or any(one.line for one in refused),
    )


def _line(draft: Draft, new: int) -> FoundLine:
    first = draft.times[0]
    with timezone.override(ZoneInfo(draft.found.zone)):
        when = span(first.starts_at, first.ends_at)
    if not new:
        note = _("Taken before: it is not made again.")
    elif draft.rule:
        note = _("It comes again: a series is made of it.")
    elif draft.found.repeats:
        words = ngettext(
            "It comes again: the next %(count)s time is made.",
            "It comes again: the next %(count)s times are made.",
            new,
        )
        note = words % {"count": number(new)}
    else:
        note = ""
    return FoundLine(title=draft.title, when=when, note=note, is_new=bool(new))


def refusal_words(code: Reason) -> str:
    """Why a file, or one of its events, is not taken, and what can be done."""
    return {
        Reason.TOO_LARGE: _("The file is larger than 1 MB: export fewer months."),
        Reason.NOT_A_CALENDAR: _("This is no calendar: choose a file that ends with .ics."),
        Reason.NO_EVENTS: _("There is nothing in this calendar."),
        Reason.TOO_MANY_EVENTS: _("More than 200 events: export fewer months."),
        Reason.CUT_OFF: _("The file ends in the middle of it: export it again."),
        Reason.UNREADABLE: _("It cannot be read: plan it by hand."),
        Reason.NO_START: _("It does not say when it begins."),
        Reason.UNREADABLE_DATE: _("Its day or its hour cannot be read."),
        Reason.YEAR: _("Its year is too far away."),
        Reason.UNKNOWN_ZONE: _("Its time zone is not known: plan it by hand."),
        Reason.ENDS_BEFORE_IT_STARTS: _("It ends before it begins."),
        Reason.TOO_LONG: _("It lasts longer than a month."),
        Reason.TOO_OFTEN: _("It comes again several times a day, or on too many days."),
        Reason.UNREADABLE_RULE: _("How it comes again cannot be read: plan it by hand."),
        Reason.REPEATED: _("It stands in the file twice: the first one is taken."),
    }[code]
