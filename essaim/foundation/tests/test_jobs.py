"""How jobs are asked for; tests/reliability kills the workers that do them."""

from contextlib import suppress

import pytest
from django.db import connection, transaction
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from essaim.foundation.jobs import MOST_ATTEMPTS, Job, every, job
from essaim.foundation.tasks import deliver_facts, deliver_what_was_left

pytestmark = pytest.mark.django_db
done: list[str] = []


@job(queue="bells")
def ring(*, bell: str) -> None:
    done.append(bell)


@job(queue="bells", coalesce=True)
def sweep() -> None:
    done.append("swept")


@every("0 4 * * *", queue="bells")
def ring_at_four() -> None:
    done.append("four")


@pytest.fixture(autouse=True)
def empty_queue(db: None) -> None:
    """Tests that commit leave their jobs: the queue's tables are not among those emptied."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE procrastinate_jobs CASCADE")


def waiting(which: Job[...]) -> list[dict[str, object]]:
    jobs = ProcrastinateJob.objects.filter(task_name=which.name, status="todo").order_by("id")
    return [row.args for row in jobs]


def test_a_job_that_is_called_runs_here_and_now() -> None:
    done.clear()
    ring(bell="great")
    assert done == ["great"]
    assert waiting(ring) == []


def test_a_job_that_is_asked_for_waits_in_its_queue() -> None:
    done.clear()
    ring.ask(bell="great")
    assert done == []
    row = ProcrastinateJob.objects.get(task_name=ring.name)
    assert (row.queue_name, row.args, row.scheduled_at) == ("bells", {"bell": "great"}, None)


def test_what_a_rolled_back_act_asked_for_is_gone_with_it() -> None:
    with suppress(RuntimeError), transaction.atomic():
        ring.ask(bell="small")
        raise RuntimeError
    assert waiting(ring) == []


def test_a_coalescing_job_waits_once_however_often_a_transaction_asks() -> None:
    for _ in range(3):
        sweep.ask()
    assert waiting(sweep) == [{}]


def test_a_coalescing_job_is_asked_again_when_the_savepoint_that_asked_rolled_back() -> None:
    with suppress(RuntimeError), transaction.atomic():
        sweep.ask()
        raise RuntimeError
    assert waiting(sweep) == []
    sweep.ask()
    assert waiting(sweep) == [{}]


@pytest.mark.django_db(transaction=True)
def test_each_transaction_asks_for_itself() -> None:
    for _ in range(2):
        with transaction.atomic():
            sweep.ask()
            sweep.ask()
    assert waiting(sweep) == [{}, {}]


def test_arguments_have_names() -> None:
    with pytest.raises(TypeError, match="keyword"):
        ring.ask("great")  # type: ignore[call-arg]  # that is the point


def test_a_failing_job_is_tried_again_later_and_not_for_ever() -> None:
    patience = app.tasks[ring.name].retry_strategy
    assert patience is not None
    row = ProcrastinateJob(task_name=ring.name, args={}, attempts=0)
    decisions = []
    for attempts in range(MOST_ATTEMPTS):
        row.attempts = attempts
        decisions.append(
            patience.get_retry_decision(exception=RuntimeError(), job=row.procrastinate_job)
        )
    assert all(decisions[:-1])
    assert decisions[-1] is None


def test_what_the_clock_asks_for_waits_at_most_once() -> None:
    planned = app.periodic_registry.periodic_tasks
    mine = next(task for (name, _), task in planned.items() if name.endswith("ring_at_four"))
    assert mine.cron == "0 4 * * *"
    assert mine.task.queueing_lock == mine.task.name
    done.clear()
    mine.task(timestamp=0)
    ring_at_four()
    assert done == ["four", "four"]


def test_facts_are_delivered_by_the_queue_and_swept_every_minute() -> None:
    assert deliver_facts.name in app.tasks
    crons = {name: task.cron for (name, _), task in app.periodic_registry.periodic_tasks.items()}
    name = f"{deliver_what_was_left.__module__}.{deliver_what_was_left.__qualname__}"
    assert crons[name] == "* * * * *"
