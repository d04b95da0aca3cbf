from collections.abc import Collection

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from essaim.commitments.queries import COMMITMENT_SUBJECTS, Subject
from essaim.communities.queries import DECIDED, Decided, names_subject
from essaim.communities.readers import Reader
from essaim.foundation.text import render_markdown
from essaim.projects import rules
from essaim.projects.models import FOLLOW_UP, OBSERVATION, PROJECT
from essaim.projects.queries import owed as queries
from essaim.projects.queries.notices import projects_told_of

names_subject(PROJECT, _("a project"), refused=_("not validated"))
names_subject(OBSERVATION, _("a need seen"))
names_subject(rules.OBJECTION, _("an objection"))


@COMMITMENT_SUBJECTS.fills(subplatform="projects", order=20)
def what_is_owed_about_projects(
    reader: Reader, ids: Collection[tuple[str, int]]
) -> dict[tuple[str, int], list[Subject]]:
    """One query where anything is about projects; news are told on the page of effects."""
    keys = {pk: (kind, pk) for kind, pk in ids if kind in queries.OWED_ABOUT}
    found: dict[tuple[str, int], list[Subject]] = {}
    for pk, name, public_id in queries.owed_subjects(reader, keys):
        url = reverse("project", args=[public_id])
        if keys[pk][0] == FOLLOW_UP:
            url = reverse("project_effects", args=[public_id]) + "#news"
        found[keys[pk]] = [Subject(title=name, url=url)]
    return found


@DECIDED.fills(subplatform="projects", order=20)
def projects_decided_about(
    reader: Reader, ids: Collection[tuple[str, int]]
) -> dict[tuple[str, int], list[Decided]]:
    decided = {pk for kind, pk in ids if kind == PROJECT}
    if not decided:
        return {}
    return {
        (PROJECT, pk): [
            Decided(
                one.community.name,
                reverse("project", args=[one.public_id]),
                render_markdown(one.problem),
            )
        ]
        for pk, one in projects_told_of(reader, decided).items()
    }
