"""Pages of the logbook, effects, stories and kits, as different people see them."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from essaim.communities.models import Role
from essaim.foundation.clock import today
from essaim.ideas.tests.factories import entrust, join, make_community, make_member
from essaim.members.models import Member
from essaim.projects.actions import effects, follow_ups, isolation, stories
from essaim.projects.models import (
    Beneficiaries,
    EntryAudience,
    FollowUp,
    IsolationCheck,
    LogEntry,
    Project,
    Recognition,
    State,
    Story,
)
from essaim.projects.tests import telling as make

pytestmark = pytest.mark.django_db

BOTH = pytest.mark.parametrize("many", [1, 3])


def browser(member: Member | None = None) -> Client:
    client = Client(headers={"accept-language": "en"})
    if member:
        client.force_login(member)
    return client


def page(name: str, *args: str, as_: Member | None = None, status: int = 200) -> str:
    response = browser(as_).get(reverse(name, args=args))
    assert response.status_code == status, response.status_code
    return response.content.decode()


def post(name: str, /, *args: str, as_: Member, status: int = 302, **values: Any) -> str:
    response = browser(as_).post(reverse(name, args=args), values)
    assert response.status_code == status, response.content.decode()
    return response.content.decode()


def test_a_team_writes_with_a_picture_that_strangers_see_and_nobody_else_can_take() -> None:
    project = make.make_running()
    bearer = make.bearer_of(project)
    entry: dict[str, Any] = {
        "kind": "discovery",
        "text": "The stairs are the problem.",
        "happened_on": str(today()),
        "audience": "public",
        "picture": make.picture(),
    }
    said = post("entry_new", project.public_id, as_=bearer, status=422, **entry)
    assert "Say what the picture shows" in said
    entry["picture"] = make.picture()
    post("entry_new", project.public_id, as_=bearer, picture_words="A staircase.", **entry)
    found = LogEntry.objects.get()
    html = page("project_logbook", project.public_id)
    assert "The stairs are the problem." in html
    assert 'alt="A staircase."' in html
    shown = browser().get(reverse("entry_picture", args=[found.public_id]))
    assert shown.status_code == 200
    assert shown.headers["Content-Type"] == "image/webp"
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    assert shown.headers["Cache-Control"] == "private, no-cache"
    assert "sandbox" in shown.headers["Content-Security-Policy"]
    page("entry_new", project.public_id, as_=make.follower_of(project), status=403)


def test_what_is_for_the_team_is_a_page_that_does_not_exist_for_everybody_else() -> None:
    project = make.make_running()
    entry = make.entry_in(
        project,
        text="Kanari.",
        audience=EntryAudience.TEAM,
        picture=make.picture(),
        picture_words="Kanari too.",
    )
    host = project.community.parent
    assert host
    manager = entrust(join(make_member(), host), host, Role.ADMINISTRATOR)
    for other in (None, manager, make.follower_of(project)):
        assert "Kanari" not in page("project_logbook", project.public_id, as_=other)
        for name in ("entry", "entry_picture"):
            assert browser(other).get(reverse(name, args=[entry.public_id])).status_code == 404
    assert "Kanari." in page("project_logbook", project.public_id, as_=make.coach_of(project))


def test_an_entry_is_corrected_withdrawn_and_put_back() -> None:
    project = make.make_running()
    bearer, entry = make.bearer_of(project), make.entry_in(project)
    assert "The first table" in page("entry_edit", entry.public_id, as_=bearer)
    post(
        "entry_edit",
        entry.public_id,
        as_=bearer,
        kind="success",
        text="Two tables.",
        happened_on=str(today()),
        audience="public",
    )
    assert "Undo" in post("entry_withdraw", entry.public_id, as_=bearer, status=200)
    page("entry", entry.public_id, as_=bearer, status=404)
    post("entry_restore", entry.public_id, as_=bearer)
    assert "Two tables." in page("entry", entry.public_id)


def test_a_reader_reports_an_entry_and_takes_that_back() -> None:
    entry = make.entry_in(make.make_running())
    member = make_member()
    assert "Report an entry" in page("entry_report", entry.public_id, as_=member)
    post("entry_report", entry.public_id, as_=member, reason="spam", note="")
    assert "Take my report back" in page("entry_report", entry.public_id, as_=member)
    post("entry_report_withdraw", entry.public_id, as_=member)


@BOTH
def test_a_logbook_costs_the_same_with_one_entry_and_with_three(
    many: int, django_assert_num_queries: Any
) -> None:
    project = make.make_running()
    for _ in range(many):
        make.entry_in(project, picture=make.picture(), picture_words="A table.")
    client = browser(make.bearer_of(project))
    client.get(reverse("project_logbook", args=[project.public_id]))
    with django_assert_num_queries(LOGBOOK):
        client.get(reverse("project_logbook", args=[project.public_id]))


def test_how_alone_somebody_feels_is_a_page_of_their_own() -> None:
    project = make.make_running()
    bearer, coach = make.bearer_of(project), make.coach_of(project)
    for other in (coach, make.follower_of(project), make.referent_of(project)):
        page("project_isolation", project.public_id, as_=other, status=404)
    post("project_isolation", project.public_id, as_=bearer, level="4", words="Nights.")
    assert "Nights." in page("project_isolation", project.public_id, as_=bearer)
    check = IsolationCheck.objects.get()
    post(
        "isolation_share", check.public_id, as_=bearer, **dict[str, Any]({"with": coach.public_id})
    )
    assert "Nights." in page("project_isolation", project.public_id, as_=coach)
    mate = make.teammate(project)
    assert "Nights." not in page("project_isolation", project.public_id, as_=mate)
    for name in ("isolation_share", "isolation_keep", "isolation_erase"):
        post(name, check.public_id, as_=coach, status=404)
    post("isolation_keep", check.public_id, as_=bearer)
    page("project_isolation", project.public_id, as_=coach, status=404)
    post("isolation_erase", check.public_id, as_=bearer)
    assert not IsolationCheck.objects.exists()


def _count_everything(project: Project) -> None:
    """Through the forms, as a team does."""
    bearer, id_ = make.bearer_of(project), project.public_id

    def add(part: str, /, **values: Any) -> None:
        post("effect_new", id_, part, as_=bearer, **values)

    add("group", name="Guests", part="Eat", gains="Company")
    group = project.actor_groups.get()
    add(
        "beneficiaries",
        group=group.public_id,
        reach="direct",
        starts_on="2026-01-01",
        last_day="2026-01-31",
        people="40",
        method="A list.",
        confidence="declared",
    )
    add(
        "indicator",
        name="Meals",
        unit="meals",
        definition="Served.",
        who_counts="The cook.",
        source="The notebook.",
        period="month",
        baseline="0",
        baseline_on="2025-12-01",
    )
    indicator = project.indicators.get()
    add(
        "measure",
        indicator=indicator.public_id,
        starts_on="2026-01-01",
        last_day="2026-01-31",
        value="31.5",
        confidence="documented",
        evidence="The notebook.",
    )
    add("around", people="9", who="Colleagues", counted_on=str(today()))
    add(
        "recognition",
        kind="fund",
        title="Fund of the valley",
        given_by="The valley",
        given_on="2026-02-01",
        amount="1500.50",
        currency="EUR",
        source_url="https://example.org/fund",
    )
    post("effect_words", id_, as_=bearer, without_it="Some would have cooked.", risks="")


def test_a_team_counts_its_effects_and_strangers_read_how() -> None:
    project = make.make_running()
    _count_everything(project)
    counted = Beneficiaries.objects.get()
    assert (counted.starts_on, counted.ends_on) == (date(2026, 1, 1), date(2026, 2, 1))
    assert Recognition.objects.get().amount_cents == 150_050
    html = page("project_effects", project.public_id)
    for words in (
        "40",
        "A list.",
        "1 January to 31 January 2026",
        "31.5",
        "documented",
        "€1,500.50",
        "Some would have cooked.",
        'role="img"',
        "Fund of the valley",
    ):
        assert words in html.replace("\u00a0", " ").replace("\u202f", " "), words
    sheet = page("project_effects_print", project.public_id)
    assert "A list." in sheet
    assert "Fund of the valley" in sheet
    page("effect_new", project.public_id, "nothing", as_=make.bearer_of(project), status=404)


def test_few_people_are_not_counted_for_strangers_nor_given_away_by_a_sum() -> None:
    project = make.make_running()
    make.people_in(project, 40, group=make.group_of(project, "Guests"))
    make.people_in(project, 3, group=make.group_of(project, "Cooks"))
    html = page("project_effects", project.public_id)
    assert "fewer than 5 people" in html
    assert "up to 45" in html
    assert "up to 43" not in html
    assert "up to 43" in page("project_effects", project.public_id, as_=make.bearer_of(project))


def test_periods_are_never_added_up() -> None:
    project = make.make_running()
    group = make.group_of(project)
    for month, people in ((1, 30), (2, 42), (3, 28)):
        make.people_in(project, people, group=group, month=month)
    html = page("project_effects", project.public_id)
    assert "up to" not in html.split("</dl>")[0]
    assert ">\n" in html
    assert "100" not in html.split("<table")[0]


def test_what_is_wrong_is_withdrawn_and_put_back() -> None:
    project = make.make_running()
    counted = make.people_in(project, 40)
    bearer, where = make.bearer_of(project), (project.public_id, "beneficiaries")
    undo = post("effect_remove", *where, counted.public_id, as_=bearer, status=200)
    assert reverse("effect_restore", args=[*where, counted.public_id]) in undo
    post("effect_restore", *where, counted.public_id, as_=bearer)
    stranger = make.bearer_of(make.make_running())
    post("effect_remove", *where, counted.public_id, as_=stranger, status=403)


@BOTH
def test_effects_cost_the_same_with_one_of_each_and_with_three(
    many: int, django_assert_num_queries: Any
) -> None:
    project = make.make_running()
    follow_ups.plan_follow_ups(project_id=project.pk)
    for number in range(many):
        make.people_in(project, 12, group=make.group_of(project, f"Group {number}"))
        indicator = make.indicator_of(project)
        effects.record_measure(
            member=make.bearer_of(project),
            indicator=indicator,
            starts_on=date(2026, 1, 1),
            ends_on=date(2026, 2, 1),
            value=Decimal(number),
        )
    client = browser(make.bearer_of(project))
    client.get(reverse("project_effects", args=[project.public_id]))
    with django_assert_num_queries(EFFECTS):
        client.get(reverse("project_effects", args=[project.public_id]))


def test_news_are_told_on_a_page_and_stand_with_the_effects() -> None:
    project = make.make_running()
    follow_ups.plan_follow_ups(project_id=project.pk)
    first = FollowUp.objects.order_by("months").first()
    assert first
    assert "days late" in page("project_effects", project.public_id)
    page("news", first.public_id, as_=make.follower_of(project), status=403)
    post("news", first.public_id, as_=make.bearer_of(project), is_alive="no", words="Nobody came.")
    html = page("project_effects", project.public_id)
    assert "Nobody came." in html
    assert "stopped" in html


def test_a_story_is_told_begun_elsewhere_and_shown_as_a_tree() -> None:
    project = make.make_running()
    bearer, id_ = make.bearer_of(project), project.public_id
    page("story_edit", id_, as_=bearer, status=403)
    make.people_in(project, 12)
    words: dict[str, Any] = {
        "what_worked": "Tuesdays.",
        "what_was_hard": "Stairs.",
        "first_step": "One table.",
    }
    post("story_edit", id_, as_=bearer, **words)
    assert "Tuesdays." in page("project_story", id_)
    host = make_community()
    member = join(make_member("Noor"), host)
    assert host.name in page("story_begin", id_, as_=member)
    post("story_begin", id_, as_=member, host=host.slug, name="A table in Nay", place="")
    begun = Project.objects.get(copied_from=project)
    assert "A table in Nay" not in page("project_story", id_)
    begun.community.opened_at = begun.created_at
    begun.community.save()
    Project.objects.filter(pk=begun.pk).update(state=State.RUNNING)
    html = page("project_story", id_)
    assert "A table in Nay" in html
    assert "2 projects" in html
    post("story_withdraw", id_, as_=bearer)
    assert "Tuesdays." not in page("project_story", id_)
    assert Story.objects.get().withdrawn_at


def test_kit_files_are_handed_over_to_teams_and_do_not_exist_for_others() -> None:
    project = make.told(make.make_running())
    bearer = make.bearer_of(project)
    wrong = SimpleUploadedFile("poster.pdf", b"<html><script>alert(1)</script>")
    said = post("kit_new", project.public_id, as_=bearer, status=422, label="Poster", file=wrong)
    assert "cannot be passed on" in said
    post("kit_new", project.public_id, as_=bearer, label="Poster", file=make.pdf())
    file = project.kit.get()
    address = reverse("kit_file", args=[file.public_id])
    handed = browser(bearer).get(address)
    assert handed.headers["Content-Disposition"] == 'attachment; filename="poster.pdf"'
    assert handed.headers["Content-Type"] == "application/pdf"
    assert handed.headers["Cache-Control"] == "private, no-store"
    assert browser().get(address).status_code == 302
    for other in (make_member(), make.follower_of(project), make.coach_of(project)):
        assert browser(other).get(address).status_code == 404
        html = page("project_story", project.public_id, as_=other)
        assert "Poster" not in html
        assert "poster.pdf" not in html
        post("kit_remove", file.public_id, as_=other, status=404)
    post("kit_remove", file.public_id, as_=bearer)
    assert browser(bearer).get(address).status_code == 404


@BOTH
def test_a_story_costs_the_same_with_one_descendant_and_with_three(
    many: int, django_assert_num_queries: Any
) -> None:
    project = make.told(make.make_running())
    for _ in range(many):
        project_below = make.make_running(copied_from=project)
        make.make_running(copied_from=project_below)
        stories.add_kit_file(
            member=make.bearer_of(project), project=project, upload=make.pdf(), label="P"
        )
    client = browser(make.bearer_of(project))
    client.get(reverse("project_story", args=[project.public_id]))
    with django_assert_num_queries(STORY):
        client.get(reverse("project_story", args=[project.public_id]))


@BOTH
def test_ones_own_page_costs_the_same_with_one_check_and_with_three(
    many: int, django_assert_num_queries: Any
) -> None:
    project = make.make_running()
    bearer, coach = make.bearer_of(project), make.coach_of(project)
    for _ in range(many):
        isolation.check_isolation(member=bearer, project=project, level=2, share_with=coach)
    client = browser(bearer)
    client.get(reverse("project_isolation", args=[project.public_id]))
    with django_assert_num_queries(ISOLATION):
        client.get(reverse("project_isolation", args=[project.public_id]))


LOGBOOK, EFFECTS, STORY, ISOLATION = 6, 14, 10, 8
