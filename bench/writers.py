"""Eight people at once: supports a second through the real page, none lost, none counted twice."""

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus

from django.db import connection
from django.test import Client
from django.urls import reverse

from bench.budgets import Verdict
from bench.pages import cookie_of
from bench.world import World
from essaim.foundation.models import FactRow
from essaim.ideas.models import Idea, Support
from essaim.members.models import Member

WRITERS = 8
EACH = 80
Act = tuple[str, str]  # a session, the public id of an idea


def report_writers(world: World, verdict: Verdict) -> None:
    """Four writers at a time ask for the same; half of it is about one idea."""
    ideas, members = _chosen(world)
    before = _counted(ideas)
    acts = [
        (cookie_of(member), idea.public_id) for member, idea in zip(members, ideas, strict=True)
    ]
    connection.close()  # the eight need all that the pool holds
    began = time.perf_counter()
    with ThreadPoolExecutor(WRITERS) as writers:
        done = sum(writers.map(_write, [acts[n % 2 :: 2] for n in range(WRITERS)]))
    passed = time.perf_counter() - began
    after = _counted(ideas)
    print(
        f"\n{WRITERS} writers: {done / passed:.0f} supports asked a second"
        f" ({done} asked, each by four at once; {after[0] - before[0]} given)"
    )
    for what, was, now in zip(("rows", "facts", "counted"), before, after, strict=True):
        verdict.demand(now - was == len(acts), f"writers: {now - was} {what} for {len(acts)} acts")


def _chosen(world: World) -> tuple[list[Idea], list[Member]]:
    """As many acts as they will do: nobody supports their own idea or one they support already."""
    number = WRITERS * EACH // 4
    ideas = list(Idea.objects.filter(debate=world.debate).order_by("pk")[5 : number + 5])
    ideas[: number // 2] = [world.idea] * (number // 2)
    members = Member.objects.filter(memberships__community=world.community).exclude(
        pk__in=Support.objects.filter(idea__in=ideas).values("member")
    )
    authors = {idea.author_id or 0 for idea in ideas}
    return ideas, list(members.exclude(pk__in=authors).order_by("pk")[:number])


def _counted(ideas: Sequence[Idea]) -> tuple[int, int, int]:
    """Rows of supports, facts about them, and what the ideas themselves say."""
    chosen = Idea.objects.filter(pk__in=[idea.pk for idea in ideas])
    supports = Support.objects.filter(idea__in=chosen).count()
    facts = FactRow.objects.filter(
        kind="ideas.IdeaSupported", details__idea_id__in=[idea.pk for idea in ideas]
    ).count()
    return supports, facts, sum(chosen.values_list("supporters", flat=True))


def _write(acts: Sequence[Act]) -> int:
    """All of these, one after the other; how many were asked."""
    client = Client()
    for cookie, idea in acts:
        client.cookies.load(cookie)
        answer = client.post(reverse("idea_support", args=[idea]))
        if answer.status_code != HTTPStatus.FOUND:
            raise RuntimeError(f"A support was answered by {answer.status_code}")
    connection.close()
    return len(acts)
