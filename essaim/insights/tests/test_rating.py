"""A community rates itself once a year; nobody can find one person's answer."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, connections

from essaim.communities.models import CircleDivision, Community, Kind, Membership, Role
from essaim.communities.readers import ANONYMOUS, fresh_reader
from essaim.communities.tests.factories import community_factory, in_role, member_of
from essaim.communities.tests.test_queries import act
from essaim.foundation.access import Refused
from essaim.foundation.clock import at, now
from essaim.foundation.models import FactRow
from essaim.insights import actions, queries
from essaim.insights.models import Answered, Question, Rating, Tick
from essaim.members.actions import erase_member
from essaim.members.models import Member

MIDDLE = {"openness": 3, "autonomy": 3, "means": 3}


def asked(people: int = 6, kind: Kind = Kind.CIRCLE) -> tuple[Community, Rating, list[Member]]:
    community = community_factory(kind=kind)
    host = in_role(community, Role.HOST)
    members = [host, *(member_of(community) for _ in range(people - 1))]
    return community, actions.open_rating(member=host, community=community), members


def result(community: Community, reader: Member) -> queries.RatingPage:
    return queries.rating_for_page(fresh_reader(reader), community)


@pytest.mark.django_db
def test_opened_once_a_year_by_those_who_run_it_and_then_by_the_clock() -> None:
    community, rating, members = asked()
    assert (rating.eligible, Tick.objects.count()) == (6, 15)
    with pytest.raises(Refused, match="once a year"):
        actions.open_rating(member=members[0], community=community)
    with pytest.raises(Refused, match="Only those who run"):
        actions.open_rating(member=members[1], community=community)
    with at(now() + timedelta(days=22)):
        assert actions.close_due_ratings() == 1
        assert actions.close_due_ratings() == 0
        assert actions.open_due_ratings() == 0
    with at(now() + timedelta(days=367)):
        assert actions.open_due_ratings() == 1
        assert actions.open_due_ratings() == 0
    assert Rating.objects.count() == 2
    opened = FactRow.objects.filter(kind="insights.RatingOpened").order_by("pk")
    assert [one.actor_id for one in opened] == [members[0].pk, None]


@pytest.mark.django_db
def test_the_result_is_told_once_enough_have_answered_and_it_is_closed() -> None:
    community, rating, members = asked()
    for number, member in enumerate(members[:5]):
        actions.answer_rating(
            member=member, rating=rating, marks=MIDDLE | {"openness": 1 + number % 5}
        )
    assert result(community, members[0]).years == ()
    with at(now() + timedelta(days=22)):
        actions.close_due_ratings()
    (year,) = result(community, members[0]).years
    assert (year.answers, year.eligible, year.is_low) == (5, 6, False)
    openness, autonomy, _means = year.marks
    assert openness.mean == pytest.approx(3.0)
    assert openness.spread == pytest.approx(2**0.5)
    assert autonomy.mean is None  # all said the same: it would be everybody's answer


@pytest.mark.django_db
def test_too_few_answers_are_not_told_and_a_low_response_says_so() -> None:
    community, rating, members = asked(people=12, kind=Kind.MOVEMENT)
    for member in members[:10]:
        actions.answer_rating(member=member, rating=rating, marks=MIDDLE)
    with at(now() + timedelta(days=22)):
        actions.close_due_ratings()
    (year,) = result(community, members[0]).years
    assert (year.answers, year.marks) == (None, ())
    other, second, many = asked(people=20)
    for number, member in enumerate(many[:5]):
        actions.answer_rating(member=member, rating=second, marks=MIDDLE | {"means": 1 + number})
    with at(now() + timedelta(days=22)):
        actions.close_due_ratings()
    assert result(other, many[0]).years[0].is_low


@pytest.mark.django_db
def test_only_who_belonged_when_it_opened_answers_and_only_while_it_is_open() -> None:
    community, rating, members = asked()
    late = member_of(community)
    Membership.objects.filter(member=late).update(joined_at=now() + timedelta(seconds=1))
    with pytest.raises(Refused, match="joined after"):
        actions.answer_rating(member=late, rating=rating, marks=MIDDLE)
    with pytest.raises(Refused, match="Only members"):
        actions.answer_rating(member=member_of(), rating=rating, marks=MIDDLE)
    with pytest.raises(ValidationError, match="one to five"):
        actions.answer_rating(member=members[1], rating=rating, marks=MIDDLE | {"means": 6})
    with pytest.raises(ValidationError, match="one to five"):
        actions.answer_rating(member=members[1], rating=rating, marks={"means": 5})
    with at(now() + timedelta(days=22)), pytest.raises(Refused, match="closed"):
        actions.answer_rating(member=members[1], rating=rating, marks=MIDDLE)
    assert not Answered.objects.exists()


@pytest.mark.django_db
def test_no_row_links_an_answer_to_who_gave_it_and_no_fact_gives_its_time() -> None:
    _community, rating, members = asked()
    facts = FactRow.objects.count()
    before = list(Tick.objects.order_by("pk").values_list("pk", flat=True))
    actions.answer_rating(member=members[0], rating=rating, marks=MIDDLE)
    assert FactRow.objects.count() == facts
    assert list(Tick.objects.order_by("pk").values_list("pk", flat=True)) == before
    assert {field.name for field in Answered._meta.get_fields()} == {"id", "rating", "member"}
    assert {field.name for field in Tick._meta.get_fields()} == {
        *("id", "rating", "question", "mark", "times"),
    }
    with at(now() + timedelta(days=22)):
        actions.close_due_ratings()
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT xmin::text FROM insights_tick")
        assert len(cursor.fetchall()) == 1  # none tells any more that it changed last


@pytest.mark.django_db
def test_erasure_forgets_who_answered_and_keeps_what_was_counted() -> None:
    _community, rating, members = asked()
    actions.answer_rating(member=members[1], rating=rating, marks=MIDDLE)
    erase_member(member=members[1])
    assert not Answered.objects.exists()
    assert sum(Tick.objects.values_list("times", flat=True)) == len(Question)


@pytest.mark.django_db(transaction=True)
def test_answering_twice_at_once_leaves_one_answer() -> None:
    _community, rating, members = asked()
    start, outcomes = Barrier(3), []

    def answer() -> None:
        try:
            start.wait()
            actions.answer_rating(member=members[1], rating=rating, marks=MIDDLE)
            outcomes.append("counted")
        except Refused:
            outcomes.append("refused")
        finally:
            connections.close_all()

    threads = [Thread(target=answer) for _ in range(3)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(outcomes) == ["counted", "refused", "refused"]
    assert sum(Tick.objects.values_list("times", flat=True)) == len(Question)
    assert Answered.objects.count() == 1


@pytest.mark.django_db
def test_beside_it_stand_local_acts_and_newcomers_among_hosts() -> None:
    community, _rating, members = asked()
    act(members[1], community)
    act(member_of(), community)  # somebody from elsewhere
    figures = {one.label: (one.value, one.of) for one in result(community, members[0]).beside}
    assert figures == {"Local acts": (1, 2), "Newcomers among hosts": (1, 1)}


@pytest.mark.django_db
def test_beside_it_stands_how_well_circles_mix() -> None:
    community = community_factory()
    CircleDivision.objects.create(
        community=community,
        seed=1,
        people=16,
        circles=2,
        attributes=["trade", "zone", "service"],
        shares=[0.9, 0.8, -1],
        confirmed_at=now(),
    )
    page = queries.rating_for_page(ANONYMOUS, community)
    mixed = next(one for one in page.beside if "mixed" in str(one.label))
    assert (mixed.value, mixed.of) == (85, 100)
