"""Needs that came up at a gathering, posted there or linked to it later."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from essaim.communities.models import Community
from essaim.communities.readers import fresh_reader
from essaim.events import rules
from essaim.events.actions.locks import locked, unseen
from essaim.events.facts import NeedBornHere, NeedNotBornHere
from essaim.events.models import Event, NeedBorn
from essaim.foundation.access import require
from essaim.foundation.activity import record
from essaim.foundation.http.cache import bump_generation
from essaim.members.models import Member
from essaim.needs.actions import post_need
from essaim.needs.models import Need


@transaction.atomic
def ask_help(*, member: Member, event: Event, community: Community, **given: Any) -> Need:
    """Post what came up as a need of a community that holds it, linked from its first moment."""
    event = locked(event.pk)
    require(rules.may_ask_help(fresh_reader(member), event, community))
    need = post_need(member=member, community=community, **given)
    _link(member, event, need)
    return need


@transaction.atomic
def link_need(*, member: Member, event: Event, need: Need) -> None:
    """What is looked for already; a need came up at one gathering, and no other."""
    event = locked(event.pk)
    need = _locked_need(need)
    require(rules.may_link_need(fresh_reader(member), event, need))
    try:
        with transaction.atomic():
            _link(member, event, need)
    except IntegrityError as error:
        said = _("This need is linked to a gathering already.")
        raise ValidationError({"need": said}) from error


@transaction.atomic
def unlink_need(*, member: Member, event: Event, need: Need) -> bool:
    """False when it was not linked any more."""
    event = locked(event.pk)
    need = _locked_need(need)
    require(rules.may_unlink_need(fresh_reader(member), event, need))
    gone, _by_model = NeedBorn.objects.filter(event=event, need=need).delete()
    if gone:
        record(NeedNotBornHere(actor_id=member.pk, need_id=need.pk, **unseen(event)))
        bump_generation()
    return bool(gone)


def _locked_need(need: Need) -> Need:
    """Behind its gathering, always: so two acts never wait for each other."""
    found = Need.objects.select_for_update(of=("self",)).select_related("community")
    return found.get(pk=need.pk)


def _link(member: Member, event: Event, need: Need) -> None:
    NeedBorn.objects.create(event=event, need=need, by=member)
    record(NeedBornHere(actor_id=member.pk, need_id=need.pk, **unseen(event)))
    bump_generation()
