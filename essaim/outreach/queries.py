"""What waits to be told, and the places that upper floors fill with their words."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import OuterRef, QuerySet

from essaim.communities.readers import Reader
from essaim.foundation.clock import now
from essaim.foundation.counting import count_of
from essaim.foundation.http import keyset
from essaim.foundation.panels import Place
from essaim.foundation.written_once import WrittenOnce
from essaim.members.models import Member
from essaim.outreach.models import MailPreference, Notice

NOTICES_A_PAGE = 30
TOLD_WITHIN = timedelta(days=7)  # older notices are on the site; a mail would come too late
BETWEEN_DIGESTS = timedelta(hours=20)  # a day, whatever the hour at which a night's work ends


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """A notice in words: plain text, a path of this site, and perhaps one word of state."""

    text: str
    url: str
    badge: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One small useful thing to do; `why` says for what, `key` tells it from others of its kind.

    What `is_owed` waits for this person, however little time they give. Without minutes nobody can
    say how long it takes.
    """

    minutes: int | None
    title: str
    url: str
    why: str = ""
    key: str = ""
    is_owed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FateLine:
    """What became of something the reader gave. `tone`: plain, good, now, late."""

    title: str
    url: str
    badge: str
    tone: str
    text: str
    happened_at: datetime


# Key: notice id. What the reader may no longer see is left out, and so never told.
NOTICE_WORDING: Place[int, Wording] = Place("notice wording")
# Key: member id.
TODAY_ACTS: Place[int, Act] = Place("acts of today")
TODAY_FATE: Place[int, FateLine] = Place("what became of what I gave")


UNREAD_NOTICES = WrittenOnce(
    lambda: count_of(
        Notice.objects.of_what_is_on().filter(member=OuterRef("pk"), read_at__isnull=True)
    ),
    of=Member,
    by="pk",
)


@dataclass(frozen=True, slots=True)
class NoticeLine:
    id: int
    text: str
    url: str
    badge: str
    created_at: datetime
    is_new: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticesPage:
    """Lines of what may still be seen. `newest` and `has_new` are of all: unseen ones count too."""

    items: tuple[NoticeLine, ...]
    next: str | None
    newest: int | None
    has_new: bool


class Told(int):
    """The id of a notice that was read already: its wording asks no query for kind and details."""

    kind: str
    details: dict[str, Any]

    @classmethod
    def of(cls, notice: Notice) -> "Told":
        told = cls(notice.pk)
        told.kind, told.details = notice.kind, notice.details
        return told


def notice_details(ids: Collection[int], *kinds: str) -> dict[int, dict[str, Any]]:
    """The details of those of these notices that are of these kinds, by notice id."""
    return {pk: details for pk, (_kind, details) in noticed(ids, *kinds).items()}


def noticed(ids: Collection[int], *kinds: str) -> dict[int, tuple[str, dict[str, Any]]]:
    """The same, each with its kind; one query, none for ids that are `Told`."""
    known = [one for one in ids if isinstance(one, Told)]
    found = {int(one): (one.kind, one.details) for one in known if one.kind in kinds}
    if len(known) < len(ids):
        rows = Notice.objects.filter(pk__in=set(ids) - set(known), kind__in=kinds)
        found |= {row[0]: row[1:] for row in rows.values_list("pk", "kind", "details")}
    return found


def notices_for_page(reader: Reader, *, after: str | None = None) -> NoticesPage:
    """A reader's notices, newest first: one query, and what the wording of them costs."""
    notices = Notice.objects.of_what_is_on().filter(member=reader.member_id)
    page = keyset(notices, after=after, size=NOTICES_A_PAGE)
    words = NOTICE_WORDING.collect(reader, [Told.of(notice) for notice in page.items])
    lines = tuple(
        NoticeLine(
            id=notice.pk,
            text=words[notice.pk][0].text,
            url=words[notice.pk][0].url,
            badge=words[notice.pk][0].badge,
            created_at=notice.created_at,
            is_new=notice.read_at is None,
        )
        for notice in page.items
        if words.get(notice.pk)
    )
    return NoticesPage(
        items=lines,
        next=page.next,
        newest=max((notice.pk for notice in page.items), default=None),
        has_new=any(notice.read_at is None for notice in page.items),
    )


def wants_digest(reader: Reader) -> bool:
    """Whether the reader gets the daily e-mail; everyone does until they say otherwise."""
    said = MailPreference.objects.filter(member=reader.member_id)
    return said.values_list("wants_digest", flat=True).first() is not False


def is_stop_token(token: str) -> bool:
    return MailPreference.objects.filter(stop_token=token).exists()


def notices_to_mail() -> QuerySet[Notice]:
    """What is new and was neither read nor mailed."""
    return Notice.objects.of_what_is_on().filter(
        mailed_at__isnull=True, read_at__isnull=True, created_at__gt=now() - TOLD_WITHIN
    )


def members_to_mail() -> list[int]:
    """Ids of members with something to mail, who want it and had none today; one query."""
    lately = now() - BETWEEN_DIGESTS
    waiting = (
        notices_to_mail()
        .filter(member__is_active=True, member__proved_at__isnull=False)
        .exclude(member__mail_preference__wants_digest=False)
        .exclude(member__mail_preference__last_digest_at__gt=lately)
    )
    return list(waiting.values_list("member_id", flat=True).distinct().order_by("member_id"))
