"""Dividing a community: a draft that can be looked at, then circles that stand."""

from random import Random, SystemRandom

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from essaim.communities import rules
from essaim.communities.actions.circles.seats import close_swaps, place, rise, sit
from essaim.communities.actions.tree import free_slug, lock_tree, locked, set_texts
from essaim.communities.circles import Diversity, divide
from essaim.communities.facts import (
    CirclesDissolved,
    CommunityClosed,
    CommunityDivided,
    MandateGiven,
)
from essaim.communities.models import (
    DRAFT_KEPT,
    QUESTION_LENGTH,
    CircleDivision,
    Community,
    DividedCircle,
    DraftSeat,
    Kind,
    Mandate,
    Membership,
    Role,
    Visibility,
)
from essaim.communities.queries.seats import (
    attributes_of,
    division_in_force,
    drafted_circles,
    people_to_seat,
    seats_of,
    wishes_in,
)
from essaim.communities.readers import fresh_reader
from essaim.foundation.access import Refused, require
from essaim.foundation.activity import record, record_all
from essaim.foundation.clock import now
from essaim.foundation.http.cache import bump_generation
from essaim.foundation.text import clean_line
from essaim.members.models import Member

SMALLEST, LARGEST = 2, 100  # what one may wish for; above 25 there is a warning
FEWEST_PEOPLE = 4
SEEDS = 2**31
UNKNOWN = -1.0


def draft_circles(
    *,
    member: Member,
    community: Community,
    wished_size: int,
    question: str = "",
    seed: int | None = None,
) -> CircleDivision:
    """Divide on paper: nobody sits anywhere yet. It takes the place of an earlier draft.

    Circles are looked for before anything is held; what changed since is seen on confirming.
    """
    require(rules.may_divide(fresh_reader(member), community))
    if not SMALLEST <= wished_size <= LARGEST:
        raise ValidationError(
            {
                "wished_size": [
                    _("Between %(from)s and %(to)s people.") % {"from": SMALLEST, "to": LARGEST}
                ]
            }
        )
    question = _line(question)
    attributes = attributes_of(community)
    people = people_to_seat(community, attributes)
    if len(people) < FEWEST_PEOPLE:
        raise ValidationError(
            {
                "wished_size": [
                    _("There are too few people to divide: %(number)s.") % {"number": len(people)}
                ]
            }
        )
    seed = SystemRandom().randrange(SEEDS) if seed is None else seed
    found = divide(people, wished_size, wishes_in(community), seed=seed)
    draft = CircleDivision(
        community=community,
        divided_by=member,
        question=question,
        wished_size=wished_size,
        seed=seed,
        people=len(people),
        circles=len(found.circles),
        attributes=attributes,
        shares=_shares(found.diversity),
        shares_at_random=_shares(found.at_random),
        chances=[mix.chance if mix else UNKNOWN for mix in found.diversity.by_attribute],
        broken_with=sum(one.is_with for one in found.broken),
        broken_not_with=sum(not one.is_with for one in found.broken),
    )
    with transaction.atomic():
        require(rules.may_divide(fresh_reader(member), locked(community)))
        CircleDivision.objects.drafts().filter(community=community).delete()
        draft.save()
        DraftSeat.objects.bulk_create(
            [
                DraftSeat(division=draft, member_id=person, number=number)
                for number, circle in enumerate(found.circles, 1)
                for person in circle
            ]
        )
    return draft


def _line(text: str) -> str:
    try:
        text = clean_line(text)
    except ValidationError as error:
        raise ValidationError({"question": error.messages}) from error
    if len(text) > QUESTION_LENGTH:
        raise ValidationError(
            {"question": [_("At most %(most)s characters.") % {"most": QUESTION_LENGTH}]}
        )
    return text


def _shares(diversity: Diversity) -> list[float]:
    return [mix.share if mix else UNKNOWN for mix in diversity.by_attribute]


