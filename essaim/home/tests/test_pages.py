from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from essaim.communities.models import Community, Kind, Signature
from essaim.communities.readers import fresh_reader
from essaim.communities.tests.factories import community_factory, manifesto_factory, member_of
from essaim.discussions.actions import write_post
from essaim.discussions.tests.factories import thread_factory
from essaim.foundation.clock import at, now
from essaim.home import actions, queries
from essaim.home.models import PutOff
from essaim.home.views import WELCOME
from essaim.ideas.tests.factories import (
    adopt,
    make_closed,
    make_debate,
    make_decider,
    make_person,
    propose,
)
from essaim.members.models import Consent, Member
from essaim.members.tests.factories import member_factory

pytestmark = pytest.mark.django_db


@pytest.fixture
def movement() -> Community:
    community = community_factory(slug="valley", name="The Valley", kind=Kind.MOVEMENT)
    manifesto_factory(community)
    return community


def join_address(slug: str = "valley") -> str:
    return reverse("community_join", args=[slug])


def test_the_front_page_shows_open_roots_with_who_is_active_and_no_cookie(
    client: Client, movement: Community
) -> None:
    community_factory(name="A draft", opened_at=None)
    community_factory(name="A circle inside", parent=movement)
    answer = client.get("/")
    assert "The Valley" in answer.text
    assert "A draft" not in answer.text
    assert "A circle inside" not in answer.text
    assert not answer.cookies


def test_whoever_is_signed_in_goes_to_today(client: Client) -> None:
    client.force_login(member_factory())
    assert client.get("/").headers["Location"] == reverse("today")


def test_an_address_is_asked_first_and_the_way_back_is_kept(
    client: Client, movement: Community
) -> None:
    page = client.get(join_address()).text
    assert f'name="next" value="{join_address()}"' in page
    assert 'name="email"' in page


def test_joining_asks_for_name_and_consent_and_does_both_or_nothing(
    client: Client, movement: Community
) -> None:
    newcomer = member_factory(name="")
    client.force_login(newcomer)
    for given in (
        {"name": "", "consent": "on"},
        {"name": "Ada"},
        {"name": "A\nB", "consent": "on"},
        {"name": "x" * 81, "consent": "on"},
    ):
        answer = client.post(join_address(), given)
        assert answer.status_code == 422, given
        newcomer.refresh_from_db()
        assert (newcomer.name, newcomer.memberships.count()) == ("", 0)
    answer = client.post(join_address(), {"name": "Ada L.", "consent": "on"})
    assert answer.status_code == 302
    newcomer.refresh_from_db()
    assert newcomer.name == "Ada L."
    assert newcomer.memberships.get().community == movement
    assert Signature.objects.get(member=newcomer).manifesto.community == movement
    consent = Consent.objects.get(member=newcomer)
    assert consent.text in client.get(reverse("my_data")).text


def test_a_known_name_is_not_asked_again(client: Client, movement: Community) -> None:
    client.force_login(member_factory(name="Ada"))
    assert 'name="name"' not in client.get(join_address()).text


def test_a_member_who_comes_back_to_the_page_is_shown_the_community(
    client: Client, movement: Community
) -> None:
    client.force_login(member_of(movement))
    assert client.get(join_address()).headers["Location"] == reverse("community", args=["valley"])


@pytest.mark.parametrize("fields", [{"opened_at": None}, {"visibility": "members"}])
def test_what_one_may_not_see_cannot_be_joined(client: Client, fields: dict[str, Any]) -> None:
    community_factory(slug="secret", **fields)
    assert client.get(join_address("secret")).status_code == 404
    client.force_login(member_factory())
    assert client.post(join_address("secret"), {"consent": "on"}).status_code == 404


def test_a_closed_community_says_that_it_takes_nobody(client: Client) -> None:
    community_factory(slug="over", name="Over", closed_at=now())
    client.force_login(member_factory())
    assert "takes no new members" in client.get(join_address("over")).text


def test_every_question_after_joining_keeps_its_answer_and_can_be_skipped(
    client: Client, movement: Community
) -> None:
    member = member_of(movement)
    client.force_login(member)
    said = {
        "motive": "The last bus.",
        "place": "",
        "minutes_a_week": "15",
        "skills": "Accounting, carpentry",
        "topics": "mobility",
    }
    address = reverse("welcome", args=[WELCOME[0].key]) + "?community=valley"
    for step in WELCOME:
        assert client.get(address).status_code == 200
        answer = client.post(address, {step.key: said[step.key]})
        assert answer.status_code == 302, step.key
        address = answer.headers["Location"]
    assert address == reverse("first_act") + "?community=valley"
    member.refresh_from_db()
    assert (member.motive, member.minutes_a_week) == ("The last bus.", 15)
    assert member.interests.count() == 3
    assert client.get(reverse("welcome", args=["nonsense"])).status_code == 404


