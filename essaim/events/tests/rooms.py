"""Gatherings under way, for tests, made as directly as the database allows."""

from typing import Any

from django.test import Client

from essaim.communities.models import Community
from essaim.events.models import AgendaItem, Event, LineKind, Round, RoundLine, RoundQuestion
from essaim.events.tests.factories import make_event
from essaim.foundation.clock import now
from essaim.members.models import Member

PHONE = "f" * 64


def gathered(community: Community | None = None, **values: Any) -> Event:
    """One that begins now."""
    return make_event(community, **{"starts_at": now()} | values)


def make_round(event: Event, **values: Any) -> Round:
    """Open to phones, with the two questions, unless told otherwise."""
    opened = Round.objects.create(event=event, **{"opened_at": now()} | values)
    RoundQuestion.objects.create(round=opened, number=1, text="Why are you here?")
    RoundQuestion.objects.create(
        round=opened, number=2, text="What are your questions for today?", is_agenda=True
    )
    return opened


def make_line(opened: Round, text: str, number: int = 1, **values: Any) -> RoundLine:
    if values.get("kind", LineKind.ANSWER) == LineKind.ANSWER:
        values["question"] = opened.questions.get(number=number)
    return RoundLine.objects.create(round=opened, text=text, **{"device": PHONE} | values)


def make_item(event: Event, title: str = "The bus", **values: Any) -> AgendaItem:
    return AgendaItem.objects.create(
        event=event, title=title, **{"number": event.agenda.count() + 1} | values
    )


def signed_in(member: Member) -> Client:
    client = Client()
    client.force_login(member)
    return client


def phone(opened: Round) -> Client:
    """One that has opened the page, and so has its cookies."""
    client = Client()
    assert client.get(f"/rounds/{opened.code}/").status_code == 200
    return client
