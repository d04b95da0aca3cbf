"""Every page of the demo world, as each of the cast: axe finds nothing, nothing overflows."""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from django.urls import Resolver404, resolve
from playwright.sync_api import Page

from essaim.members.models import Member
from tests.journeys.walker import RULES

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

SCREENSHOT = Path(settings.ROOT) / "docs" / "images" / "landing.png"
CAST = ["", "ines@demo.example", "nadia@demo.example", "karim@demo.example", "helene@demo.example"]
CAST += ["josette@demo.example"]
MOST_PAGES = 60


def signed_in(page: Page, email: str) -> None:
    """The cookie of a session, without going through the door for each of the cast."""
    client = Client()
    client.force_login(Member.objects.get(email=email))
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    page.context.add_cookies(
        [{"name": cookie.key, "value": cookie.value, "url": page.url or "http://localhost"}]
    )


def faults(page: Page, where: str) -> list[str]:
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": RULES}})
    said = [
        f"{where}: {one['id']} {one['nodes'][0]['target']}" for one in found.response["violations"]
    ]
    over = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    if over > 0:
        said.append(f"{where}: {over} px too wide")
    return said


def links(page: Page) -> list[str]:
    """Addresses of this site on the page, without what stands behind # and ?."""
    here = urlsplit(page.url)
    hrefs: list[str] = page.eval_on_selector_all("a[href]", "all => all.map(a => a.href)")
    return [urlsplit(href).path for href in hrefs if urlsplit(href).netloc == here.netloc]


def kind_of(path: str) -> str:
    """One page of each kind is enough: the name of its address."""
    try:
        return str(resolve(path).url_name)
    except Resolver404:
        return path


def test_axe_finds_nothing_on_any_page_and_nothing_overflows(
    open_page: Callable[..., Page], live_server: object
) -> None:
    call_command("load_demo")
    complaints: list[str] = []
    seen_kinds: set[str] = set()
    for email in CAST:
        wide, narrow = open_page(), open_page(dark=True, width=320, height=800)
        for page in (wide, narrow):
            page.goto("/healthz")
            if email:
                signed_in(page, email)
        waiting = ["/", "/communities/bearn-en-commun/", "/today/"]
        visited: set[str] = set()
        while waiting and len(visited) < MOST_PAGES:
            path = waiting.pop(0)
            kind = kind_of(path)
            if (
                kind in visited
                or path.startswith(("/static/", "/api/"))
                or path.endswith((".ics", ".csv"))  # a browser keeps it, and shows nothing
                or (not email and kind == "today")
            ):
                continue
            visited.add(kind)
            answer = wide.goto(path)
            assert answer
            assert answer.ok, f"{email} {path}: {answer.status}"
            if not answer.headers["content-type"].startswith("text/html"):
                continue  # a feed is for other programs
            waiting += links(wide)
            if kind not in seen_kinds or kind in {"community", "idea", "debate"}:
                complaints += faults(wide, f"{email or 'anonymous'} {path} light")
                narrow.goto(path)
                # The bar lies over the foot of a page only until one scrolls: let axe see below it.
                narrow.evaluate(
                    "document.querySelector('.tabs')?.style.setProperty('position', 'static')"
                )
                complaints += faults(narrow, f"{email or 'anonymous'} {path} dark, 320 px")
            seen_kinds.add(kind)
    assert not complaints, "\n".join(complaints)
    assert len(seen_kinds) > 30, sorted(seen_kinds)
    picture(open_page(width=1280, height=960))


def picture(page: Page) -> None:
    """The README's: written once; a later run only proves that it can be taken."""
    page.goto("/communities/bearn-en-commun/")
    assert page.get_by_role("heading", name="Béarn en commun", level=1).is_visible()
    SCREENSHOT.parent.mkdir(parents=True, exist_ok=True)
    taken = page.screenshot()
    if not SCREENSHOT.exists():
        SCREENSHOT.write_bytes(taken)
    assert SCREENSHOT.stat().st_size > 10_000
