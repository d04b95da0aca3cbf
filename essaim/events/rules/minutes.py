"""What came of a gathering: its minutes, and who does what by when."""

from django.utils.translation import gettext as _

from essaim.communities.models import Audience
from essaim.communities.readers import Reader
from essaim.communities.rules import may_read
from essaim.events.models import Event, Minutes, Openness, Registration
from essaim.events.rules.seeing import SUBPLATFORM, has_begun, holders, holds, may_see_event
from essaim.foundation.access import ALLOWED, Verdict, refused


def may_write_minutes(reader: Reader, event: Event) -> Verdict:
    """From its beginning on, however long ago it was: by any of those who hold it."""
    if not (seen := may_see_event(reader, event)):
        return seen
    if not holds(reader, event):
        return refused(_("Those who hold this gathering write its minutes: ask one of them."))
    if not (begun := has_begun(event)):
        return begun
    if not event.community.is_open:
        return refused(_("This community is closed: it takes nothing new."))
    return ALLOWED


def may_read_minutes(reader: Reader, event: Event, minutes: Minutes) -> Verdict:
    if not (seen := may_see_event(reader, event)):
        return seen
    if minutes.published_at is None and not holds(reader, event):
        return refused(_("The minutes are not published yet."))
    return ALLOWED


def points_audience(event: Event) -> Audience:
    """Whom the commitments of a gathering are listed to: never wider than members, and to nobody
    where only those who have its address are to know of it.
    """
    if not event.is_told or event.openness in (Openness.INVITED, Openness.LINK):
        return Audience.NOBODY
    return Audience.MEMBERS


def may_read_points(reader: Reader, event: Event) -> Verdict:
    """Who does what: for members of those who hold it, and those who registered."""
    if not (seen := may_see_event(reader, event)):
        return seen
    if not reader.is_known:
        return refused(_("Sign in to read who does what."))
    if holds(reader, event) or is_expected(reader, event):
        return ALLOWED
    audience = Audience.NOBODY if event.audience == Audience.NOBODY else Audience.MEMBERS
    if event.is_told and any(
        may_read(reader, one, audience, subplatform=SUBPLATFORM) for one in holders(event)
    ):
        return ALLOWED
    return refused(_("Who does what is for members, and for those who came."))


def is_expected(reader: Reader, event: Event) -> bool:
    """Whether the reader said that they come, or may."""
    if not reader.is_known:
        return False
    return Registration.objects.expected().filter(event=event, member=reader.member_id).exists()


def may_add_point(reader: Reader, event: Event) -> Verdict:
    return may_write_minutes(reader, event)


def may_drop_point(reader: Reader, event: Event) -> Verdict:
    """Say that it is no longer wanted: also when the gathering was moved or called off."""
    if not (seen := may_see_event(reader, event)):
        return seen
    if not holds(reader, event):
        return refused(_("Only those who hold this gathering can do this."))
    return ALLOWED


def may_end_point(reader: Reader, event: Event, owner_id: int | None) -> Verdict:
    """Say that it is done: who took it on, or those who hold the gathering."""
    if reader.is_known and owner_id == reader.member_id:
        return ALLOWED
    if holds(reader, event):
        return ALLOWED
    return refused(_("Whoever took this on says that it is done, or those who hold the gathering."))


def may_give_back(reader: Reader, owner_id: int | None) -> Verdict:
    if reader.is_known and owner_id == reader.member_id:
        return ALLOWED
    return refused(_("Only whoever took this on can give it back."))


def may_take(reader: Reader, event: Event) -> Verdict:
    """Take on oneself what nobody has yet: whoever it could be given to, or those who hold it."""
    if not (read := may_read_points(reader, event)):
        return read
    if not (begun := has_begun(event)):
        return begun
    if not event.community.is_open:
        return refused(_("This community is closed: it takes nothing new."))
    if holds(reader, event) or is_expected(reader, event):
        return ALLOWED
    return refused(_("This is for those who registered: ask those who hold the gathering."))


def may_take_on(reader: Reader, event: Event, by: int) -> Verdict:
    """The reader is who would do it: whoever writes it down, or somebody who said that they come
    and may still read of it; others were not there, or have left.
    """
    if reader.member_id == by:
        return ALLOWED
    if is_expected(reader, event) and may_see_event(reader, event):
        return ALLOWED
    return refused(_("Choose somebody who registered."))
