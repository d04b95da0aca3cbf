from essaim.foundation.jobs import every
from essaim.outreach.actions import notify
from essaim.projects.queries import news


@every("20 5 * * *")
def tell_who_is_late_with_projects() -> None:
    """Once for each validation and each gate, on the morning after its day."""
    for validation in news.validations_late():
        notify(
            member_ids=news.who_validates(validation.project_id),
            kind="projects.validation_late",
            key=str(validation.pk),
            community_id=validation.project.community_id,
            details={"project_id": validation.project_id},
        )
    for gate in news.gates_late():
        notify(
            member_ids=news.who_decides(gate.pk),
            kind="projects.gate_late",
            key=str(gate.pk),
            community_id=gate.project.community_id,
            details={"project_id": gate.project_id, "gate_id": gate.pk},
        )
