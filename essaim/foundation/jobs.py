"""Work for later: jobs in PostgreSQL, asked for in the transaction that needs them.

    @job(queue="mail")
    def send_digest(*, member_id: int) -> None: ...

    send_digest.ask(member_id=7)          # done once the transaction commits, gone if it does not

    @every("15 5 * * *")                  # UTC
    def close_what_is_due() -> None: ...

A job may run twice: after a crash it is not known whether it had finished. Whatever it changes, it
changes in one transaction that leaves a trace the second run can see.
"""

import asyncio
import contextlib
import logging
import signal
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Generic, ParamSpec, TypeVar

from django.db import connection, transaction
from procrastinate import App, RetryStrategy, exceptions
from procrastinate.contrib.django import app as _app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.contrib.django.utils import connector_params
from procrastinate.jobs import Status
from procrastinate.manager import JobManager
from procrastinate.psycopg_connector import PsycopgConnector
from procrastinate.tasks import configure_task

P = ParamSpec("P")
Row = TypeVar("Row")
log = logging.getLogger(__name__)

MOST_ATTEMPTS = 6  # over an hour: 5, 25, 125, 625, 3125 seconds apart
DATABASE_WAIT = 10.0
LONGEST_PAUSE = 15.0


class Job(Generic[P]):
    """A function that runs in the worker; called directly it runs here and now."""

    def __init__(self, work: Callable[P, None], *, queue: str, coalesce: bool) -> None:
        self._work = work
        self._queue = queue
        self._coalesce = coalesce
        self.name = f"{work.__module__}.{work.__qualname__}"

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> None:
        self._work(*args, **kwargs)

    def ask(self, *args: P.args, **kwargs: P.kwargs) -> None:
        """Queue it, in the transaction at hand if there is one; JSON values by keyword only."""
        if args:
            msg = f"{self.name} is asked for with keyword arguments."
            raise TypeError(msg)
        if self._coalesce and self._asked_in_this_transaction():
            return
        # Always through Django's connection, also inside a worker whose own connector is another:
        # only so does the job come and go with the transaction.
        values: dict[str, Any] = {**kwargs}
        configure_task(
            name=self.name, job_manager=JobManager(DjangoConnector()), queue=self._queue
        ).defer(**values)

    def _asked_in_this_transaction(self) -> bool:
        """Whether it was, leaving a mark that a rolled back savepoint takes away with the job."""
        if not connection.in_atomic_block:
            return False
        if any(hook[1] == self._asked for hook in connection.run_on_commit):
            return True
        transaction.on_commit(self._asked)
        return False

    def _asked(self) -> None:
        """The mark that a coalescing job leaves among the transaction's hooks."""


def job(
    *, queue: str = "default", most_attempts: int = MOST_ATTEMPTS, coalesce: bool = False
) -> Callable[[Callable[P, None]], Job[P]]:
    """Make a function a job; with `coalesce` one transaction asks for it at most once."""

    def register(work: Callable[P, None]) -> Job[P]:
        made = Job(work, queue=queue, coalesce=coalesce)
        _app.task(name=made.name, queue=queue, retry=_patience(most_attempts))(work)
        return made

    return register


def every(
    cron: str, *, queue: str = "default", most_attempts: int = 1
) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """Have the worker run a function at the times of a cron line in UTC; missed times run once."""

    def register(work: Callable[[], None]) -> Callable[[], None]:
        def run(timestamp: int) -> None:
            work()

        name = f"{work.__module__}.{work.__qualname__}"
        task = _app.task(
            name=name, queue=queue, retry=_patience(most_attempts), queueing_lock=name
        )(run)
        _app.periodic(cron=cron)(task)
        return work

    return register


def each(rows: Iterable[Row], act: Callable[[Row], object]) -> None:
    """Each in its own transaction: one that fails does not keep the others."""
    for row in rows:
        try:
            act(row)
        except Exception:
            log.exception("%s failed for %s", act, row)


def _patience(most_attempts: int) -> RetryStrategy | bool:
    if most_attempts <= 1:
        return False
    return RetryStrategy(max_attempts=most_attempts - 1, exponential_wait=5)


@dataclass(frozen=True)
class Pace:
    """How often a worker looks around, in seconds; tests hurry it."""

    heartbeat: float = 10.0
    silence: float = 30.0  # a worker silent for this long is dead
    polling: float = 5.0
    stalled: float = 60.0


def work(*, pace: Pace | None = None, concurrency: int = 2) -> None:
    """Run jobs until SIGINT or SIGTERM, through losses of the database; call in the main thread."""
    asyncio.run(_work(pace or Pace(), concurrency))


async def _work(pace: Pace, concurrency: int) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    pause = 0.5
    while not stop.is_set():
        started = time.monotonic()
        try:
            await _work_until(stop, pace, concurrency)
        except Exception as error:  # noqa: BLE001  whatever it was, the queue must be worked off
            log.warning("The worker starts again in %.1f s: %s", pause, error)
        else:
            if not stop.is_set():
                log.warning("The worker starts again in %.1f s.", pause)
        if time.monotonic() - started > LONGEST_PAUSE:
            pause = 0.5
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), pause)
        pause = min(pause * 2, LONGEST_PAUSE)


async def _work_until(stop: asyncio.Event, pace: Pace, concurrency: int) -> None:
    """One life of a worker: ends when told to, or when it loses its database."""
    connector = PsycopgConnector(
        kwargs=connector_params("default"),
        min_size=1,
        max_size=concurrency + 2,
        timeout=DATABASE_WAIT,
        reconnect_timeout=DATABASE_WAIT,
    )
    with _app.replace_connector(connector) as app:
        async with app.open_async():
            worker = asyncio.create_task(
                app.run_worker_async(
                    concurrency=concurrency,
                    delete_jobs="successful",
                    install_signal_handlers=False,
                    update_heartbeat_interval=pace.heartbeat,
                    stalled_worker_timeout=pace.silence,
                    fetch_job_polling_interval=pace.polling,
                )
            )
            rescue = asyncio.create_task(_rescue_stalled_jobs(app, pace))
            told = asyncio.create_task(stop.wait())
            await asyncio.wait({worker, told, rescue}, return_when=asyncio.FIRST_COMPLETED)
            for task in (rescue, told, worker):
                task.cancel()  # the worker first finishes the job at hand
            ends = await asyncio.gather(worker, rescue, return_exceptions=True)
    for end in ends:
        if isinstance(end, Exception):
            raise end


async def _rescue_stalled_jobs(app: App, pace: Pace) -> None:
    """Give back to the queue what a dead worker had begun; what kills its workers is given up."""
    while True:
        for stalled in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=pace.silence):
            if stalled.id is None:
                continue
            with contextlib.suppress(exceptions.ConnectorException):  # another worker was faster
                if stalled.attempts >= MOST_ATTEMPTS:
                    log.error("Job %s of %s is given up.", stalled.id, stalled.task_name)
                    await app.job_manager.finish_job_by_id_async(
                        stalled.id, Status.FAILED, delete_job=False
                    )
                else:
                    await app.job_manager.retry_job(stalled)
        await asyncio.sleep(pace.stalled)
