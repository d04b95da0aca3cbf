from collections.abc import Collection

from django.urls import reverse
from django.utils.translation import gettext as _

from essaim.communities.readers import Reader
from essaim.design.typography import day
from essaim.ideas.queries.fate import IDEA_FATE, FateStep
from essaim.projects.models import State
from essaim.projects.queries.came import Came, came_of
from essaim.projects.queries.names import state_badge


@IDEA_FATE.fills(subplatform="projects", order=10)
def what_came_of_ideas(reader: Reader, ids: Collection[int]) -> dict[int, list[FateStep]]:
    """The project, and once it is counted whom it has helped; two queries."""
    return {pk: _steps(came) for pk, came in came_of(reader, ids).items()}


def _steps(came: Came) -> list[FateStep]:
    project = came.project
    url = reverse("project", args=[project.public_id])
    if project.state == State.DRAFT:
        label = _("A project to take up") if project.offered_to_id else _("A project in draft")
        return [FateStep(label, "now", project.community.name, url)]
    words = f"{project.community.name}, {state_badge(project).label}"
    steps = [FateStep(_("Became a project"), "done", words, url)]
    if came.helped:
        said = _("%(people)s people helped") % {"people": came.helped}
        steps.append(FateStep(_("Has an effect"), "done", said, url))
    elif project.ended_on:
        steps.append(FateStep(_("Ended"), "done", day(project.ended_on), url))
    return steps
