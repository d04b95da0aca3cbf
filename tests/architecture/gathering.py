"""Gatherings of the access table: who reads, holds and comes to them."""

from datetime import datetime, timedelta
from typing import Any

from django.utils.timezone import localtime

from essaim.communities.models import Community
from essaim.events import actions
from essaim.events.models import Event
from essaim.foundation.clock import now, today
from tests.architecture.afterwards import came_of
from tests.architecture.foretelling import foretold
from tests.architecture.leading import led
from tests.architecture.stage import INSIDERS, World


def gathered(world: World, movement: Community, circle: Community) -> None:
    """The host holds them; the member comes, and somebody without an account."""
    inner, private = world.secret("eventinner", INSIDERS), world.secret("eventprivate", INSIDERS)
    draft = world.secret("eventdraft", ("host", "administrator"))
    called = world.secret("eventinvited", ("host", "administrator", "member"))
    link = world.secret("eventlink", ("host", "administrator", "member"))
    evening = _event(world, movement, "open", "An evening")
    online = f"https://live.example/{link}"
    among = _event(
        world, movement, "inner", f"Among {inner}", openness="members", online_url=online
    )
    _event(world, circle, "private", f"A round of {private}")
    _event(world, movement, "draft", f"Perhaps {draft}", is_published=False)
    invited = _event(world, movement, "invited", f"A few of {called}", openness="invited")
    host, member = world.people["host"], world.people["member"]
    actions.invite(member=host, event=invited, people=[member])
    needs = world.secret("eventneeds", ("host", "administrator"), ["member"])
    actions.register(member=member, event=evening, access=f"I need {needs}.")
    actions.register(member=member, event=among)
    guest = world.secret("eventguest", ("host", "administrator"))
    mail = world.secret("eventmail", ())
    registration = actions.register_by_mail(
        event=evening, name=f"Guest {guest}", email=f"{mail}@example.org", language="en"
    )
    world.keep("registration", "any", token=registration.token)
    door = actions.make_door_link(member=host, event=evening)
    world.keep(
        "door",
        "any",
        public_id=evening.public_id,
        link=door.public_id,
        token=door.token,
        code=registration.ticket,
    )
    spent = world.secret("eventcost", ("host", "administrator"))
    line = actions.add_cost(
        member=host,
        event=evening,
        kind="expense",
        label=f"Paid to {spent}",
        account="613",
        day=today(),
        cents=12_000,
        minutes=None,
    )
    given = _address(world, evening)
    world.keep("cost", "any", public_id=given["public_id"], day=given["day"], line=line.public_id)
    actions.set_hour_rate(member=host, community=movement, cents=1_000, since=today())
    other = Community.objects.get(slug="neighbourhood")
    asked = actions.ask_to_hold(member=host, event=evening, community=other)
    world.keep("holding", "asked", slug=other.slug, number=asked.pk)
    for state, openness in (("open", "everyone"), ("inner", "members"), ("draft", "everyone")):
        _series(world, movement, state, openness)
    world.keep("calendar", "any", token=actions.make_calendar_address(member=member))
    foretold(world, movement, circle, evening)
    evening = _event(world, movement, "now", "An evening that has begun")
    led(world, evening)
    came_of(world, evening)


def _event(
    world: World,
    community: Community,
    state: str,
    title: str,
    *,
    is_published: bool = True,
    **values: Any,
) -> Event:
    starts_at = now().replace(second=0, microsecond=0) + timedelta(days=20)
    made = actions.plan_event(
        member=world.people["host"],
        community=community,
        is_published=is_published,
        **_given(title, starts_at, **values),
    )
    if state != "now":
        world.keep("event", state, **_address(world, made))
    world.keep("gathering", state, **_address(world, made))
    return made


def _address(world: World, made: Event) -> dict[str, Any]:
    return {
        "public_id": made.public_id,
        "number": 0,
        "day": localtime(made.starts_at).date().isoformat(),
        "need": "none",
        "person": world.people["author"].public_id,
        "starts_at": localtime(made.starts_at).strftime("%Y-%m-%dT%H:%M"),
        "ends_at": localtime(made.ends_at).strftime("%Y-%m-%dT%H:%M"),
        "today": today().isoformat(),
    }


def _series(world: World, community: Community, state: str, openness: str) -> None:
    """Every week, from a day that others have nothing to do with."""
    readers = {"draft": ("host", "administrator"), "inner": INSIDERS}
    word = world.secret(f"series{state}", readers[state]) if state in readers else "Thursdays"
    starts_at = now().replace(minute=0, second=0, microsecond=0) + timedelta(days=30)
    made = actions.plan_series(
        member=world.people["host"],
        community=community,
        is_published=state != "draft",
        repeat="weekly",
        until=(starts_at + timedelta(days=40)).date(),
        **_given(f"A week of {word}", starts_at, openness=openness),
    )
    day = localtime(starts_at + timedelta(days=7)).date().isoformat()
    world.keep("series", state, public_id=made.public_id, day=day)


def _given(title: str, starts_at: datetime, **values: Any) -> dict[str, Any]:
    return {
        "kind": "meeting",
        "openness": "everyone",
        "title": title,
        "text": "We meet.",
        "language": "en",
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(hours=2),
        "place": None,
        "address": "12 rue Serviez",
        "online_url": "",
        "capacity": None,
        "guests": 2,
        "accessibility": "",
        "childcare": "",
        "rides": False,
        "questions": [],
    } | values
