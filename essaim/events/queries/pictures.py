"""Pictures of a gathering as its pages show them."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import QuerySet
from django.urls import reverse

from essaim.communities.readers import Reader
from essaim.events import rules
from essaim.events.models import Event, EventPicture, PictureAudience
from essaim.foundation.access import Verdict
from essaim.foundation.models import StoredFile

FEW = 4  # on the page of the gathering


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureShown:
    """Whoever added it is not named. `width` and `height` are those of the `small` one."""

    public_id: str
    src: str
    small: str
    words: str
    lang: str
    width: int | None
    height: int | None
    is_for_members: bool
    is_objected: bool
    may_remove: bool
    may_show_again: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PicturesInShort:
    few: tuple[PictureShown, ...] = ()
    total: int = 0
    may_add: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PicturesPage:
    public_id: str
    title: str
    slug: str
    lang: str
    shown: tuple[PictureShown, ...]
    objected: tuple[PictureShown, ...]
    may_add: Verdict


def pictures_in_short(reader: Reader, event: Event) -> PicturesInShort:
    """The first ones that nobody said no to; one query, and none before it begins."""
    if not rules.has_begun(event):
        return PicturesInShort()
    rows = _rows(rules.pictures_seen(reader, event).filter(objected_at__isnull=True))
    return PicturesInShort(
        few=_all(reader, event, rows[:FEW]),
        total=len(rows),
        may_add=bool(rules.may_add_picture(reader, event)),
    )


def pictures_for_page(reader: Reader, event: Event) -> PicturesPage:
    """All that the reader may see; apart, what somebody said no to."""
    found = _all(reader, event, _rows(rules.pictures_seen(reader, event)))
    return PicturesPage(
        public_id=event.public_id,
        title=event.title,
        slug=event.community.slug,
        lang=event.language,
        shown=tuple(one for one in found if not one.is_objected),
        objected=tuple(one for one in found if one.is_objected),
        may_add=rules.may_add_picture(reader, event),
    )


def picture_for_page(reader: Reader, picture: EventPicture) -> PictureShown:
    return _shown(picture, picture.event, reader, holds=rules.holds(reader, picture.event))


def picture_named(
    reader: Reader, event: Event, public_id: str, *, with_objected: bool = False
) -> EventPicture | None:
    """Of a gathering that the reader may see."""
    seen = rules.pictures_seen(reader, event, with_objected=with_objected)
    found = seen.select_related("file", "small").filter(public_id=public_id).first()
    if found is not None:
        found.event = event
    return found


def file_of(picture: EventPicture, *, is_small: bool = False) -> StoredFile:
    return picture.small if is_small else picture.file


def pictures_waiting(reader: Reader, ids: Collection[int]) -> dict[int, EventPicture]:
    """Those of these that somebody said no to, for those who can still do something about it."""
    found = EventPicture.objects.filter(pk__in=ids, objected_at__isnull=False)
    held = found.filter(event__in=rules.events_held_by(reader).values("pk"))
    return {one.pk: one for one in held.select_related("event")}


def _rows(found: QuerySet[EventPicture]) -> list[EventPicture]:
    return list(found.select_related("small").order_by("pk"))


def _all(reader: Reader, event: Event, rows: list[EventPicture]) -> tuple[PictureShown, ...]:
    holds = rules.holds(reader, event)
    return tuple(_shown(one, event, reader, holds=holds) for one in rows)


def _shown(picture: EventPicture, event: Event, reader: Reader, *, holds: bool) -> PictureShown:
    is_mine = reader.is_known and picture.uploader_id == reader.member_id
    return PictureShown(
        public_id=picture.public_id,
        src=reverse("event_picture", args=[event.public_id, picture.public_id]),
        small=reverse("event_picture_small", args=[event.public_id, picture.public_id]),
        words=picture.words,
        lang=event.language,
        width=picture.small.width,
        height=picture.small.height,
        is_for_members=picture.audience == PictureAudience.MEMBERS,
        is_objected=picture.objected_at is not None,
        may_remove=holds or is_mine,
        may_show_again=holds and picture.objected_at is not None,
    )
