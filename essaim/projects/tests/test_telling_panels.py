"""Projects on pages of floors below: notices, commitments, figures, Today, moderation."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from essaim.communities.models import Community, Role
from essaim.communities.queries import COMMUNITY_FIGURES, Figure
from essaim.communities.readers import ANONYMOUS, fresh_reader
from essaim.discussions.actions import report_thing
from essaim.discussions.queries import queue_for_page
from essaim.foundation.activity import deliver_pending
from essaim.foundation.clock import at, now, today
from essaim.ideas.tests.factories import entrust, join, make_community, make_member
from essaim.members.models import Member
from essaim.outreach.models import Notice
from essaim.outreach.queries import NOTICE_WORDING, Told
from essaim.projects.actions import effects, follow_ups, isolation, logbook
from essaim.projects.models import LOG_ENTRY, EntryAudience, FollowUp, Project, State
from essaim.projects.tasks.telling import remind_of_news
from essaim.projects.tests import telling as make

pytestmark = pytest.mark.django_db


def words(member: Member) -> list[str]:
    notices = Notice.objects.filter(member=member).order_by("pk")
    found = NOTICE_WORDING.collect(fresh_reader(member), [Told.of(one) for one in notices])
    return [found[one.pk][0].text for one in notices if found.get(one.pk)]


def figures(community: Community) -> dict[str, Figure]:
    found = COMMUNITY_FIGURES.collect(ANONYMOUS, [community.pk])
    return {one.label: one for one in found.get(community.pk, [])}


def host_of(project: Project) -> Community:
    assert project.community.parent
    return project.community.parent


def test_followers_read_an_entry_in_their_notices_while_it_may_be_read() -> None:
    project = make.make_running()
    follower = make.follower_of(project)
    entry = make.entry_in(project)
    deliver_pending()
    assert words(follower) == [f"{project.community.name} tells: “The first table is set.”"]
    logbook.correct_entry(
        member=make.bearer_of(project),
        entry=entry,
        kind="step",
        text="For us.",
        audience=EntryAudience.TEAM,
    )
    assert words(follower) == []


def test_bearers_are_asked_reminded_and_told_in_words() -> None:
    project = make.make_running(started_on=today() - timedelta(days=25))
    follow_ups.plan_follow_ups(project_id=project.pk)
    logbook.notice_silences()
    deliver_pending()
    remind_of_news()
    with at(now() + timedelta(days=8)):
        remind_of_news()
        said = words(make.bearer_of(project))
    name = project.community.name
    assert said[0] == f"{name} has told nothing for three weeks: how does it go?"
    assert said[1].startswith(f"Tell how {name} goes, by ")
    assert said[2] == f"News of {name} are late; it shows publicly."


def test_who_was_chosen_is_told_nothing_but_that() -> None:
    project = make.make_running()
    coach = make.coach_of(project)
    check = isolation.check_isolation(
        member=make.bearer_of(project), project=project, level=5, words="Nights.", share_with=coach
    )
    deliver_pending()
    assert words(coach) == [f"Somebody of {project.community.name} tells you how they are."]
    isolation.keep_check_private(member=make.bearer_of(project), check=check)
    assert words(coach) == []


def test_the_first_team_hears_that_it_spreads() -> None:
    origin = make.told(make.make_running())
    begun = make.make_running(copied_from=origin)
    Notice.objects.all().delete()
    from essaim.projects.facts import ProjectValidated
    from essaim.projects.listeners.telling import tell_the_first_team_that_it_spreads

    fact = ProjectValidated(
        community_id=begun.community_id, project_id=begun.pk, validation_id=None
    )
    tell_the_first_team_that_it_spreads(fact)
    assert words(make.bearer_of(origin)) == [
        f"Your project spreads: {begun.community.name} began from it."
    ]


def test_news_owed_stand_in_the_register_of_the_community_under_the_name_of_the_project() -> None:
    project = make.make_running()
    follow_ups.plan_follow_ups(project_id=project.pk)
    address = reverse("commitments", args=[host_of(project).slug])
    html = Client(headers={"accept-language": "en"}).get(address).content.decode()
    assert project.community.name in html
    assert "day late" in html or "days late" in html
    assert reverse("project_effects", args=[project.public_id]) in html


def test_today_says_which_news_are_owed() -> None:
    project = make.make_running()
    follow_ups.plan_follow_ups(project_id=project.pk)
    client = Client(headers={"accept-language": "en"})
    client.force_login(make.bearer_of(project))
    html = client.get(reverse("today")).content.decode()
    first = FollowUp.objects.order_by("due_on").first()
    assert first
    assert reverse("news", args=[first.public_id]) in html


def test_moderators_read_an_entry_in_their_queue() -> None:
    project = make.make_running()
    entry = make.entry_in(project)
    report_thing(member=make_member(), kind=LOG_ENTRY, subject_id=entry.pk, reason="abuse")
    host = host_of(project)
    moderator = entrust(join(make_member(), host), host, Role.MODERATOR)
    (line,) = queue_for_page(fresh_reader(moderator), host).items
    assert line.thing
    assert line.thing.name == "The first table is set."


# ---- figures of a community


def test_people_over_projects_are_up_to_and_never_added_over_periods() -> None:
    host = make_community()
    one, other = make.make_running(host), make.make_running(host)
    group = make.group_of(one)
    for month, people in ((1, 30), (2, 42), (3, 28)):
        make.people_in(one, people, group=group, month=month)
    make.people_in(other, 60)
    make.people_in(other, 500, group=other.actor_groups.get(), reach="indirect", month=2)
    figure = figures(host)["People who gained from projects"]
    assert figure.text == "up to 102"
    assert figure.note == "counted by 2 projects"
    assert figure.value is None


def test_few_people_count_as_the_least_that_is_told() -> None:
    host = make_community(is_political=True)
    make.people_in(make.make_running(host), 3)
    assert figures(host)["People who gained from projects"].text == "up to 11"


def _old(host: Community, **fields: object) -> Project:
    return make.make_running(host, started_on=today() - timedelta(days=400), **fields)


def test_alive_after_a_year_is_said_or_shown_and_else_unknown() -> None:
    host = make_community()
    make.make_running(host)  # not a year old
    _old(host)  # nothing is known
    shown = _old(host)
    make.entry_in(shown)
    said = _old(host)
    follow_ups.plan_follow_ups(project_id=said.pk)
    last = FollowUp.objects.get(project=said, months=12)
    follow_ups.tell_news(member=make.bearer_of(said), follow_up=last, is_alive=True, words="Still.")
    _old(host, state=State.ENDED, outcome="stopped_no_need", ended_on=today() - timedelta(days=300))
    _old(host, state=State.ENDED, outcome="transferred", ended_on=today() - timedelta(days=9))
    figure = figures(host)["Projects alive after 12 months"]
    assert (figure.value, figure.of) == (3, 5)
    assert figure.note == "nothing is known of 1"


def test_whoever_tells_some_days_early_tells_of_that_day() -> None:
    host = make_community()
    project = make.make_running(host, started_on=today() - timedelta(days=362))
    follow_ups.plan_follow_ups(project_id=project.pk)
    last = FollowUp.objects.get(project=project, months=12)
    assert last.due_on > today()
    follow_ups.tell_news(
        member=make.bearer_of(project), follow_up=last, is_alive=True, words="It goes on."
    )
    with at(now() + timedelta(days=9)):
        figure = figures(host)["Projects alive after 12 months"]
    assert (figure.value, figure.of) == (1, 1)


def test_what_failed_before_it_was_recorded_is_not_counted_as_a_success() -> None:
    host = make_community()
    since = today() - timedelta(days=500)
    _old(host, recording_since=since)
    early = _old(host, recording_since=since)
    Project.objects.filter(pk=early.pk).update(started_on=since - timedelta(days=30))
    figure = figures(host)["Projects alive after 12 months"]
    assert figure.of == 1
    assert "recording complete since" in figure.note


def test_recognised_projects_are_counted_of_all_with_money_by_currency() -> None:
    host = make_community()
    one = make.make_running(host)
    make.make_running(host)
    for currency, title in (("EUR", "A"), ("EUR", "B"), ("CHF", "C")):
        effects.add_recognition(
            member=make.bearer_of(one),
            project=one,
            kind="fund",
            title=title,
            given_by="The valley",
            given_on=date(2026, 1, 1),
            source_url="https://example.org/",
            amount_cents=100_000,
            currency=currency,
        )
    figure = figures(host)["Projects that were recognised"]
    assert (figure.value, figure.of) == (1, 2)
    assert figure.note == "CHF1,000, €2,000"


def test_a_draft_counts_nowhere_and_a_community_without_projects_has_no_such_figure() -> None:
    host = make_community()
    make.make_running(host, state=State.DRAFT)
    assert not [label for label in figures(host) if "rojects" in label]


@pytest.mark.parametrize("many", [1, 3])
def test_figures_of_projects_take_one_query(many: int, django_assert_num_queries: object) -> None:
    from essaim.projects.queries.figures import project_figures

    host = make_community()
    for _ in range(many):
        make.people_in(make.make_running(host), 12)
    with django_assert_num_queries(1):  # type: ignore[operator]  # pytest-django's fixture
        assert project_figures(ANONYMOUS, [host.pk])[host.pk].projects == many
