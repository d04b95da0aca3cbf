"""Web processes, the worker and the database die amid a burst of acts by people who try again."""

import http.client
import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from http import HTTPStatus
from itertools import product
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import psutil
import pytest

from config.processes import web_command
from essaim.foundation.embedded_postgres import EmbeddedServer
from tests.reliability.conftest import ROOT, Foundation
from tests.reliability.test_command_line import free_port
from tests.reliability.test_worker import wait_until

pytestmark = pytest.mark.reliability

CLIENTS = 6
SECONDS_TO_SUCCEED = 60
GUARD = "a" * 32  # the same in the cookie and in the form, as the page would print it
REFUSAL = {"decision": "not_adopted", "reasons": "It costs more than it brings."}
WAITING = "SELECT count(*) FROM foundation_delivery WHERE done_at IS NULL"
# The supported ideas are those of an open debate; the closed one had its supports before.
COUNTS = {
    "supports": "SELECT count(*) FROM ideas_support JOIN ideas_idea idea ON idea.id = idea_id"
    " WHERE passed_threshold IS NULL",
    "told of supports": "SELECT count(*) FROM foundation_fact JOIN ideas_idea idea"
    " ON idea.id = (details->>'idea_id')::bigint"
    " WHERE kind = 'ideas.IdeaSupported' AND passed_threshold IS NULL",
    "fewest supporters": "SELECT min(supporters) FROM ideas_idea WHERE passed_threshold IS NULL",
    "most supporters": "SELECT max(supporters) FROM ideas_idea WHERE passed_threshold IS NULL",
    "answers": "SELECT count(*) FROM ideas_answer",
    "told of answers": "SELECT count(*) FROM foundation_fact WHERE kind = 'ideas.IdeaAnswered'",
    "notices": "SELECT count(*) FROM outreach_notice WHERE kind = 'ideas.answered'",
    "different notices": "SELECT count(DISTINCT (member_id, details)) FROM outreach_notice"
    " WHERE kind = 'ideas.answered'",
}


class Site(Foundation):
    """Two web processes and the worker, each of which may be killed."""

    def __init__(self, server: EmbeddedServer, var: Path) -> None:
        super().__init__(server)
        self.port = free_port()
        self.environment |= {
            "DJANGO_SETTINGS_MODULE": "tests.reliability.site",
            "ESSAIM_VAR": str(var),
        }

    def made(self) -> Any:
        command = [sys.executable, "-m", "tests.reliability.burst"]
        told = subprocess.check_output(command, env=self.environment, cwd=ROOT)
        return json.loads(told)

    @contextmanager
    def web(self) -> Iterator[psutil.Process]:
        process = subprocess.Popen(
            web_command("127.0.0.1", self.port, 2),
            env=self.environment,
            cwd=ROOT,
            start_new_session=True,
        )
        try:
            wait_until(lambda: self.ask("GET", "/healthz").status == HTTPStatus.OK)
            yield psutil.Process(process.pid)
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, 9)
                process.wait()

    def ask(
        self, method: str, path: str, cookie: str = "", form: Mapping[str, str] | None = None
    ) -> "Answer":
        """What the site says; 0 when it says nothing."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        headers = {"Cookie": f"{cookie}; csrftoken={GUARD}"}
        body = None
        if form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            body = urlencode({**form, "csrfmiddlewaretoken": GUARD})
        with suppress(OSError, http.client.HTTPException):
            connection.request(method, path, body=body, headers=headers)
            answer = connection.getresponse()
            answer.read()
            return Answer(answer.status, dict(answer.getheaders()))
        connection.close()
        return Answer(0, {})

    def crash_database(self) -> None:
        """As when its machine loses power: nothing is written down any more."""
        data = str(self.server.data)
        self.server.programs.run("pg_ctl", "stop", "-m", "immediate", "-w", "-D", data)


class Answer:
    def __init__(self, status: int, headers: Mapping[str, str]) -> None:
        self.status, self.headers = status, headers


@pytest.fixture
def site(server: EmbeddedServer, tmp_path: Path) -> Site:
    server.ensure_running()
    return Site(server, tmp_path)


def kill_one_of(web: psutil.Process) -> None:
    """One of the processes that serve pages."""
    serving = [child for child in web.children(recursive=True) if child.is_running()]
    max(serving, key=lambda child: child.memory_info().rss).kill()


def insisting(ask: Callable[[], Answer], *, done: Callable[[Answer], bool]) -> list[int]:
    """Ask until it is done; all that was answered on the way."""
    deadline, seen = time.monotonic() + SECONDS_TO_SUCCEED, []
    while time.monotonic() < deadline:
        answer = ask()
        seen.append(answer.status)
        if done(answer):
            return seen
        if answer.status == HTTPStatus.SERVICE_UNAVAILABLE:
            assert answer.headers["retry-after"]
        time.sleep(0.1)
    pytest.fail(f"never acknowledged: {seen[-10:]}")


def test_what_was_acknowledged_is_there_once_whatever_was_killed(site: Site) -> None:
    world = site.made()
    supports = list(product(world["people"], world["supported"]))

    def support(act: tuple[str, str]) -> list[int]:
        cookie, idea = act
        return insisting(
            lambda: site.ask("POST", f"/ideas/{idea}/support/", cookie, {}),
            done=lambda answer: answer.status == HTTPStatus.FOUND,
        )

    def answer(idea: str) -> list[int]:
        """Refused the second time: the first one was heard, though nobody said so."""
        return insisting(
            lambda: site.ask("POST", f"/ideas/{idea}/answer/", world["decider"], REFUSAL),
            done=lambda answer: answer.status in {HTTPStatus.FOUND, HTTPStatus.FORBIDDEN},
        )

    with site.web() as web, ThreadPoolExecutor(CLIENTS) as clients:
        acts: list[Future[list[int]]] = []
        for n, act in enumerate(supports):
            acts.append(clients.submit(support, act))
            if n < len(world["answered"]):
                acts.append(clients.submit(answer, world["answered"][n]))

        def wait_for(part: float) -> None:
            wait_until(lambda: sum(act.done() for act in acts) >= part * len(acts))

        with site.worker() as worker:
            wait_for(0.15)
            kill_one_of(web)
            wait_for(0.3)
            worker.kill()
            worker.wait()
        with site.worker() as worker:
            wait_for(0.45)
            site.crash_database()
            away = site.ask("GET", "/today/", world["decider"])
            assert away.status in {0, HTTPStatus.SERVICE_UNAVAILABLE}
            site.server.ensure_running()
            wait_for(0.75)
            kill_one_of(web)
            statuses = Counter(status for act in acts for status in act.result(timeout=90))
            assert worker.poll() is None
            wait_until(lambda: site.count(WAITING) == 0)
    assert not statuses.keys() - {0, 302, 403, 503}, statuses
    assert statuses[0] + statuses[503], "nobody felt anything"
    answered = len(world["answered"])
    counts = {name: site.count(query) for name, query in COUNTS.items()}
    assert counts == {
        "supports": len(supports),
        "told of supports": len(supports),
        "fewest supporters": len(world["people"]),
        "most supporters": len(world["people"]),
        "answers": answered,
        "told of answers": answered,
        # The author and both supporters of each.
        "notices": 3 * answered,
        "different notices": 3 * answered,
    }
