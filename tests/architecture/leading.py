"""A gathering under way, of the access table: its agenda, its round, its turns and its phones."""

from datetime import timedelta

from essaim.events import actions
from essaim.events.models import Event
from essaim.foundation.clock import now, today
from tests.architecture.stage import INSIDERS, World

PHONE = "a" * 64


def led(world: World, event: Event) -> None:
    """It has just begun; the host leads it, and somebody without a name has said something."""
    Event.objects.filter(pk=event.pk).update(
        starts_at=now() - timedelta(minutes=5), ends_at=now() + timedelta(hours=2)
    )
    event.refresh_from_db()
    host = world.people["host"]
    part = {"minutes": 10, "lead": "", "kind": "question"}
    first = actions.add_item(member=host, event=event, title="Who pays?", **part)
    second = actions.add_item(member=host, event=event, title="Who decides?", **part)
    opened = actions.open_round(member=host, event=event)
    said = world.secret("roundline", ("host", "administrator"))
    actions.answer_round(opened=opened, device=PHONE, answers={1: said})
    line = opened.lines.get()
    called = world.secret("roundturn", ("host", "administrator"))
    turn = actions.ask_turn(opened=opened, device=PHONE, pseudonym=called)
    actions.ask_positions(member=host, item=first)
    own = {"public_id": event.public_id}
    _written(world, event)
    world.keep("room_part", "now", **own, item=second.public_id, other=first.public_id)
    world.keep("room_line", "now", **own, line=line.public_id)
    world.keep("room_turn", "now", **own, turn=turn.public_id)
    world.keep("room_phone", "now", code=opened.code, line=line.public_id, item=first.public_id)


def _written(world: World, event: Event) -> None:
    """Minutes that nobody else reads yet, and something to do that members read."""
    host = world.people["host"]
    draft = world.secret("minutesdraft", ("host", "administrator"))
    actions.write_minutes(
        member=host,
        event=event,
        version=0,
        speaker="",
        talk="",
        text=f"We said {draft}.",
        lessons=[],
        decisions=[],
        wish="",
    )
    task = world.secret("actionpoint", INSIDERS)
    point = actions.add_point(
        member=host, event=event, text=f"Find {task}", owner=None, due_on=today()
    )
    world.keep("room_point", "now", public_id=event.public_id, point=point.public_id)
