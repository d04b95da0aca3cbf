"""Pictures of a gathering: seen by no more people than it is, and shown while all on it agree."""

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from essaim.communities.models import Audience
from essaim.communities.readers import Reader
from essaim.communities.rules import may_read
from essaim.events.models import (
    Event,
    EventPicture,
    PictureAudience,
    Registration,
    Standing,
)
from essaim.events.rules.seeing import SUBPLATFORM, has_begun, holders, holds, may_see_event
from essaim.foundation.access import ALLOWED, Verdict, refused

CAME = Q(standing=Standing.GOING) | Q(checked_in_at__isnull=False)


def audiences_of(event: Event) -> list[PictureAudience]:
    """For whom its pictures can be: of what is not for everyone, only for those it is for."""
    if event.audience == Audience.PUBLIC:
        return [PictureAudience.MEMBERS, PictureAudience.PUBLIC]
    return [PictureAudience.MEMBERS]


def came(reader: Reader, event: Event) -> bool:
    """Whether the reader was there, or had said that they would be."""
    return reader.is_known and _registered(reader, event).exists()


def may_see_picture(reader: Reader, picture: EventPicture) -> Verdict:
    """Judged each time that its file is asked for."""
    event = picture.event
    if not (seen := may_see_event(reader, event)):
        return seen
    if holds(reader, event) or (reader.is_known and picture.uploader_id == reader.member_id):
        return ALLOWED
    if picture.objected_at:
        return refused(_("This page does not exist."))
    if picture.audience == PictureAudience.PUBLIC or _is_for(reader, event) or came(reader, event):
        return ALLOWED
    return refused(_("This page does not exist."))


def pictures_seen(
    reader: Reader, event: Event, *, with_objected: bool = False
) -> QuerySet[EventPicture]:
    """The twin of `may_see_picture`, of a gathering that the reader may see; in one query.

    `with_objected`: also what only an objection keeps out of their sight.
    """
    found = EventPicture.objects.filter(event=event)
    if holds(reader, event):
        return found
    shown, own = Q(event=event), Q(pk__in=[])
    if not _is_for(reader, event):
        shown = Q(audience=PictureAudience.PUBLIC)
    if reader.is_known:
        shown |= Q(event__in=_registered(reader, event).values("event"))
        own = Q(uploader=reader.member_id)
    if not with_objected:
        shown &= Q(objected_at__isnull=True)
    return found.filter(shown | own)


def may_add_picture(reader: Reader, event: Event) -> Verdict:
    """Those who hold it, and those who came or had said so; how many, the action counts."""
    if not (seen := may_see_event(reader, event)):
        return seen
    if not (begun := has_begun(event) and _takes_more(event)):
        return begun
    if not reader.is_known:
        return refused(_("Sign in to add a picture."))
    if holds(reader, event) or came(reader, event):
        return ALLOWED
    return refused(_("Those who came add pictures, and those who hold it."))


def may_remove_picture(reader: Reader, picture: EventPicture) -> Verdict:
    if not (seen := may_see_picture(reader, picture)):
        return seen
    if holds(reader, picture.event) or (
        reader.is_known and picture.uploader_id == reader.member_id
    ):
        return ALLOWED
    return refused(_("Whoever added it can remove it, and so can those who hold the gathering."))


def may_show_again(reader: Reader, picture: EventPicture) -> Verdict:
    """After somebody said no: those who hold it, who must know that all agree."""
    if not (seen := may_see_picture(reader, picture)):
        return seen
    if not holds(reader, picture.event):
        return refused(_("Only those who hold this gathering can do this."))
    if picture.objected_at is None:
        return refused(_("It is shown already."))
    return ALLOWED


def _takes_more(event: Event) -> Verdict:
    if not event.community.is_open:
        return refused(_("This community is closed: it takes nothing new."))
    return ALLOWED


def _is_for(reader: Reader, event: Event) -> bool:
    """Whether it is for the reader as one of its own people; asks no table."""
    if not reader.is_known:
        return False
    if event.audience != Audience.PUBLIC:
        return True  # nobody else may see the gathering
    return any(
        may_read(reader, one, Audience.MEMBERS, subplatform=SUBPLATFORM) for one in holders(event)
    )


def _registered(reader: Reader, event: Event) -> QuerySet[Registration]:
    return Registration.objects.filter(CAME, event=event, member=reader.member_id)
