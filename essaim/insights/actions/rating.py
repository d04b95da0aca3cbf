"""The yearly self-rating: opened, answered once by each, closed on its day."""

import contextlib
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from essaim.communities.models import Community, Membership
from essaim.communities.readers import fresh_reader
from essaim.foundation.access import Refused, require
from essaim.foundation.activity import record
from essaim.foundation.clock import now, today
from essaim.insights import rules
from essaim.insights.facts import RatingClosed, RatingOpened
from essaim.insights.models import MARKS, Answered, Question, Rating, Tick
from essaim.members.models import Member

DAYS_OPEN = 21
SHORTEST, LONGEST = 7, 60


@transaction.atomic
def open_rating(*, member: Member, community: Community, days: int = DAYS_OPEN) -> Rating:
    """Ask the members, for so many days; once a year."""
    community = Community.objects.hold_open(community.pk)
    require(rules.may_open_rating(fresh_reader(member), community))
    if not SHORTEST <= days <= LONGEST:
        raise ValidationError(
            {
                "days": [
                    _("Between %(least)s and %(most)s days.") % {"least": SHORTEST, "most": LONGEST}
                ]
            }
        )
    return _open(community, days, member.pk)


def _open(community: Community, days: int, actor_id: int | None) -> Rating:
    try:
        with transaction.atomic():
            rating = Rating.objects.create(
                community=community,
                year=today().year,
                closes_on=today() + timedelta(days=days),
                eligible=Membership.objects.filter(
                    community=community, left_at__isnull=True
                ).count(),
            )
    except IntegrityError as error:  # somebody else was faster
        raise Refused(_("It is done once a year: this year’s has been opened.")) from error
    Tick.objects.bulk_create(
        Tick(rating=rating, question=question, mark=mark) for question in Question for mark in MARKS
    )
    record(
        RatingOpened(
            actor_id=actor_id, community_id=community.pk, rating_id=rating.pk, year=rating.year
        )
    )
    return rating


@transaction.atomic
def answer_rating(*, member: Member, rating: Rating, marks: dict[str, int]) -> None:
    """Add to the counters, and note that this member has answered; never what, or when.

    One answer after the other, by a lock on the rating. No fact is recorded: it would carry a time.
    """
    rating = Rating.objects.select_for_update(no_key=True).get(pk=rating.pk)
    require(rules.may_answer(fresh_reader(member), rating))
    if set(marks) != set(Question.values) or not set(marks.values()) <= set(MARKS):
        raise ValidationError({"": [_("Each question is answered by one to five.")]})
    joined = Membership.objects.filter(
        community=rating.community_id,
        member=member,
        left_at__isnull=True,
        joined_at__lte=rating.opened_at,
    )
    if not joined.exists():
        raise Refused(_("You joined after it was opened: next year it is yours too."))
    try:
        with transaction.atomic():
            Answered.objects.create(rating=rating, member=member)
    except IntegrityError as error:
        raise Refused(_("You have answered this year’s rating already.")) from error
    for question in Question:
        Tick.objects.filter(rating=rating, question=question, mark=marks[question.value]).update(
            times=F("times") + 1
        )


@transaction.atomic
def close_due_ratings() -> int:
    """Those whose last day has passed; returns how many."""
    due = Rating.objects.running().filter(closes_on__lt=today()).select_for_update(of=("self",))
    closed = 0
    for rating in due.order_by("pk"):
        rating.closed_at = now()
        rating.save(update_fields=["closed_at"])
        # All counters are written anew: no row tells any more which of them changed last.
        Tick.objects.filter(rating=rating).update(times=F("times"))
        record(
            RatingClosed(community_id=rating.community_id, rating_id=rating.pk, year=rating.year)
        )
        closed += 1
    return closed


def open_due_ratings() -> int:
    """A year after the last one was opened, the clock opens the next; returns how many."""
    newest = Rating.objects.order_by("community", "-opened_at").distinct("community")
    opened = 0
    for last in newest.select_related("community"):
        is_due = last.opened_at <= now() - timedelta(days=365) and last.year < today().year
        if not (is_due and last.community.is_open and last.closed_at):
            continue
        with contextlib.suppress(Refused), transaction.atomic():
            _open(Community.objects.hold_open(last.community_id), DAYS_OPEN, None)
            opened += 1
    return opened
