"""What is done at the door: each act noted once, and answered at once, whatever arrives when."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from essaim.communities.facts import PeopleMet
from essaim.communities.readers import fresh_reader
from essaim.events import rules
from essaim.events.actions.locks import about, locked
from essaim.events.facts import AttendanceCounted, Attended, DoorLinkMade, DoorLinkRevoked
from essaim.events.models import (
    DOOR_OPENS,
    IN_PERSON,
    LINK_LASTS,
    MOST_LINKS,
    Admission,
    CheckIn,
    DoorLink,
    Event,
    How,
    Registration,
    Standing,
    State,
    Why,
    standing_acts,
)
from essaim.events.queries.vitality import came_besides_organiser
from essaim.foundation.access import require
from essaim.foundation.activity import record, record_all
from essaim.foundation.clock import now
from essaim.members.models import Member


@dataclass(frozen=True, slots=True)
class Scan:
    """What a door says that it did; `at` where it could not say so at once."""

    how: How
    nonce: str
    device: str = ""
    code: str = ""  # of a ticket
    person: str = ""  # by the public id of a registration
    name: str = ""
    people: int = 1
    undoes: str = ""
    at: datetime | None = None


@transaction.atomic
def keep_door(
    *,
    event: Event,
    scans: Sequence[Scan],
    member: Member | None = None,
    link: DoorLink | None = None,
) -> list[CheckIn]:
    """Note what one door did, by who holds it or by a link; one row for each, in their order.

    What comes again changes nothing and has the answer that it had.
    """
    event = locked(event.pk)
    link = _require_keeper(event, member, link)
    known = {one.nonce: one for one in _noted(event, scans)}
    new = {one.nonce: one for one in scans if one.nonce not in known}
    book = _Book(event, tuple(new.values()))
    received_at = now()
    made = []
    for place, scan in enumerate(new.values()):
        # Each has a moment of its own: of two, the one that was done later is later.
        row = book.answered(scan, received_at + timedelta(microseconds=place))
        row.link = link
        known[scan.nonce] = row
        made.append(row)
    CheckIn.objects.bulk_create(made)
    return [known[one.nonce] for one in scans]


@transaction.atomic
def make_door_link(*, member: Member, event: Event, label: str = "") -> DoorLink:
    """For whoever helps at the door that day: checks people in, and does nothing else."""
    event = locked(event.pk)
    require(rules.may_keep_door(fresh_reader(member), event))
    if event.door_links.filter(revoked_at__isnull=True).count() >= MOST_LINKS:
        raise ValidationError({"label": [_("Enough links: take one back first.")]})
    link = DoorLink.objects.create(event=event, made_by=member, label=" ".join(label.split()))
    record(DoorLinkMade(actor_id=member.pk, link_id=link.pk, **_between_holders(event)))
    return link


@transaction.atomic
def revoke_door_link(*, member: Member, link: DoorLink) -> None:
    event = locked(link.event_id)
    require(rules.may_keep_door(fresh_reader(member), event))
    link = DoorLink.objects.get(pk=link.pk)
    if link.revoked_at is None:
        link.revoked_at = now()
        link.save(update_fields=["revoked_at"])
        record(DoorLinkRevoked(actor_id=member.pk, link_id=link.pk, **_between_holders(event)))


def doors_to_count() -> list[Event]:
    """Those that were held, and whose door is closed for good."""
    over = Event.objects.filter(
        state=State.HELD, counted_at__isnull=True, ends_at__lte=now() - LINK_LASTS
    )
    return list(over.order_by("pk"))


@transaction.atomic
def count_attendance(event: Event) -> bool:
    """Say who came and how many, once; by the clock. False where that is said already."""
    event = locked(event.pk)
    if event.state != State.HELD or event.counted_at or event.ends_at > now() - LINK_LASTS:
        return False
    event.counted_at = now()
    event.save(update_fields=["counted_at"])
    here = event.registrations.filter(checked_in_at__isnull=False, member__isnull=False)
    record_all(
        [
            Attended(
                actor_id=member_id,
                community_id=event.community_id,
                event_id=event.pk,
                registration_id=registration_id,
            )
            for registration_id, member_id in here.order_by("pk").values_list("pk", "member")
        ]
    )
    registered = event.registrations.filter(standing=Standing.GOING).count()
    record(AttendanceCounted(people=event.present, registered=registered, **about(event)))
    if others := came_besides_organiser(event):
        record_all([PeopleMet(community_id=one.pk, people=others) for one in rules.holders(event)])
    return True


class _Book:
    """What is known of everyone that some acts are about, in two queries for all of them."""

    def __init__(self, event: Event, scans: Sequence[Scan]) -> None:
        self.event = event
        self.tickets: dict[str, Registration] = {}
        self.people: dict[str, Registration] = {}
        self.acts: dict[int, list[CheckIn]] = {}
        codes = [one.code for one in scans if one.code]
        people = [one.person for one in scans if one.person]
        if not codes and not people:
            return
        asked = Q(ticket__in=codes) | Q(event=event, public_id__in=people)
        for one in Registration.objects.filter(asked).select_related("member"):
            self.tickets[one.ticket] = one
            if one.event_id == event.pk:
                self.people[one.public_id] = one
                self.acts[one.pk] = []
        for act in CheckIn.objects.filter(registration__in=list(self.acts)):
            self.acts[act.registration_id or 0].append(act)

    def answered(self, scan: Scan, received_at: datetime) -> CheckIn:
        row = CheckIn(
            event=self.event,
            how=scan.how,
            nonce=scan.nonce,
            device=scan.device,
            was_offline=scan.at is not None,
            scanned_at=self._moment(scan, received_at),
            received_at=received_at,
            outcome=Admission.ACCEPTED,
        )
        if scan.how in IN_PERSON or scan.person or scan.code:
            self._of_somebody(row, scan)
        elif scan.how == How.UNDO:
            row.undoes = scan.undoes
        else:
            row.people, row.name = scan.people, scan.name
        if scan.how != How.UNDO and row.outcome != Admission.REFUSED:
            closed = rules.door_is_open(self.event, row.scanned_at)
            if closed:
                _refuse(row, closed)
        if row.registration and row.outcome != Admission.REFUSED:
            self._among_others(row)
        return row

    def _of_somebody(self, row: CheckIn, scan: Scan) -> None:
        found = self.tickets.get(scan.code) or self.people.get(scan.person)
        if found is None:
            _refuse(row, Why.UNKNOWN)
        elif found.event_id != self.event.pk:
            _refuse(row, Why.ELSEWHERE)
        else:
            row.registration = found
            if scan.how in IN_PERSON:
                row.people = found.party
                if found.standing == Standing.NOT:
                    _refuse(row, Why.CANCELLED)

    def _among_others(self, row: CheckIn) -> None:
        """Whether they are here already, by what is known now; later acts may say otherwise."""
        acts = self.acts[row.registration_id or 0]
        acts.append(row)
        if row.how == How.UNDO:
            return
        here = standing_acts(acts)
        if row not in here or here[0] is row:
            return
        row.first_at = here[0].scanned_at
        row.outcome = Admission.DUPLICATE
        if row.was_offline and here[0].device != row.device:
            row.outcome = Admission.CONFLICT

    def _moment(self, scan: Scan, received_at: datetime) -> datetime:
        """A telephone's own time, within what is possible."""
        if scan.at is None:
            return received_at
        return min(received_at, max(scan.at, self.event.starts_at - DOOR_OPENS))


def _refuse(row: CheckIn, why: Why) -> None:
    row.outcome, row.why = Admission.REFUSED, why


def _noted(event: Event, scans: Iterable[Scan]) -> Iterable[CheckIn]:
    nonces = [one.nonce for one in scans]
    return event.check_ins.filter(nonce__in=nonces).select_related("registration__member")


def _require_keeper(event: Event, member: Member | None, link: DoorLink | None) -> DoorLink | None:
    """By the link alone where there is one: it says which door it was."""
    if link is None:
        if member is None:
            raise ValueError("Somebody stands at a door.")
        require(rules.may_keep_door(fresh_reader(member), event))
        return None
    link = DoorLink.objects.get(pk=link.pk, event=event)
    link.event = event
    require(rules.may_use_link(link))
    return link


def _between_holders(event: Event) -> dict[str, Any]:
    return {"community_id": event.community_id, "event_id": event.pk}
