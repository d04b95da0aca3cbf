"""The conversation as an idea's page shows it, to whoever looks."""

import pytest
from django.test import Client
from django.urls import reverse

from essaim.discussions.actions import name_current, support_post, take_stance, write_post
from essaim.discussions.models import Post, Thread
from essaim.ideas.models import Idea
from essaim.ideas.tests import factories as make
from essaim.members.models import Member

pytestmark = pytest.mark.django_db


@pytest.fixture
def idea() -> Idea:
    return make.propose(make.make_debate(), title="A bus on Sundays")


def say(idea: Idea, text: str, position: str = "") -> Post:
    return write_post(
        member=make.make_person(idea.debate.community),
        thread=Thread.objects.get(pk=idea.thread_id),
        text=text,
        position=position,
    )


def page(idea: Idea, member: Member | None = None) -> str:
    client = Client(headers={"accept-language": "en"})
    if member:
        client.force_login(member)
    response = client.get(reverse("idea", args=[idea.public_id]))
    assert response.status_code == 200
    return response.content.decode()


def test_each_view_stands_above_the_conversation_with_what_convinced_others(idea: Idea) -> None:
    say(idea, "Yes, to Pau.", "for")
    against = say(idea, "Nobody took it.", "against")
    convinced = make.make_person(idea.debate.community)
    take_stance(member=convinced, thread=against.thread, position="for")
    support_post(member=convinced, post=against)
    shown = page(idea, make.make_person(idea.debate.community))
    views = shown[shown.index("Each view at its strongest") : shown.index("Where do I stand?")]
    assert views.index("Yes, to Pau.") < views.index("Nobody took it.")
    assert "Convinced 1 person who sees it differently." in views
    assert "%" not in views


def test_whoever_takes_part_sees_their_own_stance_pressed_and_nobody_elses_name(
    idea: Idea,
) -> None:
    post = say(idea, "Yes.")
    member = make.make_person(idea.debate.community, "Ada Lovelace")
    take_stance(member=member, thread=post.thread, position="against")
    support_post(member=member, post=post)
    shown = page(idea, member)
    pressed = shown[: shown.index('aria-pressed="true"')]
    assert 'value="against"' in pressed[-120:]
    assert "You find it convincing · 1" in shown
    other = page(idea, make.make_person(idea.debate.community))
    assert "Ada Lovelace" not in other
    assert 'aria-pressed="true"' not in other


def test_a_passer_by_reads_and_is_offered_nothing_to_press(idea: Idea) -> None:
    post = say(idea, "Yes.", "for")
    host = make.make_host(idea.debate.community)
    name_current(member=host, thread=post.thread, name="Repair first", posts=[post])
    shown = page(idea)
    assert "Repair first" in shown
    assert "Each view at its strongest" in shown
    for action in ("thread_stance", "current_leave", "post_support"):
        path = reverse(action, args=["x"]).split("x")[-1]
        assert f'{path}"' not in shown
    assert "Name a current of thought" not in shown
    assert "Name a current of thought" in page(idea, host)


def test_a_calm_conversation_without_positions_shows_neither_block(idea: Idea) -> None:
    say(idea, "Yes.")
    shown = page(idea, make.make_person(idea.debate.community))
    assert "Each view at its strongest" not in shown
    assert "Currents of thought" not in shown
