"""One loading of the whole world (half a minute): what it holds; a second changes nothing."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.models import F

from essaim.commitments.models import Commitment, CommitmentKind, State
from essaim.communities.models import (
    CircleDivision,
    Community,
    DecisionAppeal,
    Kind,
    Membership,
    Merge,
    Role,
    Welcome,
)
from essaim.communities.queries import ALIVE_PEOPLE
from essaim.communities.queries.figures import figures_of_page
from essaim.communities.readers import ANONYMOUS, fresh_reader
from essaim.communities.rules import without_host
from essaim.demo.load_world import load_world
from essaim.demo.world_book import MOVEMENT, read_world
from essaim.discussions.models import Case, Post, PostSupport, Stance
from essaim.discussions.queries import thread_for_page
from essaim.events.models import Admission, CheckIn, Event, ItemKind, JoyTally, Round, Standing
from essaim.events.models import State as EventState
from essaim.events.queries.joy import joy_asked
from essaim.events.queries.minutes import points_shown
from essaim.events.queries.vitality import came_besides_organiser
from essaim.foundation.clock import now, today
from essaim.foundation.models import Delivery, FactRow
from essaim.home.queries import acts_for
from essaim.ideas.models import (
    Answer,
    Appeal,
    Debate,
    Idea,
    IdeaVersion,
    Outcome,
    ProgrammeVersion,
    Support,
)
from essaim.ideas.rules import may_answer
from essaim.members.models import Member
from essaim.needs.rules import may_carry

pytestmark = pytest.mark.django_db


def test_the_world_is_built_through_facts_once_and_is_what_its_book_says() -> None:
    assert load_world()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # as the command does
    _moderators_have_a_report_and_an_appeal()
    _everyone_is_where_the_book_says()
    _facts_were_told_and_heard_and_none_is_of_tomorrow()
    _debates_have_the_three_ages()
    _people_say_where_they_stand_and_what_convinces_them()
    _ideas_were_rewritten_merged_split_and_led_to_another()
    _answers_and_deliveries_are_kept_or_late_as_told()
    _contested_answers_wait_or_were_changed()
    _the_programme_has_three_versions_and_a_draft()
    _a_committee_looks_for_a_host_and_another_would_merge()
    _a_committee_sits_in_circles_that_mix_its_people()
    _who_came_was_counted_and_tells_which_committees_are_alive()
    _two_gatherings_were_opened_and_led_and_one_is_prepared()
    _one_is_just_over_and_still_asks_how_it_was()
    _the_cast_can_do_what_it_is_there_for()
    before = (FactRow.objects.count(), Member.objects.count(), Support.objects.count())
    call_command("load_demo", verbosity=0)
    assert before == (FactRow.objects.count(), Member.objects.count(), Support.objects.count())


def _moderators_have_a_report_and_an_appeal() -> None:
    assert not Post.objects.exclude(waiting_for="").exists()  # nobody in the book resembles spam
    assert Case.objects.waiting().count() == 1
    assert DecisionAppeal.objects.filter(decision__moderated__isnull=False).count() == 1


def _everyone_is_where_the_book_says() -> None:
    world = read_world()
    beside = (Kind.PROJECT, Kind.UNIT)  # these have books of their own
    told = Community.objects.opened().filter(divided=None).exclude(kind__in=beside)
    assert told.count() == len(world.groups)
    assert Member.objects.count() == len(world.people)
    current = Membership.objects.filter(community__slug=MOVEMENT, left_at__isnull=True)
    assert current.count() == 240
    acts = FactRow.objects.filter(
        rung__in=["interact", "engage"], happened_at__gt=now() - timedelta(days=90)
    )
    active = current.filter(member_id__in=acts.values("actor_id")).count()
    assert 90 <= active <= 105, "around two in five are active"


def _a_committee_sits_in_circles_that_mix_its_people() -> None:
    division = CircleDivision.objects.in_force().get()
    assert sum(division.shares) > sum(division.shares_at_random)
    assert (division.broken_with, division.broken_not_with) == (0, 0)
    seated = Membership.objects.filter(community__divided__division=division, left_at=None)
    people = Membership.objects.filter(community=division.community_id, left_at=None)
    assert seated.count() == people.count()
    assert division.parts.exclude(synthesis="").count() == 2


def _facts_were_told_and_heard_and_none_is_of_tomorrow() -> None:
    assert not FactRow.objects.filter(happened_at__gt=now()).exists()
    assert not Delivery.objects.filter(done_at__isnull=True).exists()
    assert not Delivery.objects.exclude(last_error="").exists()


def _debates_have_the_three_ages() -> None:
    debates = Debate.objects.filter(community__slug=MOVEMENT)
    assert debates.count() == 3
    assert debates.open().count() == 1
    for debate in read_world().debates:
        for idea in debate.ideas:
            supports = Support.objects.filter(idea__title=idea.title).count()
            assert idea.supports - 3 <= supports <= idea.supports, "who leaves takes theirs back"


def _people_say_where_they_stand_and_what_convinces_them() -> None:
    idea = Idea.objects.select_related("thread__community").get(title__startswith="Ouvrir une")
    page = thread_for_page(ANONYMOUS, idea.thread)
    assert [view.position for view in page.views] == ["for", "against", "other"]
    assert all("convincing yet" not in view.convinced for view in page.views)
    assert [len(current.carriers) for current in page.currents] == [3]
    assert Stance.objects.values("position").distinct().count() == 3
    own = PostSupport.objects.filter(post__author=F("member"))
    assert PostSupport.objects.count() > 100
    assert not own.exists()


def _ideas_were_rewritten_merged_split_and_led_to_another() -> None:
    told = {idea.title: idea for debate in read_world().debates for idea in debate.ideas}
    rewritten = IdeaVersion.objects.select_related("idea").get()
    first = told[rewritten.idea.title].rewritten
    assert first
    assert (rewritten.title, rewritten.text) == (first.title, first.was)
    assert rewritten.idea.text == told[rewritten.idea.title].text != first.was
    merged = Idea.objects.select_related("merged_into").get(merged_into__isnull=False)
    assert told[merged.title].merged
    assert merged.merged_into
    whole = Idea.objects.get(divided_at__isnull=False)
    split = told[whole.title].split
    assert split
    assert {*Idea.objects.filter(part_of=whole).values_list("title", flat=True)} == {
        part.title for part in split.parts
    }
    for part in Idea.objects.filter(part_of=whole):
        assert part.supporters > whole.supporters, "some came to this part alone"
    way = Idea.objects.select_related("from_post", "thread").get(from_post__isnull=False)
    assert told[way.title].from_comment
    assert way.from_post
    assert way.from_post.author_id == way.author_id
    assert way.from_post.thread_id != way.thread_id


def _who_came_was_counted_and_tells_which_committees_are_alive() -> None:
    past = Event.objects.filter(state=EventState.HELD)
    assert past.count() == 15
    for event in past:
        assert event.counted_at, event
        assert came_besides_organiser(event) >= ALIVE_PEOPLE, event
        registered = event.registrations.filter(standing=Standing.GOING)
        assert registered.filter(checked_in_at=None).exists(), f"everybody came to {event}"
    assert not CheckIn.objects.exclude(outcome=Admission.ACCEPTED).exists()
    assert not CheckIn.objects.filter(scanned_at__gt=F("event__ends_at")).exists()
    movement = Community.objects.get(slug=MOVEMENT)
    _figures, life = figures_of_page(ANONYMOUS, [movement], movement)
    assert (life.alive, life.asleep, life.empty, life.all) == (8, 2, 2, 12)


def _two_gatherings_were_opened_and_led_and_one_is_prepared() -> None:
    rounds = Round.objects.select_related("event")
    assert rounds.count() == 2
    for opened in rounds:
        assert opened.closed_at
        assert opened.code is None, "it is forgotten the day after"
        assert opened.lines.filter(device="", hidden_at=None).count() >= 10
        agenda = list(opened.event.agenda.all())
        begun = [one.started_at for one in agenda if one.started_at]
        assert begun == sorted(begun), "in the order of the agenda"
        assert all(one.ended_at for one in agenda if one.started_at)
        asked = [one for one in agenda if one.kind == ItemKind.QUESTION]
        assert {one.outcome for one in asked} == {"answered", "unanswered"}
        assert all(one.lines.exists() for one in asked)
    to_come = Event.objects.filter(state=EventState.PUBLISHED, agenda__isnull=False).distinct()
    event = to_come.get()
    assert event.starts_at > now()
    for one in (event, *(opened.event for opened in rounds)):
        planned = timedelta(minutes=sum(part.minutes for part in one.agenda.all()))
        assert planned == one.ends_at - one.starts_at, f"as long as is told: {one}"


def _one_is_just_over_and_still_asks_how_it_was() -> None:
    for address in ("nadia@demo.example", "karim@demo.example"):
        reader = fresh_reader(Member.objects.get(email=address))
        (line,) = joy_asked(reader)
        acts = acts_for(reader, reader.member_id or 0)
        assert f"How was it? “{line.title}”" in [one.title for one in acts], address
        points = points_shown(reader, Event.objects.get(title=line.title))
        assert [one.may_take for one in points if one.is_open] == [False, True]
        assert JoyTally.objects.get(event__title=line.title).counts[8:10] == [1, 1]


def _a_committee_looks_for_a_host_and_another_would_merge() -> None:
    assert [one.slug for one in without_host()] == ["salies"]
    assert [one.source.slug for one in Merge.objects.waiting()] == ["morlaas"]
    assert Welcome.objects.count() == 1


def _contested_answers_wait_or_were_changed() -> None:
    appeals = Appeal.objects.select_related("answer")
    assert appeals.count() == 2
    waits = appeals.get(decided_at__isnull=True)
    assert waits.due_on > today()
    changed = appeals.get(outcome=Outcome.CHANGED)
    assert changed.first_decision == "not_adopted"
    assert changed.answer.decision == "in_part"
    assert changed.decided_by_id != changed.first_answered_by_id


def _answers_and_deliveries_are_kept_or_late_as_told() -> None:
    def states(kind: CommitmentKind) -> list[State]:
        owed = Commitment.objects.filter(community__slug=MOVEMENT, kind=kind)
        return [commitment.state_on(today()) for commitment in owed]

    answers = states(CommitmentKind.ANSWER)
    assert answers.count(State.LATE) == 1
    assert answers.count(State.KEPT_LATE) == 1
    assert answers.count(State.KEPT) > 10
    deliveries = states(CommitmentKind.DELIVERY)
    assert set(deliveries) == {State.LATE, State.KEPT, State.KEPT_LATE, State.DUE}
    late = Idea.objects.filter(
        debate__community__slug=MOVEMENT, passed_threshold=True, answer__isnull=True
    )
    assert late.get().debate.answers_due_on == today() - timedelta(days=12)
    assert Answer.objects.filter(group__isnull=False).count() >= 4


def _the_programme_has_three_versions_and_a_draft() -> None:
    versions = ProgrammeVersion.objects.filter(programme__community__slug=MOVEMENT)
    assert versions.filter(published_at__isnull=False).count() == 3
    waiting = versions.get(published_at__isnull=True)
    assert waiting.sections.count() > 0


def _the_cast_can_do_what_it_is_there_for() -> None:
    readers = {
        person.cast: fresh_reader(Member.objects.get(email=person.email))
        for person in read_world().cast
    }
    movement = Community.objects.get(slug=MOVEMENT)
    assert may_carry(readers["host"], movement)
    assert readers["newcomer"].communities == ()
    assert readers["member"].belongs_to(movement.pk)
    projects = Community.objects.filter(kind=Kind.PROJECT).values_list("pk", flat=True)
    assert {pk for pk, _role in readers["member"].roles} <= set(projects)  # they bear one
    assert readers["host"].holds(Community.objects.get(slug="billere"), Role.HOST)
    assert readers["host"].holds(movement, Role.MODERATOR)
    for slug in (MOVEMENT, "la-bulle"):
        assert readers["administrator"].holds(Community.objects.get(slug=slug), Role.ADMINISTRATOR)
    owed = Idea.objects.filter(passed_threshold=True, answer__isnull=True)
    assert sum(bool(may_answer(readers["decider"], idea)) for idea in owed) == 1