def test_a_first_act_is_offered(client: Client, movement: Community) -> None:
    propose(make_debate(movement, question="How to move?"), title="A bus on Sundays")
    client.force_login(member_of(movement))
    page = client.get(reverse("first_act") + "?community=valley").text
    assert "A bus on Sundays" in page


def test_today_shows_at_most_three_acts(movement: Community) -> None:
    debate = make_debate(movement)
    for number in range(5):
        propose(debate, title=f"Idea number {number}")
    member = member_of(movement)
    assert len(queries.acts_for(fresh_reader(member), member.pk)) == 3


def test_today_suggests_nothing_longer_than_the_time_one_gives_but_what_one_owes(
    movement: Community,
) -> None:
    debate = make_closed(movement)
    decider = make_decider(movement)
    make_debate(movement, question="How to move?")

    def titles(minutes: int | None) -> str:
        acts = queries.today_for_page(fresh_reader(decider), minutes).acts
        return " ".join(act.title for act in acts)

    owed = f"Answer: {debate.ideas.get().title}"
    assert "How to move?" in titles(None)
    assert "How to move?" in titles(10)
    assert "How to move?" not in titles(5)
    assert all(owed in titles(minutes) for minutes in (None, 0, 10))


def test_what_is_put_off_comes_back_after_a_week_unless_it_is_for_good(
    client: Client, movement: Community
) -> None:
    idea = propose(make_debate(movement))
    member = member_of(movement)
    client.force_login(member)

    def offered() -> list[str]:
        acts = queries.acts_for(fresh_reader(member), member.pk)
        return [act.key for act in acts if idea.public_id in act.url]

    (key,) = offered()
    client.post(reverse("act_put_off"), {"key": key})
    assert not offered()
    with at(now() + timedelta(days=8)):
        assert offered() == [key]
        actions.put_off(member=member, key=key, for_good=True)
    with at(now() + timedelta(days=20)):
        assert not offered()
    assert PutOff.objects.count() == 1


def test_what_is_owed_can_wait_a_week_but_not_be_put_away_for_good(
    client: Client, movement: Community
) -> None:
    make_closed(movement)
    decider = make_decider(movement)
    client.force_login(decider)

    def offered() -> list[str]:
        return [act.key for act in queries.acts_for(fresh_reader(decider), decider.pk)]

    (key,) = offered()
    page = client.get(reverse("today")).text
    assert key in page
    assert 'name="for_good"' not in page
    answer = client.post(reverse("act_put_off"), {"key": key, "for_good": "1"})
    assert answer.status_code == 403
    assert "You owe this" in answer.text
    assert offered() == [key]
    PutOff.objects.create(member=decider, key=key, until=None)  # before it was owed
    assert offered() == [key]
    client.post(reverse("act_put_off"), {"key": key})
    assert not offered()


def test_a_promise_claims_no_minutes(client: Client, movement: Community) -> None:
    debate = make_closed(movement)
    decider = make_decider(movement)
    idea = debate.ideas.get()
    adopt(idea, decider)
    client.force_login(decider)
    acts = queries.acts_for(fresh_reader(decider), decider.pk, minutes=1)
    assert [act.minutes for act in acts if "Deliver" in act.title] == [None]
    assert f"Deliver what was promised: {idea.title}" in client.get(reverse("today")).text


def test_putting_off_leads_back_to_this_site_only(client: Client) -> None:
    client.force_login(member_factory())
    answer = client.post(reverse("act_put_off"), {"key": "x", "next": "https://evil.example/"})
    assert answer.headers["Location"] == reverse("today")
    assert client.get(reverse("act_put_off")).status_code == 405


def test_the_pulse_counts_the_week_of_ones_own_communities(
    client: Client, movement: Community
) -> None:
    member = make_person(movement)
    write_post(member=member, thread=thread_factory(movement), text="Hello.")
    elsewhere = community_factory(name="Elsewhere")
    write_post(member=member_of(elsewhere), thread=thread_factory(elsewhere), text="Hello.")
    client.force_login(member)
    page = client.get(reverse("today")).text
    assert "1 message" in page
    assert "Elsewhere" not in page
    with at(now() + timedelta(days=8)):
        assert "1 message" not in client.get(reverse("today")).text


@pytest.mark.parametrize("name", ["definitions", "your_data"])
def test_explanations_are_public_and_set_nothing(client: Client, name: str) -> None:
    answer = client.get(reverse(name))
    assert answer.status_code == 200
    assert not answer.cookies


def test_every_definition_that_figures_link_to_exists(client: Client) -> None:
    page = client.get(reverse("definitions")).text
    for anchor in ("members", "active", "alive", "answers", "late"):
        assert f'id="{anchor}"' in page


def test_today_asks_for_the_way_in(client: Client) -> None:
    answer = client.get(reverse("today"))
    assert answer.status_code == 302
    assert reverse("enter") in answer.headers["Location"]
    assert Member.objects.count() == 0
