"""Projects of the author's in the small world, each in one of its states."""

from datetime import timedelta
from typing import Any

from essaim.communities.models import Community
from essaim.foundation.clock import today
from essaim.members.models import Member
from essaim.projects import actions
from essaim.projects.models import Project
from essaim.projects.tests import factories as make
from tests.architecture.stage import World

WORDS: dict[str, Any] = {
    "problem": "Chairs break.",
    "for_whom": "Who sits.",
    "smallest_version": "One chair.",
    "existing": "Nobody.",
}


def undertaken(world: World, movement: Community) -> None:
    """A draft, one that waits for its validation, one that is validated, one at its gate."""
    author = world.people["author"]
    draft = _filed(author, movement, f"Chairs of {world.secret('draftproject', ['author'])}")
    world.keep("project", "draft", public_id=draft.public_id)
    word = world.secret("waitingproject", ["author", "host", "administrator"])
    waiting = _filed(author, movement, f"Tables of {word}")
    actions.submit_project(member=author, project=waiting)
    world.keep("project", "waiting", public_id=waiting.public_id)
    project = _validated(world, movement, "Chairs for all")
    world.keep("project", "validated", public_id=project.public_id)
    world.keep("supported", "there", public_id=project.public_id, **_around(world, project))
    asked = _validated(world, movement, "Chairs at the gate")
    gate = make.ask(asked, "start")
    world.keep("gate", "open", public_id=asked.public_id, gate_id=gate.public_id)
    link = actions.invite(member=author, project=asked, part="coach")
    named = actions.invite(
        member=author, project=asked, part="team", invited=world.people["member"]
    )
    world.keep("part", "link", token=link.token)
    world.keep("part", "named", token=named.token)
    seen = actions.observe(member=author, host=movement, what="There is no bench here.")
    world.keep("seen", "open", public_id=seen.public_id)


def _filed(author: Member, movement: Community, name: str) -> Project:
    return actions.file_project(
        member=author, host=movement, name=name, consent_text="I agree.", **WORDS
    )


def _validated(world: World, movement: Community, name: str) -> Project:
    author = world.people["author"]
    project = _filed(author, movement, name)
    actions.submit_project(member=author, project=project)
    make.validate(project, world.people["host"])
    return make.fresh(project)


def _around(world: World, project: Project) -> dict[str, str]:
    """Support by the host, an association, an objection, an obstacle, a sponsor from outside."""
    author, host = world.people["author"], world.people["host"]
    line = actions.promise_support(
        member=host, project=project, what="A room", due_on=today() + timedelta(days=9)
    )
    party = actions.name_party(member=author, project=project, name="The menders")
    objection = actions.object_to(
        member=world.people["member"], project=project, words="They are loud."
    )
    obstacle = actions.tell_obstacle(member=author, project=project, words="No key.")
    sponsor = make.sponsored(project, world.people["neighbour"])
    return {
        "line": line.public_id,
        "party": party.public_id,
        "objection": objection.public_id,
        "obstacle": obstacle.public_id,
        "sponsor": sponsor.public_id,
    }
