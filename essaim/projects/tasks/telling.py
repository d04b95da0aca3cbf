from essaim.foundation.jobs import every
from essaim.outreach.actions import notify
from essaim.projects.actions import follow_ups, logbook
from essaim.projects.queries import told


@every("* * * * *")
def forget_withdrawn_entries() -> None:
    logbook.forget_withdrawn_entries()


@every("20 5 * * *")
def ask_after_silence() -> None:
    """Projects that told nothing for three weeks."""
    logbook.notice_silences()


@every("25 5 * * *")
def owe_what_is_missing() -> None:
    """Whatever brought a project to its start or its end: an import, a gate, a repair."""
    for project_id in told.projects_without_follow_ups():
        follow_ups.plan_follow_ups(project_id=project_id)
    for project_id in told.projects_without_bearer():
        follow_ups.hand_over_follow_ups(project_id=project_id)


@every("30 5 * * *")
def remind_of_news() -> None:
    """A week before, and on the morning after the day: once each."""
    for kind, found in (
        ("projects.news_due", told.news_due_soon()),
        ("projects.news_late", told.news_late()),
    ):
        for follow_up_id, project_id, community_id in found:
            notify(
                member_ids=told.who_owes_news(project_id),
                kind=kind,
                key=str(follow_up_id),
                community_id=community_id,
                details={"follow_up_id": follow_up_id, "project_id": project_id},
            )
