"""Plans to make something known, of the access table: members read them, drafts among them not."""

from datetime import timedelta
from typing import Any

from essaim.communities.models import Community
from essaim.events import actions
from essaim.events.models import Event
from essaim.foundation.clock import today
from tests.architecture.stage import INSIDERS, World

LAUNCHES_ON = today() + timedelta(weeks=12)


def foretold(world: World, movement: Community, circle: Community, evening: Event) -> None:
    """`evening` stands for no step yet, and may."""
    for one in world.things["community"].values():
        one["launches"] = LAUNCHES_ON.isoformat()
    draft = Event.objects.get(public_id=world.things["event"]["draft"]["public_id"])
    host = world.people["host"]
    for state, community in (
        ("open", movement),
        ("linked", movement),
        ("ended", movement),
        ("private", circle),
    ):
        word = world.secret(f"awareness{state}", INSIDERS)
        plan = actions.plan_awareness(
            member=host,
            community=community,
            title=f"The call of {word}",
            why="Three teams get a year.",
            launches_on=LAUNCHES_ON,
            language="en",
        )
        step, *others = plan.steps.all()
        for other in others:
            actions.remove_awareness_step(member=host, step=other)
        if state == "linked":
            actions.link_awareness_step(member=host, step=step, event=draft)
        if state == "ended":
            actions.end_awareness(member=host, plan=plan)
        chosen = _elsewhere(world, "private") if community == circle else evening.public_id
        world.keep(
            "awareness",
            state,
            slug=community.slug,
            plan=plan.public_id,
            step=step.public_id,
            launches=LAUNCHES_ON.isoformat(),
            event=chosen,
        )


def _elsewhere(world: World, state: str) -> Any:
    return world.things["event"][state]["public_id"]
