import pytest

from tests.reliability.conftest import Foundation

pytestmark = pytest.mark.reliability

SCRIPT = """
import sys, time
from pathlib import Path
from django.db import close_old_connections
from django.test import Client
from essaim.foundation.embedded_postgres import EmbeddedServer

server = EmbeddedServer(Path({home!r}))

def ask():
    answer = Client().get("/healthz")
    close_old_connections()  # a server does so after each request, the test client does not
    return answer

assert ask().status_code == 200
server.stop()
for _ in range(5):
    answer = ask()
    assert answer.status_code == 503, answer
    assert answer.headers["Retry-After"]
    time.sleep(1)
server.ensure_running()
deadline = time.monotonic() + 60
while ask().status_code != 200:
    assert time.monotonic() < deadline, "the site did not come back with its database"
"""


def test_the_site_comes_back_with_its_database(foundation: Foundation) -> None:
    foundation.run(SCRIPT.format(home=str(foundation.server.home)))
