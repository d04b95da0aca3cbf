"""For every test: a database without asking, a browser when there is one, no third party."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import hypothesis
import pytest
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

from essaim.foundation.embedded_postgres import DatabaseUnavailableError, database_running

CHROMIUM = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
CHROMIUM_OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
]
NO_BROWSER = "There is no Chromium on this machine: the journeys were not made."

# A busy machine is not a bug. The same examples each time: what a change broke is what fails.
# HYPOTHESIS_PROFILE=exploring looks for new ones.
hypothesis.settings.register_profile("essaim", deadline=None, derandomize=True)
hypothesis.settings.register_profile("exploring", deadline=None)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "essaim"))
PATIENCE = 15_000  # milliseconds that a page of a busy machine may take
REAL_CLOCK = ("journey", "reliability")  # markers of tests with programs of their own


def pytest_configure(config: pytest.Config) -> None:
    """Keep the database running until the last test of all processes has ended."""
    try:
        needed = ExitStack()
        needed.enter_context(database_running())
    except DatabaseUnavailableError as error:
        pytest.exit(str(error), returncode=3)
    config.add_cleanup(needed.close)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    skipped = terminalreporter.stats.get("skipped", [])
    if any(NO_BROWSER in str(report.longrepr) for report in skipped):
        terminalreporter.write_line(f"!!! {NO_BROWSER} !!!", red=True, bold=True)


def find_chromium() -> str | None:
    given = os.environ.get("ESSAIM_CHROMIUM")
    return given or next((path for name in CHROMIUM if (path := shutil.which(name))), None)


@pytest.fixture(autouse=True)
def _around_noon(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Days are counted around noon, so that no midnight and no change of clock falls in between.

    What happens then has tests of its own, at moments of their own.
    """
    if "time_machine" in request.fixturenames:
        return
    if any(request.node.get_closest_marker(name) for name in REAL_CLOCK):
        return
    real = timezone.now  # noqa: TID251  what `essaim.foundation.clock` asks
    noon = timezone.localtime(real()).replace(hour=12, minute=0, second=0)
    shift = noon - real()
    monkeypatch.setattr(timezone, "now", lambda: real() + shift)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's Chromium; without one the journey is skipped, or fails where CI=true."""
    program = find_chromium()
    if program is None:
        if os.environ.get("CI") == "true":
            pytest.fail(NO_BROWSER)
        pytest.skip(NO_BROWSER)
    # Playwright keeps an event loop in this thread, in which Django would refuse the database.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=program, args=CHROMIUM_OPTIONS)
        yield running
        running.close()


@pytest.fixture
def open_page(browser: Browser, live_server: LiveServer) -> Iterator[Callable[..., Page]]:
    """Opens pages of the running site, each in a browser of its own without cookies.

    `open_page(javascript=False, dark=True, width=320, language="en")`. Afterwards the test fails
    on an error in a script and on a request to anybody else's server.
    """
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def watch(address: str) -> None:
        if not address.startswith((live_server.url, "data:", "blob:", "about:")):
            complaints.append(f"asked a third party: {address}")

    def make(
        *,
        javascript: bool = True,
        dark: bool = False,
        width: int = 1280,
        height: int = 900,
        language: str = "fr",
    ) -> Page:
        context = browser.new_context(
            base_url=live_server.url,
            java_script_enabled=javascript,
            color_scheme="dark" if dark else "light",
            viewport={"width": width, "height": height},
            locale={"fr": "fr-FR", "en": "en-GB"}[language],
            timezone_id="Europe/Paris",
            reduced_motion="reduce",
        )
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = context.new_page()
        page.on("request", lambda request: watch(request.url))
        page.on("pageerror", lambda error: complaints.append(f"error in a script: {error}"))
        return page

    yield make
    for context in contexts:
        context.close()
    if complaints:
        pytest.fail("; ".join(complaints))


@pytest.fixture
def page(open_page: Callable[..., Page]) -> Page:
    """A French visitor's page, on a desktop, in daylight."""
    return open_page()


@pytest.fixture
def read_only_gets(settings: Any) -> None:
    """Every GET of this test runs in a read-only transaction: one that writes fails."""
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "essaim.foundation.http.reading.ReadOnlyGets"]
