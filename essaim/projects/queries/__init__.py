from essaim.projects.queries.bars import bar_of_project
from essaim.projects.queries.names import Badge, due_badge, gate_name, state_badge
from essaim.projects.queries.project_page import (
    ProjectPage,
    project_for_change,
    project_for_page,
    project_to_read,
)
from essaim.projects.queries.projects import (
    ProjectLine,
    criteria_of,
    filters_for,
    gates_to_decide,
    observation_for_change,
    observations_for_list,
    project_line,
    projects_for_list,
    queue_for_page,
    validation_waiting,
    waiting_in,
)

__all__ = [
    "Badge",
    "ProjectLine",
    "ProjectPage",
    "bar_of_project",
    "criteria_of",
    "due_badge",
    "filters_for",
    "gate_name",
    "gates_to_decide",
    "observation_for_change",
    "observations_for_list",
    "project_for_change",
    "project_for_page",
    "project_line",
    "project_to_read",
    "projects_for_list",
    "queue_for_page",
    "state_badge",
    "validation_waiting",
    "waiting_in",
]
