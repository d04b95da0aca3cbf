"""A message that states another way becomes an idea, linked to the one it answers."""

import re

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from essaim.communities.readers import fresh_reader
from essaim.discussions.actions import withdraw_post, write_post
from essaim.discussions.models import Post, Thread
from essaim.foundation.access import Refused
from essaim.ideas import actions, queries
from essaim.ideas.models import Idea
from essaim.ideas.tests import factories as make
from essaim.members.models import Member

pytestmark = pytest.mark.django_db


@pytest.fixture
def idea() -> Idea:
    return make.propose(make.make_debate(), title="A bus on Sundays")


def another_way(
    idea: Idea, text: str = "A minibus on call.", position: str = "another_way"
) -> Post:
    thread = Thread.objects.get(pk=idea.thread_id)
    member = make.make_person(idea.debate.community)
    return write_post(member=member, thread=thread, text=text, position=position)


def become(post: Post, idea: Idea, member: Member | None = None, title: str = "Minibus") -> Idea:
    author = member or post.author
    assert author
    return actions.propose_idea(
        member=author, debate=idea.debate, title=title, text=post.text, from_post=post
    )


def linked(idea: Idea) -> queries.Alternatives:
    found = queries.idea_to_read(fresh_reader(make.make_member()), idea.public_id)
    assert found
    return queries.alternatives_for_page(fresh_reader(make.make_member()), found)


def test_another_way_becomes_an_idea_linked_in_both_directions(idea: Idea) -> None:
    post = another_way(idea)
    made = become(post, idea)
    assert [one.title for one in linked(idea).ways] == ["Minibus"]
    assert linked(idea).became == {post.public_id: made.public_id}
    than = linked(made).than
    assert than
    assert than.title == "A bus on Sundays"
    assert linked(made).ways == ()


def test_a_message_becomes_an_idea_once_unless_that_one_is_withdrawn(idea: Idea) -> None:
    post = another_way(idea)
    made = become(post, idea)
    with pytest.raises(ValidationError, match="already become"):
        become(post, idea, title="Again")
    assert made.author
    actions.withdraw_idea(member=made.author, idea=made)
    assert become(post, idea, title="Again").from_post == post


def test_only_its_author_makes_it_an_idea_and_only_of_another_way(idea: Idea) -> None:
    post = another_way(idea)
    with pytest.raises(Refused, match="author"):
        become(post, idea, member=make.make_host(idea.debate.community))
    with pytest.raises(Refused, match="another way"):
        become(another_way(idea, position="for"), idea)
    assert post.author
    withdraw_post(member=post.author, post=post)
    with pytest.raises(Refused, match="no longer shown"):
        become(post, idea)
    assert Idea.objects.count() == 1


def test_a_message_of_another_debate_is_not_brought_in(idea: Idea) -> None:
    elsewhere = make.propose(make.make_debate(idea.debate.community))
    with pytest.raises(ValidationError, match="another debate"):
        become(another_way(elsewhere), idea)


def test_the_form_comes_filled_and_leads_to_the_new_idea(idea: Idea) -> None:
    post = another_way(idea, text="A minibus on call.\n\nOne phones the day before.")
    assert post.author
    client = Client(headers={"accept-language": "en"})
    client.force_login(post.author)
    page = client.get(reverse("idea", args=[idea.public_id])).content.decode()
    address = reverse("idea_of_post", args=[post.public_id])
    assert address in page
    form = client.get(address).content.decode()
    assert 'value="A minibus on call."' in form
    assert "One phones the day before." in form
    said = " ".join(re.sub(r"<[^>]+>", "", form).split())
    assert "linked to “A bus on Sundays”, to which it is another way" in said
    again = client.get(address, {"title": "A bus on Sundays"}).content.decode()
    assert "say it already" not in again
    values = {"title": "A minibus on call", "text": post.text, "language": "en"}
    answer = client.post(address, values, follow=True)
    said = " ".join(re.sub(r"<[^>]+>", "", answer.content.decode()).split())
    assert "Another way than “A bus on Sundays”" in said
    page = client.get(reverse("idea", args=[idea.public_id])).content.decode()
    assert "Other ways that became ideas" in page
    assert address not in page


def test_a_link_never_shows_an_idea_that_is_hidden(idea: Idea) -> None:
    post = another_way(idea)
    made = become(post, idea)
    host = make.make_host(idea.debate.community)
    actions.hide_idea(member=host, idea=idea, reason="It names a person.")
    assert linked(made).than is None


def test_an_alternative_that_has_alternatives_names_each_of_them_once(idea: Idea) -> None:
    made = become(another_way(idea), idea)
    further = become(another_way(made), made, title="Shared taxi")
    for text in ("Cheaper.", "Slower."):
        another_way(further, text=text, position="")
    assert [one.title for one in linked(made).ways] == ["Shared taxi"]
