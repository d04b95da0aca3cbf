from essaim.foundation.activity import hears
from essaim.members.facts import MemberErased
from essaim.outreach.actions import notify, take_notices_back
from essaim.projects.actions import follow_ups
from essaim.projects.facts import (
    BearerChanged,
    GateDecided,
    ProjectEnded,
    ProjectTakenUp,
    ProjectValidated,
    ProjectWithdrawn,
)
from essaim.projects.facts.effects import StoryTold
from essaim.projects.facts.logbook import (
    EntryHidden,
    EntryRestored,
    EntryWithdrawn,
    EntryWritten,
    IsolationShared,
    SilenceNoticed,
)
from essaim.projects.queries import news, told


@hears(EntryWritten, EntryRestored)
def tell_followers_what_happened(fact: EntryWritten | EntryRestored) -> None:
    """In their next mail; nothing of what is the team's alone, or gone by now."""
    notify(
        member_ids=told.who_hears_of_entry(fact.entry_id),
        kind="projects.entry_written",
        key=str(fact.entry_id),
        community_id=fact.community_id,
        details={"entry_id": fact.entry_id},
    )


@hears(EntryWithdrawn, EntryHidden)
def tell_no_more_of_what_is_gone(fact: EntryWithdrawn | EntryHidden) -> None:
    take_notices_back(kind="projects.entry_written", key=str(fact.entry_id))


@hears(SilenceNoticed)
def ask_bearers_how_it_goes(fact: SilenceNoticed) -> None:
    notify(
        member_ids=told.bearers_of(fact.project_id),
        kind="projects.silence",
        key=str(fact.silence_id),
        community_id=fact.community_id,
        details={"project_id": fact.project_id},
    )


@hears(IsolationShared)
def tell_who_was_chosen(fact: IsolationShared) -> None:
    """That somebody chose them to be told: what it says stands on a page they alone may read."""
    notify(
        member_ids=told.who_was_told(fact.check_id),
        kind="projects.isolation_shared",
        key=str(fact.check_id),
        community_id=fact.community_id,
        details={"check_id": fact.check_id},
    )


@hears(ProjectValidated, GateDecided, ProjectEnded)
def owe_news(fact: ProjectValidated | GateDecided | ProjectEnded) -> None:
    follow_ups.plan_follow_ups(project_id=fact.project_id)


@hears(BearerChanged, ProjectTakenUp)
def owe_news_under_another_name(fact: BearerChanged | ProjectTakenUp) -> None:
    follow_ups.hand_over_follow_ups(project_id=fact.project_id)


@hears(MemberErased)
def owe_news_when_nobody_bears(fact: MemberErased) -> None:
    """Who is gone owes nothing any more: the referent does."""
    for project_id in told.projects_without_bearer():
        follow_ups.hand_over_follow_ups(project_id=project_id)


@hears(ProjectWithdrawn)
def owe_no_news(fact: ProjectWithdrawn) -> None:
    follow_ups.drop_follow_ups(project_id=fact.project_id)


@hears(StoryTold)
def tell_followers_the_story(fact: StoryTold) -> None:
    notify(
        member_ids=told.followers_of(fact.project_id),
        kind="projects.story_told",
        key=str(fact.project_id),
        community_id=fact.community_id,
        details={"project_id": fact.project_id},
    )


@hears(ProjectValidated)
def tell_the_first_team_that_it_spreads(fact: ProjectValidated) -> None:
    """Once it is validated: a draft is nobody's business but its bearer's."""
    if (origin_id := told.origin_of(fact.project_id)) is None:
        return
    notify(
        member_ids=news.team_of(origin_id, but=fact.actor_id),
        kind="projects.spread",
        key=str(fact.project_id),
        community_id=None,
        details={"project_id": fact.project_id, "origin_id": origin_id},
    )
