"""What a room thinks of a part of the agenda: chosen on phones, counted once, then forgotten."""

from collections import Counter

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from essaim.communities.readers import fresh_reader
from essaim.discussions.models import Position
from essaim.events import rules
from essaim.events.actions.locks import about, locked, unseen
from essaim.events.actions.rooms import fresh_item, locked_round, round_of
from essaim.events.facts import PositionsAsked, PositionsCounted
from essaim.events.models import AgendaItem, Event, Round, Tap
from essaim.foundation.access import refused, require
from essaim.foundation.activity import record
from essaim.foundation.clock import now
from essaim.foundation.http.cache import bump_generation
from essaim.members.models import Member

COUNTED = ("counted_at", "count_for", "count_against", "count_another")


@transaction.atomic
def ask_positions(*, member: Member, item: AgendaItem) -> None:
    """From now on each phone chooses: for, against, another way."""
    event = locked(item.event_id)
    opened = round_of(event)
    item = fresh_item(item, event)
    require(rules.may_ask_positions(fresh_reader(member), item))
    if opened is None or not opened.is_open:
        require(refused(_("Open it to phones first: people choose on them.")))
    item.asked_at = now()
    item.save(update_fields=["asked_at"])
    record(PositionsAsked(actor_id=member.pk, item_id=item.pk, **about(event)))
    bump_generation()


@transaction.atomic
def count_positions(*, member: Member, item: AgendaItem) -> None:
    """Three numbers are kept; who chose what is forgotten."""
    event = locked(item.event_id)
    round_of(event)
    item = fresh_item(item, event)
    require(rules.may_count_positions(fresh_reader(member), item))
    count(event, item, member)
    bump_generation()


@transaction.atomic
def tap(*, opened: Round, device: str, item: AgendaItem, position: str) -> None:
    """One for each phone, changed as often as one likes until it is counted.

    No fact: the moment at which somebody chose would say too much.
    """
    opened = locked_round(opened.pk)
    item = fresh_item(item, opened.event)
    require(rules.may_tap(opened, item))
    if position not in Position.values:
        raise ValidationError({"position": _("Choose: for, against or another way.")})
    Tap.objects.update_or_create(item=item, device=device, defaults={"position": position})


def count(event: Event, item: AgendaItem, member: Member | None = None) -> None:
    """The round is locked: no tap comes in between."""
    taps = Counter(item.taps.values_list("position", flat=True))
    item.counted_at = now()
    item.count_for = taps[Position.FOR]
    item.count_against = taps[Position.AGAINST]
    item.count_another = taps[Position.ANOTHER_WAY]
    item.save(update_fields=COUNTED)
    item.taps.all().delete()
    record(
        PositionsCounted(
            actor_id=member.pk if member else None,
            item_id=item.pk,
            count_for=item.count_for,
            count_against=item.count_against,
            count_another=item.count_another,
            **unseen(event),
        )
    )
