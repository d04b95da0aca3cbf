"""Long conversations: their pages stay small, and each message is found by following links."""

import re
from collections.abc import Callable, Sequence
from datetime import timedelta
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from essaim.communities.models import Role
from essaim.communities.readers import fresh_reader
from essaim.discussions import queries
from essaim.discussions.actions import support_post, write_post
from essaim.discussions.models import POST_LENGTH, Post
from essaim.discussions.tests.factories import old_hand
from essaim.foundation.clock import now
from essaim.ideas.models import Idea
from essaim.ideas.tests import factories as make
from essaim.members.models import Member

pytestmark = pytest.mark.django_db

MOST = 100_000  # bytes of a public page
MESSAGE = re.compile(r'<article\s+class="comment[^"]*"\s+id="message-(\w+)"')
LINK = re.compile(r'href="([^"#]+)[^"]*"\s*>\s*(?:[\d,]+ more repl|More messages|More replies)')


@pytest.fixture
def idea() -> Idea:
    return make.propose(make.make_debate(), title="A bus on Sundays", text="Every hour. " * 600)


@pytest.fixture
def member(idea: Idea) -> Member:
    """A host: nobody is offered more buttons."""
    return make.entrust(old_hand(idea.debate.community), idea.debate.community, Role.HOST)


@pytest.fixture
def see(member: Member) -> Callable[[str], str]:
    client = Client(headers={"accept-language": "en"})
    client.force_login(member)

    def get(address: str) -> str:
        response = client.get(address)
        assert response.status_code == 200
        assert len(response.content) <= MOST
        return response.content.decode()

    return get


def page_of(idea: Idea) -> str:
    return reverse("idea", args=[idea.public_id])


def say(idea: Idea, text: str = "Yes.", parent: Post | None = None) -> Post:
    author = old_hand(idea.debate.community)  # nobody whose messages wait for a first look
    return write_post(member=author, thread=idea.thread, text=text, parent=parent)