@transaction.atomic
def confirm_circles(
    *, member: Member, community: Community, draft: str, with_hosts: bool = False
) -> CircleDivision:
    """Make the draft's circles stand; those that stood before are closed, with all their dates.

    Whoever has left since sits nowhere, whoever has come is placed. `with_hosts`: one of each
    circle, drawn by the seed, hosts it.
    """
    lock_tree()
    community = locked(community)
    require(rules.may_divide(fresh_reader(member), community))
    division = CircleDivision.objects.drafts().filter(community=community, public_id=draft).first()
    if division is None:
        raise Refused(_("This draft was replaced or confirmed meanwhile: look at the newest."))
    if division.drafted_at < now() - DRAFT_KEPT:
        raise Refused(_("This draft is older than a day: divide again."))
    drafted = drafted_circles(division)
    belongs = Membership.objects.filter(community=community, left_at__isnull=True)
    held = (
        Member.objects.select_for_update(no_key=True)
        .filter(pk__in=belongs.values("member_id"), is_active=True)
        .order_by("pk")
    )
    standing = set(held.values_list("pk", flat=True))  # whoever leaves now waits, or is gone
    if before := division_in_force(community):
        _end(before)
    people = [one for one in people_to_seat(community, division.attributes) if one.id in standing]
    here = {one.id for one in people} & {one for circle in drafted for one in circle}
    division.confirmed_at = now()
    division.save(update_fields=["confirmed_at"])
    made = _make_circles(community, division, len(drafted))
    sit(
        (circle, person)
        for circle, people in zip(made, drafted, strict=True)
        for person in people
        if person in here
    )
    division.seats.all().delete()
    for person in people:
        if person.id not in here:
            place(community, division, seats_of(division), person.id)
    if with_hosts:
        _give_hosts(member, division)
    community.divided_at = now()
    community.save(update_fields=["divided_at"])
    bump_generation()
    record(
        CommunityDivided(
            actor_id=member.pk,
            community_id=community.pk,
            division_id=division.pk,
            circles=len(made),
            people=len(people),
        )
    )
    return division


def _make_circles(community: Community, division: CircleDivision, number: int) -> list[Community]:
    made = []
    with translation.override(community.language):
        for position in range(1, number + 1):
            circle = Community(
                kind=Kind.CIRCLE,
                parent=community,
                ancestor_ids=[*community.ancestor_ids, community.pk],
                language=community.language,
                time_zone=community.time_zone,
                visibility=Visibility.MEMBERS,
                is_political=community.is_political,
                switched_off=community.switched_off,
                opened_at=now(),
            )
            name = _("Circle %(number)s") % {"number": position}
            set_texts(
                circle,
                name=name,
                purpose=division.question or _("To talk with few people, and to tell all."),
            )
            circle.slug = free_slug(f"{community.slug[:30]} {name}")
            circle.save()
            made.append(circle)
    DividedCircle.objects.bulk_create(
        [
            DividedCircle(division=division, circle=circle, number=position)
            for position, circle in enumerate(made, 1)
        ]
    )
    return made


def _give_hosts(giver: Member, division: CircleDivision) -> None:
    dice = Random(division.seed)  # noqa: S311  to be repeated, not to be secret
    mandates = Mandate.objects.bulk_create(
        [
            Mandate(
                community_id=circle_id,
                member_id=dice.choice(people),
                role=Role.HOST,
                given_by=giver,
            )
            for circle_id, people in seats_of(division).items()
            if people
        ]
    )
    record_all(
        [
            MandateGiven(
                actor_id=giver.pk,
                community_id=one.community_id,
                mandate_id=one.pk,
                holder_id=one.member_id,
                role=one.role,
            )
            for one in mandates
        ]
    )


def _end(division: CircleDivision) -> None:
    """Close the circles: what they hold stays, nobody sits there any more."""
    circles = Community.objects.filter(divided__division=division, closed_at__isnull=True)
    ids = list(circles.order_by("pk").select_for_update(no_key=True).values_list("pk", flat=True))
    rise(list(division.parts.values_list("circle_id", flat=True)))
    Community.objects.filter(pk__in=ids).update(closed_at=now())
    close_swaps(division)
    division.ended_at = now()
    division.save(update_fields=["ended_at"])
    record_all([CommunityClosed(community_id=one) for one in ids])


@transaction.atomic
def dissolve_circles(*, member: Member, community: Community) -> None:
    """End the circles without making others; nothing happens when there are none."""
    community = locked(community)
    require(rules.may_divide(fresh_reader(member), community))
    division = division_in_force(community)
    if division is None:
        return
    _end(division)
    community.divided_at = None
    community.save(update_fields=["divided_at"])
    bump_generation()
    record(CirclesDissolved(actor_id=member.pk, community_id=community.pk, division_id=division.pk))


def forget_old_drafts() -> int:
    """Delete drafts that nobody confirmed for a day; every night. Returns how many."""
    old = CircleDivision.objects.drafts().filter(drafted_at__lt=now() - DRAFT_KEPT)
    return old.delete()[1].get("communities.CircleDivision", 0)
