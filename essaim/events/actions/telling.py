"""Everybody registered is told of a change, each once, however often a worker dies meanwhile."""

import logging
from datetime import timedelta

from django.db import transaction
from django.db.models import Q

from essaim.communities.readers import fresh_reader
from essaim.events import rules
from essaim.events.actions import mails
from essaim.events.facts import Change
from essaim.events.models import Announcement, Registration, RegistrationQuerySet
from essaim.foundation.clock import now
from essaim.outreach.actions import notify

log = logging.getLogger(__name__)
PATIENCE = timedelta(days=1)  # then whom a mail cannot reach is not tried again


def tell_everybody(announcement_id: int) -> int:
    """Tell all whom it concerns; returns how many were told now.

    One transaction for each: the mail goes last and what it told is noted with it, so a worker
    that is killed has told whoever it noted and nobody else.
    """
    told, last = 0, 0
    while (one := _tell_next(announcement_id, after=last)) is not None:
        last, was_told = one
        told += was_told
    finish(announcement_id)
    return told


def _tell_next(announcement_id: int, *, after: int) -> tuple[int, bool] | None:
    """Whom, and whether it went: a mail that could not be sent is tried again another time.

    None where nobody is left for us: others may be telling some.
    """
    last = after
    try:
        with transaction.atomic():
            announcement = Announcement.objects.get(pk=announcement_id)
            untold = _untold(announcement).filter(pk__gt=after).order_by("pk")
            one = untold.select_for_update(of=("self",), skip_locked=True).first()
            if one is None:
                return None
            last = one.pk
            _tell(one, announcement)
    except Exception:
        if last == after:
            raise
        log.exception("Registration %s was not told; it is tried again.", last)
        return last, False
    return last, True


def _tell(registration: Registration, announcement: Announcement) -> None:
    registration.told = announcement
    registration.save(update_fields=["told"])
    if announcement.change == Change.MINUTES and not _may_read(registration):
        return
    if registration.member_id:
        notify(
            member_ids=[registration.member_id],
            kind=f"events.{announcement.change}",
            key=f"{announcement.event_id}:{announcement.pk}",
            community_id=registration.event.community_id,
            details={"event_id": announcement.event_id},
            is_mailed=True,
        )
    mails.send_change(registration, announcement)


def _may_read(registration: Registration) -> bool:
    """What came of it is for those who may still read it: it may have been hidden, or they left."""
    event, member = registration.event, registration.member
    if not event.is_told or not rules.are_on(event.community):
        return False
    return member is None or bool(rules.may_see_event(fresh_reader(member), event))


def _untold(announcement: Announcement) -> RegistrationQuerySet:
    """Whom it concerns and who has not heard it yet, nor anything later.

    What was made after it was decided is left out: whoever registers reads how things stand.
    """
    found = Registration.objects.expected().filter(
        Q(told__isnull=True) | Q(told__lt=announcement.pk),
        event=announcement.event_id,
        registered_at__lte=announcement.at,
    )
    reachable = found.exclude(member__isnull=True, email__isnull=True)
    return reachable.select_related("event__community", "event__place", "member")


@transaction.atomic
def finish(announcement_id: int) -> bool:
    """Note that everyone has heard it; True when nobody is left, or nobody that can be reached."""
    announcement = Announcement.objects.select_for_update().get(pk=announcement_id)
    is_late = announcement.at < now() - PATIENCE
    if not is_late and _untold(announcement).exists():
        return False
    announcement.done_at = announcement.done_at or now()
    announcement.save(update_fields=["done_at"])
    return True


def pending() -> list[int]:
    """The announcements to tell now: of each gathering the newest, which says how things stand.

    Earlier ones of it are done with: nobody is told what is no longer so. A reminder never stands
    in for a change.
    """
    waiting = Announcement.objects.filter(done_at__isnull=True).order_by("event_id", "pk")
    newest: dict[int, Announcement] = {}
    outdated: list[int] = []
    for one in waiting:
        before = newest.get(one.event_id)
        if before and one.change == Change.SOON:
            outdated.append(one.pk)
            continue
        if before:
            outdated.append(before.pk)
        newest[one.event_id] = one
    if outdated:
        Announcement.objects.filter(pk__in=outdated, done_at__isnull=True).update(done_at=now())
    return [one.pk for one in newest.values()]
