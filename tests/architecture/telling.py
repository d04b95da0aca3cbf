"""A project of the author's in the small world: what its team tells, counts and keeps."""

from essaim.communities.models import Community, Role
from essaim.ideas.tests.factories import make_member
from essaim.projects.actions import effects, follow_ups, isolation, logbook, stories
from essaim.projects.models import FollowUp
from essaim.projects.tests import telling as make
from tests.architecture.stage import World


def told_project(world: World, movement: Community) -> None:
    """The author bears it; nobody else of the cast is in its team."""
    author = world.people["author"]
    project = make.make_running(movement, bearer=author)
    make.enter_team(make_member("Cora Coach"), project, Role.COACH)
    address = {"public_id": project.public_id, "host": movement.slug}
    for state, words in (("open", "stairs"), ("team", world.secret("teamentry", ["author"]))):
        entry = logbook.write_entry(
            member=author,
            project=project,
            kind="step",
            text=f"About {words}.",
            audience="public" if state == "open" else "team",
            picture=make.picture(),
            picture_words=f"A picture of {words}.",
        )
        world.keep("entry", state, public_id=entry.public_id)
    alone = world.secret("isolation", ["author"])
    check = isolation.check_isolation(
        member=author, project=project, level=4, words=f"Because of {alone}."
    )
    world.keep("check", "own", public_id=check.public_id)
    make.people_in(project, 12)
    group = effects.name_group(member=author, project=project, name="Cooks")
    world.keep("effect", "open", part="group", item=group.public_id, **address)
    follow_ups.plan_follow_ups(project_id=project.pk)
    first = FollowUp.objects.get(project=project, months=1)
    world.keep("news", "owed", public_id=first.public_id)
    stories.tell_story(
        member=author,
        project=project,
        what_worked="Tuesdays.",
        what_was_hard="The stairs.",
        first_step="One table.",
    )
    label = world.secret("kitlabel", ["author"])
    file = stories.add_kit_file(
        member=author, project=project, upload=make.pdf(f"{label}.pdf"), label=f"The {label}"
    )
    world.keep("kit", "there", public_id=file.public_id)
    address |= {"group": group.public_id, "indicator": make.indicator_of(project).public_id}
    world.keep("told", "open", **address)
