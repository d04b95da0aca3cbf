from datetime import timedelta

from essaim.foundation.clock import today
from essaim.foundation.jobs import every
from essaim.outreach.actions import notify
from essaim.projects.models import Gate, Validation
from essaim.projects.queries import news

TOLD_FOR = timedelta(days=7)  # mornings after the day on which a lost night is made good


@every("20 5 * * *")
def tell_who_is_late_with_projects() -> None:
    """Once for each validation and each gate, on the morning after its day."""
    day = today()
    late = {"due_on__lt": day, "due_on__gte": day - TOLD_FOR}
    waiting = Validation.objects.waiting().filter(**late, project__withdrawn_at__isnull=True)
    for one in waiting.select_related("project"):
        notify(
            member_ids=news.who_validates(one.project_id),
            kind="projects.validation_late",
            key=str(one.pk),
            community_id=one.project.community_id,
            details={"project_id": one.project_id},
        )
    for gate in Gate.objects.waiting().filter(**late).select_related("project"):
        notify(
            member_ids=news.who_decides(gate.pk),
            kind="projects.gate_late",
            key=str(gate.pk),
            community_id=gate.project.community_id,
            details={"project_id": gate.project_id, "gate_id": gate.pk},
        )
