"""Gatherings that come again, plenaries, and calendars."""

from django.db.models import Q
from django.utils.translation import gettext as _

from essaim.communities.readers import Reader
from essaim.communities.rules import entitled, may_read, on, readable
from essaim.events.models import Event, Series, SeriesQuerySet, State, audience_of
from essaim.events.rules.seeing import HOLD, SUBPLATFORM, are_on, called, is_called, may_see_event
from essaim.foundation.access import ALLOWED, Verdict, refused
from essaim.foundation.clock import now


def may_see_series(reader: Reader, series: Series) -> Verdict:
    """Those who hold it, always; others once it is published, if its evenings are for them."""
    if not (used := are_on(series.community)):
        return used
    if reader.is_known and reader.may(series.community, HOLD):
        return ALLOWED
    if series.published_at and (
        may_read(reader, series.community, series.audience, subplatform=SUBPLATFORM)
        or is_called(reader, series)
    ):
        return ALLOWED
    return refused(_("This page does not exist."))


def series_visible_to(reader: Reader) -> SeriesQuerySet:
    """The twin of `may_see_series`."""
    read = readable(reader, audience="shown", subplatform=SUBPLATFORM) | called(reader)
    found = Q(published_at__isnull=False) & read
    if reader.roles or reader.delegated:
        found |= entitled(reader, HOLD, path="community__")
    shown = Series.objects.alias(shown=audience_of())
    return shown.filter(found & on(SUBPLATFORM, path="community__"))


def may_change_series(reader: Reader, series: Series) -> Verdict:
    """From some evening on, or by days left out: by those who hold gatherings in its community."""
    if not (seen := may_see_series(reader, series)):
        return seen
    if not reader.is_known or not reader.may(series.community, HOLD):
        return refused(_("Only those who hold this gathering can do this."))
    if series.ended_at:
        return refused(_("This series has ended: plan another one."))
    if not series.community.is_open:
        return refused(_("This community is closed: it takes nothing new."))
    return ALLOWED


def may_change_following(reader: Reader, series: Series, event: Event) -> Verdict:
    """One evening and all after it: what has begun is changed by itself, if at all."""
    if not (may := may_change_series(reader, series)):
        return may
    if event.starts_at <= now() and event.state != State.DRAFT:
        return refused(_("This gathering has begun: choose one that is to come."))
    if event.state == State.CANCELLED:
        return refused(_("This gathering is cancelled: choose one that takes place."))
    return may_see_event(reader, event)


def may_publish_series(reader: Reader, series: Series) -> Verdict:
    if not (may := may_change_series(reader, series)):
        return may
    if series.published_at:
        return refused(_("This series is published already."))
    return ALLOWED


def may_end_series(reader: Reader, series: Series) -> Verdict:
    if not (may := may_change_series(reader, series)):
        return may
    if not series.published_at:
        return refused(_("A draft is deleted, not ended."))
    return ALLOWED


def may_delete_series(reader: Reader, series: Series) -> Verdict:
    if not (may := may_change_series(reader, series)):
        return may
    if series.published_at:
        return refused(_("Others have read of it: end it, and they are told."))
    return ALLOWED
