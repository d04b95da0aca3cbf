"""What circles are mixed by: the community's choice, each one's own answers and wishes."""

from collections.abc import Mapping, Sequence

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from essaim.communities import rules
from essaim.communities.actions.belonging import lock_member
from essaim.communities.actions.circles.seats import close_swaps, rise
from essaim.communities.actions.tree import locked
from essaim.communities.models import (
    ANSWER_LENGTH,
    MOST_ANSWERS,
    MOST_WISHES,
    CircleAnswer,
    CircleAttribute,
    CircleWish,
    Community,
    Membership,
    WorkAttribute,
)
from essaim.communities.queries.seats import circle_of, division_in_force, seats_of
from essaim.communities.readers import fresh_reader
from essaim.foundation.access import Refused, require
from essaim.foundation.text import clean_line
from essaim.members.models import Member

FEWEST_ANSWERS = 2


@transaction.atomic
def choose_circle_attributes(
    *, member: Member, community: Community, chosen: Mapping[str, Sequence[str]]
) -> list[CircleAttribute]:
    """By which attributes of work, each with the answers one can choose from.

    What members answered to an attribute that is dropped, or in words that no longer stand, goes.
    """
    community = locked(community)
    require(rules.may_divide(fresh_reader(member), community))
    errors: dict[str, list[str]] = {}
    cleaned: dict[str, list[str]] = {}
    for attribute, answers in chosen.items():
        if attribute not in WorkAttribute.values:
            raise ValidationError({"attribute": [_("Circles are not mixed by this.")]})
        try:
            cleaned[attribute] = _answers(answers)
        except ValidationError as error:
            errors[attribute] = error.messages
    if errors:
        raise ValidationError(errors)
    CircleAttribute.objects.filter(community=community).delete()
    made = CircleAttribute.objects.bulk_create(
        [
            CircleAttribute(community=community, attribute=attribute, answers=answers)
            for attribute, answers in cleaned.items()
        ]
    )
    for attribute in WorkAttribute.values:
        given = CircleAnswer.objects.filter(community=community).exclude(**{attribute: ""})
        standing = {f"{attribute}__in": cleaned.get(attribute, [])}
        given.exclude(**standing).update(**{attribute: ""})
    return made


def _answers(answers: Sequence[str]) -> list[str]:
    """Each once, without empty lines."""
    lines = dict.fromkeys(line for answer in answers if (line := clean_line(answer)))
    if len(lines) < FEWEST_ANSWERS:
        raise ValidationError([_("Write at least two answers to choose from, one a line.")])
    if len(lines) > MOST_ANSWERS:
        raise ValidationError([_("At most %(most)s answers.") % {"most": MOST_ANSWERS}])
    if any(len(line) > ANSWER_LENGTH for line in lines):
        raise ValidationError([_("At most %(most)s characters.") % {"most": ANSWER_LENGTH}])
    return list(lines)


@transaction.atomic
def answer_for_circles(
    *, member: Member, community: Community, answers: Mapping[str, str], sits_out: bool = False
) -> CircleAnswer:
    """Say what one's work is, as far as one likes; whoever sits out rises from their circle."""
    community = locked(community)
    lock_member(member)
    require(rules.may_answer_for_circles(fresh_reader(member), community))
    rows = CircleAttribute.objects.filter(community=community)
    offered = dict(rows.values_list("attribute", "answers"))
    values = {one: answers.get(one, "") for one in offered}
    for attribute, answer in values.items():
        if answer and answer not in offered[attribute]:
            raise ValidationError({attribute: [_("This answer is not offered.")]})
    said, _made = CircleAnswer.objects.update_or_create(
        community=community, member=member, defaults={**values, "sits_out": sits_out}
    )
    if sits_out and (division := division_in_force(community)):
        seated = circle_of(seats_of(division), member.pk)
        if seated is not None:
            rise([seated], [member.pk])
            close_swaps(division, [member.pk])
    return said


@transaction.atomic
def add_circle_wish(
    *, member: Member, community: Community, other: Member, is_with: bool
) -> CircleWish:
    """Wish to sit with somebody, or not to; a second wish about the same person replaces it."""
    lock_member(member)
    require(rules.may_answer_for_circles(fresh_reader(member), community))
    belongs = Membership.objects.filter(community=community, member=other, left_at__isnull=True)
    if other.pk == member.pk or not belongs.exists():
        raise ValidationError({"other": [_("Choose somebody else of the community.")]})
    mine = CircleWish.objects.filter(community=community, author=member)
    if mine.filter(is_with=is_with).exclude(other=other).count() >= MOST_WISHES:
        raise Refused(_("At most %(most)s wishes of each kind.") % {"most": MOST_WISHES})
    try:
        with transaction.atomic():
            wish, _made = CircleWish.objects.update_or_create(
                community=community, author=member, other=other, defaults={"is_with": is_with}
            )
    except IntegrityError as error:
        raise ValidationError({"other": [_("Choose somebody else of the community.")]}) from error
    return wish


@transaction.atomic
def remove_circle_wish(*, member: Member, community: Community, other: Member) -> None:
    """One's own; nothing happens when there is none."""
    require(rules.may_answer_for_circles(fresh_reader(member), community))
    CircleWish.objects.filter(community=community, author=member, other=other).delete()


@transaction.atomic
def forget_circle_answers(*, community_id: int, member_id: int) -> None:
    """What somebody who left had said and wished, and what was wished about them."""
    standing = Membership.objects.filter(
        community=community_id, member=member_id, left_at__isnull=True
    )
    if standing.exists():
        return  # they have come back since
    CircleAnswer.objects.filter(community=community_id, member=member_id).delete()
    about = Q(author=member_id) | Q(other=member_id)
    CircleWish.objects.filter(about, community=community_id).delete()
