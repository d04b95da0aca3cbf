"""Processor time a page, in multiples of an empty page measured in the same run.

A machine's milliseconds do not travel, ratios do. Every page passes all middleware, on the demo
world, in this one process; the work of PostgreSQL, another process, is not in it.
"""

import os
import statistics
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from itertools import count
from types import MappingProxyType
from typing import Any

ROUNDS = 5
SECONDS_A_ROUND = 0.3  # of processor time: in less, its clock and the machine's moods show
WARM_UP = 10
ROW = "{:<44}{:>9}{:>10}{:>9}"


@dataclass(frozen=True, slots=True)
class Timed:
    """The median processor time of a page, and how far its rounds lie apart (0.1: ten percent)."""

    name: str
    seconds: float
    spread: float
    queries: int


def main() -> None:
    """Load the demo world where it is missing; measure; print."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "bench.settings"
    import django

    django.setup()
    from django.core.management import call_command

    from essaim.foundation.embedded_postgres import database_running

    with database_running():
        call_command("migrate", verbosity=0)
        call_command("load_demo")
        _print([_timed(name, ask) for name, ask in _pages()])


def _pages() -> Iterator[tuple[str, Callable[[], int]]]:
    """The empty page first, then what people read most."""
    from django.conf import settings
    from django.test import Client
    from django.urls import reverse

    from essaim.demo.cast import parts
    from essaim.demo.world_book import MOVEMENT
    from essaim.ideas.models import Debate, Idea
    from essaim.members.models import Member

    debate = Debate.objects.filter(community__slug=MOVEMENT).order_by("-opened_at")[0]
    idea = Idea.objects.filter(debate=debate).standing().order_by("proposed_at")[0]
    landing = reverse("community", args=[MOVEMENT])
    client = Client()
    client.force_login(Member.objects.get(email=parts()[1].email))
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    signed_in = {"Cookie": f"{settings.SESSION_COOKIE_NAME}={session}"}
    number = count()
    yield "empty page, signed in", _asking(lambda: reverse("empty"), signed_in)
    yield "landing page, signed in", _asking(lambda: landing, signed_in)
    address = reverse("debate", args=[MOVEMENT, debate.public_id])
    yield "debate, signed in", _asking(lambda: address, signed_in)
    where = reverse("idea", args=[idea.public_id])
    yield "idea, signed in", _asking(lambda: where, signed_in)
    yield "Today, signed in", _asking(lambda: reverse("today"), signed_in)
    yield "landing page, anonymous, made anew", _asking(lambda: f"{landing}?fresh={next(number)}")
    yield "landing page, anonymous, from the cache", _asking(lambda: landing)
    client.logout()


def _asking(
    address: Callable[[], str], headers: Mapping[str, str] = MappingProxyType({})
) -> Callable[[], int]:
    """A function that asks the WSGI application for the page, as the web server does."""
    from django.core.wsgi import get_wsgi_application
    from django.test import RequestFactory

    application = get_wsgi_application()
    factory = RequestFactory()

    def ask() -> int:
        asked = factory.get(address(), headers={"Accept-Language": "fr", **headers})
        answer: Any = application(asked.META, _start)
        for _part in answer:
            pass
        answer.close()
        return int(answer.status_code)

    return ask


def _start(_status: str, _headers: list[tuple[str, str]], _error: Any = None, /) -> Any:
    """Where the web server would begin to send."""


def _timed(name: str, ask: Callable[[], int]) -> Timed:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    for _ in range(WARM_UP):
        if (status := ask()) != HTTPStatus.OK:
            raise RuntimeError(f"{name}: {status}")
    with CaptureQueriesContext(connection) as captured:
        ask()
    queries = len(captured)  # now: the next request empties the list
    rounds = sorted(_round(ask) for _ in range(ROUNDS))
    middle = statistics.median(rounds)
    return Timed(name, middle, (rounds[-1] - rounds[0]) / middle, queries)


def _round(ask: Callable[[], int]) -> float:
    """Processor seconds a page, over as many pages as fill the round."""
    asked, began = 0, time.process_time()
    while (passed := time.process_time() - began) < SECONDS_A_ROUND:
        ask()
        asked += 1
    return passed / asked


def _print(timed: list[Timed]) -> None:
    empty = timed[0]
    print(ROW.format("Processor time", "× empty", "spread", "queries"))
    for page in timed:
        ratio, spread = f"{page.seconds / empty.seconds:.2f}", f"{page.spread:.0%}"
        print(ROW.format(page.name, ratio, spread, page.queries))
    print(f"\nOn this machine, now, the empty page takes {empty.seconds * 1000:.2f} ms.")
