"""What a crash may cost: time, never a fact told twice or not at all."""

import time
from collections.abc import Callable

import pytest

from tests.reliability.conftest import Foundation

pytestmark = pytest.mark.reliability

STONES = 200
THROW = """
from django.db import transaction
from essaim.foundation.activity import record
from tests.reliability.effects.facts import StoneThrown
for number in range({first}, {last}):
    with transaction.atomic():
        record(StoneThrown(number=number))
"""
QUEUE = f"""
from tests.reliability.effects.tasks import count_to
for number in range(1, {STONES} + 1):
    count_to.ask(number=number)
"""
EFFECTS = "SELECT count(*) FROM effects_effect"
DIFFERENT = "SELECT count(DISTINCT number) FROM effects_effect"
OPEN = (
    "SELECT count(*) FROM procrastinate_jobs"
    " WHERE status IN ('todo', 'doing') AND queue_name IN ('facts', 'stones')"
    " AND task_name NOT LIKE '%left'"
)
WAITING = "SELECT count(*) FROM foundation_delivery WHERE done_at IS NULL"
HELD_UP = "SELECT count(*) FROM pg_locks WHERE NOT granted"


def wait_until(true: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.1)


def test_a_worker_killed_amid_the_facts_leaves_each_told_once(foundation: Foundation) -> None:
    half = STONES // 2
    with foundation.worker() as worker:
        foundation.run(THROW.format(first=0, last=half))
        wait_until(lambda: foundation.count(EFFECTS) == half)
        with foundation.nothing_written_to("effects_effect"):
            foundation.run(THROW.format(first=half, last=STONES))
            wait_until(lambda: foundation.count(HELD_UP) >= 1)
            worker.kill()
            worker.wait()
    assert foundation.count(WAITING) == half

    with foundation.worker():
        wait_until(lambda: foundation.count(WAITING) == 0)
        wait_until(lambda: foundation.count(OPEN) == 0)
    assert foundation.count(EFFECTS) == foundation.count(DIFFERENT) == STONES


def test_a_killed_worker_s_job_goes_back_to_the_queue(foundation: Foundation) -> None:
    foundation.run(QUEUE)
    doing = "SELECT count(*) FROM procrastinate_jobs WHERE status = 'doing'"
    with foundation.nothing_written_to("effects_effect"), foundation.worker() as worker:
        wait_until(lambda: foundation.count(doing) >= 1)
        worker.kill()
        worker.wait()
    assert foundation.count(doing) >= 1
    assert foundation.count(EFFECTS) == 0

    with foundation.worker():
        wait_until(lambda: foundation.count(OPEN) == 0)
    assert foundation.count(EFFECTS) == foundation.count(DIFFERENT) == STONES


def test_the_worker_outlives_a_restart_of_its_database(foundation: Foundation) -> None:
    foundation.run(THROW.format(first=0, last=STONES))
    with foundation.worker() as worker:
        wait_until(lambda: foundation.count(EFFECTS) >= STONES // 4)
        foundation.server.stop()
        time.sleep(1)
        assert worker.poll() is None
        foundation.server.ensure_running()
        wait_until(lambda: foundation.count(WAITING) == 0)

        foundation.run(QUEUE)
        wait_until(lambda: foundation.count(OPEN) == 0)
        assert worker.poll() is None
    assert foundation.count(EFFECTS) == foundation.count(DIFFERENT) == 2 * STONES


def test_what_a_rolled_back_act_asked_for_is_never_done(foundation: Foundation) -> None:
    foundation.run(
        "from django.db import transaction\n"
        "from tests.reliability.effects.tasks import count_to\n"
        "try:\n"
        "    with transaction.atomic():\n"
        "        count_to.ask(number=1)\n"
        "        raise RuntimeError\n"
        "except RuntimeError:\n"
        "    count_to.ask(number=2)\n"
    )
    with foundation.worker():
        wait_until(lambda: foundation.count(OPEN) == 0)
    assert foundation.count("SELECT min(number) FROM effects_effect") == -2
    assert foundation.count(EFFECTS) == 1
