"""How a community sees itself, beside what is counted of it."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from math import sqrt
from typing import Any

from django.db import connection
from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from essaim.communities.models import CircleDivision, Community, Decision, Mandate, Membership, Role
from essaim.communities.queries import (
    COUNTED,
    Bar,
    Figure,
    bar_for_page,
    smallest_told,
)
from essaim.communities.readers import Reader
from essaim.foundation.access import Verdict
from essaim.foundation.clock import now, today
from essaim.insights import rules
from essaim.insights.models import Answered, Question, Rating, Tick

LOW_SHARE = 0.3
NEWCOMER_DAYS = 365

# Acts in a community and below by whoever belonged to where they acted, against those of others.
_LOCAL = """
SELECT count(*) FILTER (WHERE EXISTS (
    SELECT 1 FROM communities_membership belonging
    WHERE belonging.community_id = fact.community_id AND belonging.member_id = fact.actor_id
      AND belonging.joined_at <= fact.happened_at
      AND (belonging.left_at IS NULL OR belonging.left_at >= fact.happened_at)
)), count(*)
FROM foundation_fact fact
WHERE fact.community_id = %(id)s AND fact.rung = ANY(%(counted)s) AND fact.actor_id IS NOT NULL
  AND fact.happened_at > %(year_ago)s AND fact.happened_at <= %(now)s
"""


@dataclass(frozen=True, slots=True)
class Mark:
    """One question of one year: the mean of one to five, and how far answers lie from it."""

    question: str
    mean: float | None
    spread: float | None


@dataclass(frozen=True, slots=True)
class YearLine:
    """One year’s rating; without marks where too few answered."""

    year: int
    closed_on: date | None
    answers: int | None
    eligible: int
    marks: tuple[Mark, ...]

    @property
    def share(self) -> float | None:
        if self.answers is None:
            return None
        return self.answers / self.eligible if self.eligible else 0.0

    @property
    def is_low(self) -> bool:
        return self.share is not None and self.share < LOW_SHARE


@dataclass(frozen=True, slots=True)
class RatingPage:
    name: str
    slug: str
    bar: Bar
    years: tuple[YearLine, ...]
    beside: tuple[Figure, ...]
    smallest: int
    is_running: bool
    closes_on: date | None
    has_answered: bool
    may_answer: Verdict | None
    may_open: Verdict


def rating_for_page(reader: Reader, community: Community) -> RatingPage:
    """Ask `may_see_rating` before."""
    ratings = list(Rating.objects.filter(community=community).order_by("-year"))
    running = next((one for one in ratings if one.closed_at is None), None)
    k = smallest_told(community)
    return RatingPage(
        name=community.name,
        slug=community.slug,
        bar=bar_for_page(reader, community, here="figures"),
        years=_years([one for one in ratings if one.closed_at], k),
        beside=tuple(_facts(community)),
        smallest=k,
        is_running=running is not None,
        closes_on=running.closes_on if running else None,
        has_answered=running is not None
        and Answered.objects.filter(rating=running, member=reader.member_id or 0).exists(),
        may_answer=rules.may_answer(reader, running) if running else None,
        may_open=rules.may_open_rating(reader, community),
    )


def running_rating(community: Community) -> Rating | None:
    return Rating.objects.running().filter(community=community).first()


def ratings_to_answer(member_id: int) -> list[tuple[Rating, str, str]]:
    """Those a member has not answered, with the community’s slug and name; one query."""
    answered = Answered.objects.filter(member=member_id).values("rating")
    belongs = Membership.objects.filter(member=member_id, left_at__isnull=True)
    waiting = (
        Rating.objects.running()
        .filter(closes_on__gte=today(), community__in=belongs.values("community"))
        .exclude(pk__in=answered)
        .select_related("community")
    )
    return [(one, one.community.slug, one.community.name) for one in waiting.order_by("closes_on")]


def _years(ratings: list[Rating], k: int) -> tuple[YearLine, ...]:
    ticks: dict[int, dict[str, dict[int, int]]] = defaultdict(lambda: defaultdict(dict))
    rows = Tick.objects.filter(rating__in=ratings)
    for rating, question, mark, times in rows.values_list("rating", "question", "mark", "times"):
        ticks[rating][question][mark] = times
    lines = []
    for one in ratings:
        answers = sum(ticks[one.pk][Question.OPENNESS.value].values())
        told = answers >= k
        lines.append(
            YearLine(
                year=one.year,
                closed_on=one.closes_on,
                answers=answers if told else None,
                eligible=one.eligible,
                marks=tuple(
                    _mark(str(question.label), ticks[one.pk][question.value])
                    for question in Question
                )
                if told
                else (),
            )
        )
    return tuple(lines)


def _mark(question: str, times: dict[int, int]) -> Mark:
    """Not told where everybody gave the same mark: it would say what each of them answered."""
    number = sum(times.values())
    if max(times.values(), default=0) == number:
        return Mark(question, None, None)
    mean = sum(mark * count for mark, count in times.items()) / number
    variance = sum(count * (mark - mean) ** 2 for mark, count in times.items()) / number
    return Mark(question, mean, sqrt(variance))


def _facts(community: Community) -> list[Figure]:
    """What is counted of the same three things."""
    values: dict[str, Any] = {
        "id": community.pk,
        "counted": COUNTED,
        "now": now(),
        "year_ago": now() - timedelta(days=365),
    }
    with connection.cursor() as cursor:
        cursor.execute(_LOCAL, values)
        local, acts = cursor.fetchone()
    hosts = Mandate.objects.on(today()).filter(community=community, role=Role.HOST)
    host_ids = set(hosts.values_list("member_id", flat=True))
    recent = Membership.objects.filter(
        community=community,
        member__in=host_ids,
        left_at__isnull=True,
        joined_at__gt=now() - timedelta(days=NEWCOMER_DAYS),
    ).count()
    found = []
    if acts:
        found.append(
            Figure(
                _("Local acts"),
                value=local,
                of=acts,
                share=local / acts,
                note=_("by people who belong here, over 365 days"),
                href=f"{reverse('definitions')}#local",
                as_of=today(),
            )
        )
    decided = Decision.objects.filter(
        community=community, decided_at__gt=now() - timedelta(days=365)
    ).aggregate(all=Count("pk"), central=Count("pk", filter=Q(is_central=True)))
    if decided["all"]:
        here = decided["all"] - decided["central"]
        found.append(
            Figure(
                _("Decided here"),
                value=here,
                of=decided["all"],
                share=here / decided["all"],
                note=_("not by a role from above, over 365 days"),
                href=f"{reverse('definitions')}#local",
                as_of=today(),
            )
        )
    if host_ids:
        found.append(
            Figure(
                _("Newcomers among hosts"),
                value=recent,
                of=len(host_ids),
                share=recent / len(host_ids),
                note=_("who joined within a year"),
                href=f"{reverse('definitions')}#newcomers",
                as_of=today(),
            )
        )
    found += _mixed(community)
    return found


def _mixed(community: Community) -> list[Figure]:
    """How well its circles mix its people, where it sits in circles and enough have answered."""
    division = CircleDivision.objects.in_force().filter(community=community).first()
    shares = [share for share in division.shares if share >= 0] if division else []
    if division is None or not shares or division.people < smallest_told(community):
        return []
    share = sum(shares) / len(shares)
    return [
        Figure(
            _("Profiles mixed in circles"),
            value=round(share * 100),
            of=100,
            share=share,
            note=_("of the highest mix that can be reached"),
            href=f"{reverse('definitions')}#mixed",
            as_of=today(),
        )
    ]
