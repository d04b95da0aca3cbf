"""Who leads a circle, and what it says to all."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from essaim.communities import rules
from essaim.communities.actions.belonging import hold_member
from essaim.communities.actions.tree import locked, set_lines_and_texts
from essaim.communities.facts import CircleSynthesisWritten, MandateGiven
from essaim.communities.models import Community, DividedCircle, Mandate, Role
from essaim.communities.readers import fresh_reader
from essaim.foundation.access import Refused, require
from essaim.foundation.activity import record
from essaim.foundation.clock import now
from essaim.members.models import Member


@transaction.atomic
def host_circle(*, member: Member, circle: Community) -> Mandate:
    """Begin to host a circle that nobody hosts; two who begin at once leave one."""
    circle = locked(circle)
    hold_member(member)
    if not DividedCircle.objects.filter(circle=circle).exists():
        raise Refused(_("This is no circle of a division."))
    require(rules.may_host_circle(fresh_reader(member), circle))
    try:
        with transaction.atomic():
            mandate = Mandate.objects.create(
                community=circle, member=member, role=Role.HOST, given_by=member
            )
    except IntegrityError as error:
        raise Refused(_("Somebody hosts this circle already.")) from error
    record(
        MandateGiven(
            actor_id=member.pk,
            community_id=circle.pk,
            mandate_id=mandate.pk,
            holder_id=member.pk,
            role=Role.HOST,
        )
    )
    return mandate


@transaction.atomic
def write_circle_synthesis(*, member: Member, part: DividedCircle, text: str) -> DividedCircle:
    """What the circle says to the whole community; it may be written again until it closes."""
    part = (
        DividedCircle.objects.select_for_update(of=("self",), no_key=True)
        .select_related("circle", "division")
        .get(pk=part.pk)
    )
    require(rules.may_write_synthesis(fresh_reader(member), part))
    set_lines_and_texts(part, {"synthesis": text})
    if not part.synthesis:
        raise ValidationError({"synthesis": [_("Write what your circle wants to say.")]})
    part.written_by, part.written_at = member, now()
    part.save(update_fields=["synthesis", "written_by", "written_at"])
    record(
        CircleSynthesisWritten(
            actor_id=member.pk,
            community_id=part.division.community_id,
            division_id=part.division_id,
            circle_id=part.circle_id,
        )
    )
    return part
