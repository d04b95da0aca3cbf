"""The pages that are measured, each asked for as the web server does, in this process."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http import HTTPStatus
from itertools import count
from typing import Any

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.test import Client, RequestFactory
from django.urls import reverse

from bench.world import World
from essaim.members.models import Member

Ask = Callable[[], None]
_fresh = count()


@dataclass(frozen=True, slots=True)
class Page:
    """Each asks for it once: a member, and someone unknown, made anew or kept in memory."""

    name: str
    member: Ask
    anonymous: Ask
    kept: Ask


def pages_of(world: World) -> Iterator[Page]:
    """What people read most."""
    debate = reverse("debate", args=[world.community.slug, world.debate.public_id])
    landing = reverse("community", args=[world.community.slug])
    for name, address in (
        ("list, newest first", debate),
        ("list, most supported first", f"{debate}?order=supported"),
        ("idea", reverse("idea", args=[world.idea.public_id])),
        ("landing", landing),
        ("programme", reverse("programme", args=[world.community.slug])),
    ):
        yield page_at(name, address, world.reader)


def pages_of_undertaking(world: World) -> Iterator[Page]:
    """Of a community that helps and undertakes: their queries are counted."""
    one = world.undertaking
    at = [one.community.slug]
    project = [one.project.public_id]
    for name, address in (
        ("landing with projects", reverse("community", args=at)),
        ("projects", reverse("projects", args=at)),
        ("project", reverse("project", args=project)),
        ("logbook", reverse("project_logbook", args=project)),
        ("effects", reverse("project_effects", args=project)),
        ("needs", reverse("needs", args=at)),
        ("need", reverse("need", args=[one.need.public_id])),
    ):
        yield page_at(name, address, one.reader)


def empty_page(reader: Member) -> Page:
    """What all others are compared to: who is it, may they come in, in which language."""
    return page_at("empty", reverse("empty"), reader)


def page_at(name: str, address: str, reader: Member) -> Page:
    return Page(
        name,
        member=_asking(address, cookie_of(reader)),
        anonymous=_asking(address, made_anew=True),
        kept=_asking(address),
    )


def cookie_of(reader: Member) -> str:
    client = Client()
    client.force_login(reader)
    name = settings.SESSION_COOKIE_NAME
    return f"{name}={client.cookies[name].value}"


def _asking(address: str, cookie: str = "", *, made_anew: bool = False) -> Ask:
    """`made_anew`: at an address that the page cache has not seen."""
    application = get_wsgi_application()
    headers = {"Accept-Language": "fr", **({"Cookie": cookie} if cookie else {})}
    asked = RequestFactory().get(address, headers=headers).META
    query = asked["QUERY_STRING"]

    def ask() -> None:
        environ = dict(asked)
        if made_anew:
            environ["QUERY_STRING"] = f"{query}&fresh={next(_fresh)}"
        answer: Any = application(environ, _start)
        for _part in answer:
            pass
        answer.close()
        if answer.status_code != HTTPStatus.OK:
            raise RuntimeError(f"{address}: {answer.status_code}")

    return ask


def _start(_status: str, _headers: list[tuple[str, str]], _error: Any = None, /) -> Any:
    """Where the web server would begin to send."""