def replies(root: Post, number: int, text: str = "I would use it.") -> Sequence[Post]:
    """Many at once; each third one answers the one before."""
    made = [
        Post(
            thread=root.thread,
            root=root,
            parent=root,
            author=root.author,
            text=f"{text} {n}",
            created_at=now() + timedelta(seconds=n // 2),
        )
        for n in range(number)
    ]
    Post.objects.bulk_create(made)
    for before, post in zip(made[1::3], made[2::3], strict=False):
        post.parent = before
    Post.objects.bulk_update(made, ["parent"])
    return made


def test_two_thousand_replies_are_read_page_by_page(idea: Idea, see: Callable[[str], str]) -> None:
    root = say(idea)
    made = replies(root, 2_000)
    assert "1,997 more replies" in see(page_of(idea))
    found: set[str] = set()
    waiting, seen = [page_of(idea)], set[str]()
    while waiting:
        address = waiting.pop()
        seen.add(address)
        page = see(address)
        found |= set(MESSAGE.findall(page))
        for link in map(unescape, LINK.findall(page)):
            following = link if link.startswith("/") else address.split("?")[0] + link
            if following not in seen:
                waiting.append(following)
    assert found == {root.public_id, *(post.public_id for post in made)}


def test_a_page_costs_the_same_however_many_replied(idea: Idea, see: Callable[[str], str]) -> None:
    def cost(address: str) -> int:
        with CaptureQueriesContext(connection) as asked:
            see(address)
        return len(asked)

    root = say(idea)
    last = replies(root, 4)[-1]
    addresses = [page_of(idea), *(reverse("post", args=[one.public_id]) for one in (root, last))]
    few = [cost(address) for address in addresses]
    replies(root, 400)
    assert few == [cost(address) for address in addresses]


def test_the_address_of_a_message_shows_it_wherever_it_stands(
    idea: Idea, see: Callable[[str], str]
) -> None:
    root = say(idea)
    made = replies(root, 60)
    for post in (root, made[0], made[2], made[-1]):
        page = see(reverse("post", args=[post.public_id]))
        assert MESSAGE.findall(page).count(post.public_id) == 1
        assert MESSAGE.findall(page)[0] == root.public_id
    last = see(reverse("post", args=[made[-1].public_id]))
    assert MESSAGE.findall(last) == [root.public_id, made[-1].public_id]
    assert "Among the replies to" in last
    assert f'href="{reverse("post", args=[root.public_id])}"' in last  # to the earlier ones


def test_a_reply_apart_from_what_it_answers_leads_to_it(
    idea: Idea, see: Callable[[str], str]
) -> None:
    root = say(idea)
    early = say(idea, "Early.", parent=root)
    replies(root, 40)
    late = say(idea, "Late.", parent=early)
    Post.objects.filter(pk=late.pk).update(created_at=now() + timedelta(hours=1))
    page = see(reverse("post", args=[late.public_id]))
    assert early.author
    assert f"In answer to {early.author.name}" in page
    assert f"/messages/{early.public_id}/#message-{early.public_id}" in page
    Post.objects.filter(pk=early.pk).update(text="", withdrawn_at=now())
    page = see(reverse("post", args=[late.public_id]))
    assert early.author.name not in page
    assert "In answer to another message" in page


@pytest.mark.parametrize("text", ["Yes.", "é" * POST_LENGTH, "- **a**\n" * (POST_LENGTH // 8)])
def test_a_full_page_of_a_conversation_is_small_with_all_buttons(
    idea: Idea, member: Member, see: Callable[[str], str], text: str
) -> None:
    for _ in range(20):
        root = say(idea, text)
        for _ in range(2):
            support_post(member=member, post=say(idea, text, parent=root))
    page = see(page_of(idea))
    assert "More messages" in page
    see(reverse("post", args=[root.public_id]))
    following = LINK.findall(page)[-1]
    see(page_of(idea) + unescape(following))


def test_whoever_wrote_reads_it_also_where_many_have_spoken(idea: Idea, member: Member) -> None:
    client = Client(headers={"accept-language": "en"})
    client.force_login(member)
    write = reverse("thread_post", args=[idea.thread.public_id])

    def written(**said: str) -> tuple[str, str]:
        place = client.post(write, {"text": "Mine.", **said})["Location"]
        post = Post.objects.latest("pk")
        page = client.get(place.split("#")[0]).content.decode()
        assert post.public_id in MESSAGE.findall(page)
        assert place.endswith(f"#message-{post.public_id}")
        return place, post.public_id

    place, first = written()
    assert place.startswith(page_of(idea))
    assert written(parent=first)[0].startswith(page_of(idea))
    for _ in range(3):
        place, _reply = written(parent=first)
    assert place.startswith("/messages/")
    for _ in range(30):
        say(idea, "Long. " * 400)
    assert written()[0].startswith("/messages/")


def test_a_button_on_the_page_of_a_branch_leads_back_to_it(idea: Idea, member: Member) -> None:
    root = say(idea)
    last = replies(root, 60)[-1]
    client = Client(headers={"accept-language": "en"})
    client.force_login(member)
    page = client.get(reverse("post", args=[last.public_id])).content.decode()
    sent = {
        name: re.findall(rf'name="{name}" value="([^"]*)"', page)[-1]
        for name in ("after", "branch")
    }
    assert sent["branch"] == root.public_id
    answer = client.post(reverse("post_support", args=[last.public_id]), sent)
    back, _hash, anchor = answer["Location"].partition("#")
    assert back.startswith(reverse("post", args=[root.public_id]))
    assert anchor == f"message-{last.public_id}"
    assert last.public_id in MESSAGE.findall(client.get(back).content.decode())


def test_imported_replies_may_be_older_than_what_they_answer(idea: Idea, member: Member) -> None:
    root = say(idea)
    parent, reply = replies(root, 2)
    Post.objects.filter(pk=reply.pk).update(
        parent=parent, created_at=parent.created_at - timedelta(days=1)
    )
    page = queries.thread_for_page(fresh_reader(member), idea.thread)
    assert [one.public_id for one in page.comments[0].replies] == [
        reply.public_id,
        parent.public_id,
    ]
    assert page.comments[0].more == 0
