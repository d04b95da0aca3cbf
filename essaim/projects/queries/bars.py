"""The menu that stands above the pages of a project."""

from essaim.communities.queries import Bar, bar_for_page
from essaim.communities.readers import Reader
from essaim.communities.rules import may_see_community
from essaim.projects import rules
from essaim.projects.models import Project


def bar_of_project(reader: Reader, project: Project) -> Bar:
    """Of its own community; of its host for whoever judges a draft whose community is not open."""
    if may_see_community(reader, project.community):
        return bar_for_page(reader, project.community, here="project")
    return bar_for_page(reader, rules.host_of(project), here="projects")
