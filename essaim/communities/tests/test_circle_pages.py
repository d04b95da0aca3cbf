"""What members, hosts and everybody else see of circles."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from essaim.communities import actions, queries
from essaim.communities.models import (
    CircleAnswer,
    CircleDivision,
    CircleSwap,
    CircleWish,
    Community,
    DividedCircle,
    Role,
)
from essaim.communities.readers import fresh_reader
from essaim.communities.tests.factories import community_factory, in_role, member_of
from essaim.communities.tests.plenary import circle_id, circle_now, divided, plenary, two_apart
from essaim.communities.tests.test_pages import signed_in, text_of
from essaim.members.models import Member
from essaim.members.queries import archive_of

pytestmark = pytest.mark.django_db


def to(name: str, community: Community) -> str:
    return reverse(name, args=[community.slug])


def post(member: Member, name: str, community: Community, **data: str) -> Any:
    return signed_in(member).post(to(name, community), data)


def test_a_host_chooses_draws_looks_and_confirms() -> None:
    community, host, people = plenary(18)
    people[0].name = "Ada Lovely"
    people[0].save()
    client = signed_in(host)
    page = text_of(client.get(to("circles_divide", community)))
    assert "18 people to seat" in page
    assert "not mixed by anything yet" in page
    answers = {"trade": "Nurse\nBaker", "side": "Inside\nOutside"}
    assert client.post(to("circle_attributes", community), answers).status_code == 302
    actions.answer_for_circles(
        member=people[0], community=community, answers={"trade": "Nurse", "side": "Inside"}
    )
    drawn = {"size": "8", "question": "What first?"}
    assert client.post(to("circles_divide", community), drawn).status_code == 302
    page = text_of(client.get(to("circles_divide", community)))
    for words in ("2 circles, 18 people", "Every wish is kept.", "Ada Lovely", "1 of 18"):
        assert words in page
    draft = CircleDivision.objects.get()
    confirmed = client.post(
        to("circles_confirm", community), {"draft": draft.public_id, "with_hosts": "on"}
    )
    assert confirmed.headers["Location"] == to("circles", community)
    page = text_of(client.get(to("circles", community)))
    for words in ("What first?", "Circle 1", "Circle 2", "Ada Lovely", "My circle"):
        assert words in page
    screen = text_of(client.get(to("circles_screen", community)))
    for words in ("What first?", "Circle 1", "Circle 2", "Ada Lovely"):
        assert words in screen


def test_another_size_is_written_and_a_large_one_comes_with_a_warning() -> None:
    community, host, _people = plenary(30)
    client = signed_in(host)
    wrong = client.post(to("circles_divide", community), {"size": "other"})
    assert wrong.status_code == 422
    assert "Between 2 and 100" in text_of(wrong)
    client.post(to("circles_divide", community), {"size": "other", "other_size": "30"})
    page = text_of(client.get(to("circles_divide", community)))
    assert "A circle of 30 makes 435 pairs" in page
    client.post(to("circles_divide", community), {"size": "other", "other_size": "4"})
    assert "below five" in text_of(client.get(to("circles_divide", community)))


def test_members_neither_divide_nor_draft_and_strangers_see_no_circles() -> None:
    community, _host, people, _division = divided()
    for name in ("circles_divide", "circle_attributes"):
        assert signed_in(people[0]).get(to(name, community)).status_code == 403
    for name in ("circles_confirm", "circles_dissolve", "circle_move"):
        assert post(people[0], name, community).status_code == 403
    stranger = member_of(community_factory())
    for name in ("circles", "circles_screen", "circle_answers"):
        assert signed_in(stranger).get(to(name, community)).status_code == 404
        assert Client().get(to(name, community)).status_code == 302


def test_circles_are_seen_by_the_members_of_the_community_and_visited_by_their_own() -> None:
    community, host, _people, division = divided()
    one, other = two_apart(division, host)
    page = text_of(signed_in(one).get(to("circles", community)))
    assert other.name in page
    assert signed_in(one).get(to("community", circle_now(division, other))).status_code == 404
    assert signed_in(one).get(to("community", circle_now(division, one))).status_code == 200


def test_the_landing_leaves_the_circles_of_a_division_to_their_own_page() -> None:
    community, host, _people, _division = divided()
    community_factory(parent=community, name="Mill Lane")
    sections = queries.landing_for_page(fresh_reader(host), community).sections
    groups = next(section for section in sections if section.id == "groups")
    assert [line.title for line in groups.lines] == ["Mill Lane"]


def test_a_member_answers_and_wishes_and_reads_it_alone() -> None:
    community, host, people = plenary()
    actions.choose_circle_attributes(
        member=host, community=community, chosen={"trade": ["Nurse", "Baker"]}
    )
    me, other = people[0], people[1]
    assert post(me, "circle_answers", community, trade="Queen").status_code == 422
    assert post(me, "circle_answers", community, trade="Baker").status_code == 302
    assert CircleAnswer.objects.get().trade == "Baker"
    wish = {"other": other.public_id, "is_with": "apart"}
    assert post(me, "circle_wish", community, **wish).status_code == 302
    page = text_of(signed_in(me).get(to("circle_answers", community)))
    assert f"not with {other.name}" in page
    assert post(me, "circle_wish", community, other="nobody", is_with="with").status_code == 422
    assert post(me, "circle_wish_remove", community, other=other.public_id).status_code == 302
    assert not CircleWish.objects.exists()


def test_a_newcomer_is_offered_a_seat_where_they_arrive_and_takes_it() -> None:
    community, _host, _people, _division = divided()
    newcomer = member_of(community)
    client = signed_in(newcomer)
    assert "a seat is free for you" in text_of(client.get(to("community", community)))
    assert "Take a seat" in text_of(client.get(to("circles", community)))
    client.post(to("circle_seat", community))
    assert "My circle" in text_of(client.get(to("circles", community)))
    assert "a seat is free for you" not in text_of(client.get(to("community", community)))


def test_a_swap_is_asked_answered_and_taken_back() -> None:
    community, host, _people, division = divided()
    one, other = two_apart(division, host)
    there = circle_now(division, other)
    assert post(one, "circle_swap", community, other=one.public_id).status_code == 422
    assert post(one, "circle_swap", community, other=other.public_id).status_code == 302
    swap = CircleSwap.objects.get()
    asked = text_of(signed_in(other).get(to("circles", community)))
    assert f"{one.name} would like to change seats with you" in asked
    assert f"You asked {other.name}" in text_of(signed_in(one).get(to("circles", community)))
    answer = {"swap": swap.public_id, "answer": "yes"}
    assert post(one, "circle_swap_answer", community, **answer).status_code == 403
    assert post(host, "circle_swap_answer", community, **answer).status_code == 404
    assert post(other, "circle_swap_answer", community, **answer).status_code == 302
    assert circle_now(division, one) == there
    post(one, "circle_swap", community, other=other.public_id)
    swap = CircleSwap.objects.get(answered_at=None)
    back = {"swap": swap.public_id, "answer": "back"}
    assert post(one, "circle_swap_answer", community, **back).status_code == 302
    assert not CircleSwap.objects.waiting().exists()


def test_a_host_moves_somebody_by_a_form() -> None:
    community, host, _people, division = divided()
    one, other = two_apart(division, host)
    there = circle_now(division, other)
    data = {"person": one.public_id, "circle": there.slug}
    assert post(host, "circle_move", community, **data).status_code == 302
    assert circle_now(division, one) == there
    assert post(host, "circle_move", community, person="nobody").status_code == 422


def test_a_circle_finds_a_host_and_sends_its_synthesis_upward() -> None:
    community, host, _people, division = divided()
    one, other = two_apart(division, host)
    circle = circle_now(division, one)
    assert "Nobody hosts your circle yet" in text_of(signed_in(one).get(to("circles", community)))
    assert post(one, "circle_host", community).status_code == 302
    assert "Write the synthesis" in text_of(signed_in(one).get(to("community", circle)))
    assert post(one, "circle_synthesis", circle, synthesis=" ").status_code == 422
    assert post(one, "circle_synthesis", circle, synthesis="Benches *first*.").status_code == 302
    assert "Benches <em>first</em>" in text_of(signed_in(other).get(to("circles", community)))
    assert post(other, "circle_synthesis", circle, synthesis="No.").status_code == 404
    assert signed_in(one).get(to("circle_synthesis", community)).status_code == 404


def test_circles_that_are_ended_are_seen_no_more() -> None:
    community, host, people, _division = divided()
    assert post(host, "circles_dissolve", community).status_code == 302
    assert signed_in(people[0]).get(to("circles", community)).status_code == 404
    assert DividedCircle.objects.count() == 2


def pages_of(community: Community, circle: Community) -> list[str]:
    names = ("community", "community_members", "mandates", "circles", "circles_screen")
    more = ("circle_answers", "community_groups", "community_settings", "circles_divide")
    return [
        *(to(name, community) for name in names + more),
        to("community", circle),
        to("community_members", circle),
        reverse("home"),
        reverse("me"),
        f"/api/v1/communities/{community.slug}",
        f"/api/v1/communities/{community.slug}/circles",
    ]


def test_a_wish_not_to_sit_with_somebody_is_read_by_its_author_alone() -> None:
    """No page tells who wished what about whom: not to whom it is about, not to who divides."""
    community, host, people = plenary()
    author, about, third = people[:3]
    others = [host, about, third]

    def seen() -> dict[int, list[str]]:
        return {
            one.pk: [
                " ".join(_without_keys(signed_in(one).get(page).content.decode()).split())
                for page in pages_of(community, circle_now(division, one))
            ]
            for one in others
        }

    draft = actions.draft_circles(member=host, community=community, wished_size=8, seed=1)
    division = actions.confirm_circles(member=host, community=community, draft=draft.public_id)
    community.refresh_from_db()
    # Somebody whom the circles keep together: a wish that is broken, the hardest to hide.
    here = circle_id(division, author)
    if circle_id(division, about) != here:
        actions.move_to_circle(
            member=host,
            community=community,
            person=about,
            circle=Community.objects.get(pk=here or 0),
        )
    before = seen()
    actions.add_circle_wish(member=author, community=community, other=about, is_with=False)
    assert seen() == before
    own = text_of(signed_in(author).get(to("circle_answers", community)))
    assert f"not with {about.name}" in own
    assert "not kept" in own
    for one in others:
        assert "CircleWish" not in str(archive_of(one))


def _without_keys(page: str) -> str:
    """What differs from one request to the next whatever one wishes."""
    import re

    return re.sub(r'value="[\w-]{20,}"|nonce="[^"]*"', "", page)


def test_a_draft_that_breaks_wishes_tells_the_host_how_many_and_names_only_the_soft_ones() -> None:
    community, host, people = plenary(4)
    one, other, third = people
    # Four people in one circle: whoever wants to be apart cannot be.
    actions.add_circle_wish(member=one, community=community, other=other, is_with=False)
    actions.draft_circles(member=host, community=community, wished_size=4)
    page = text_of(signed_in(host).get(to("circles_divide", community)))
    assert "1 wish not to sit together is not kept. Only its author is told which." in page
    assert third.name in page
    # And in two circles of two, who wants to be with two others cannot be.
    actions.remove_circle_wish(member=one, community=community, other=other)
    for name in (other, third):
        actions.add_circle_wish(member=one, community=community, other=name, is_with=True)
    actions.draft_circles(member=host, community=community, wished_size=2)
    page = text_of(signed_in(host).get(to("circles_divide", community)))
    assert f"Not kept: {one.name} wished to sit with" in page


@pytest.mark.parametrize(
    ("name", "expected"),
    [("circles", 11), ("circles_screen", 10), ("circle_answers", 12), ("circles_divide", 12)],
)
def test_pages_of_circles_ask_as_much_for_two_circles_as_for_six(name: str, expected: int) -> None:
    counts = []
    for number in (16, 48):
        community, _host, people, division = divided(number, with_hosts=True)
        host = in_role(community, Role.HOST)
        reader = host if name == "circles_divide" else people[0]
        actions.draft_circles(member=host, community=community, wished_size=8)
        assert division.parts.count() == number // 8
        client = signed_in(reader)
        client.get(to(name, community))
        with CaptureQueriesContext(connection) as asked:
            assert client.get(to(name, community)).status_code == 200
        counts.append(len(asked))
    assert counts == [expected, expected]
