"""What each address of a conversation answers; whatever owns the thread is a page of its own."""

from collections.abc import Callable, Collection, Iterator
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from essaim.communities.models import Audience, Role
from essaim.communities.readers import Reader
from essaim.communities.tests.factories import in_role, member_of
from essaim.discussions import actions, rules, tasks
from essaim.discussions.models import Case, Current, Post, PostSupport, PostVersion, Report, Stance
from essaim.discussions.models import Thread as ThreadRow
from essaim.discussions.queries import THREAD_SUBJECTS, Subject
from essaim.discussions.tests.factories import post_factory, thread_factory
from essaim.foundation.access import Refused
from essaim.foundation.activity import deliver_pending
from essaim.foundation.clock import at, now
from essaim.members.models import Member
from essaim.members.tests.factories import member_factory

pytestmark = pytest.mark.django_db

Signed = Callable[[Member], Client]


@pytest.fixture(autouse=True)
def owner() -> Iterator[None]:
    """An upper floor's page that owns all threads here."""

    def subjects(reader: Reader, ids: Collection[int]) -> dict[int, list[Subject]]:
        visible = rules.threads_visible_to(reader).filter(pk__in=ids)
        return {one.pk: [Subject("test", "Buses", "/about/buses/")] for one in visible}

    before = list(THREAD_SUBJECTS._fillers)
    THREAD_SUBJECTS.fills(subplatform="discussions", order=99)(subjects)
    yield
    THREAD_SUBJECTS._fillers[:] = before


@pytest.fixture
def signed() -> Signed:
    def sign_in(member: Member) -> Client:
        client = Client(headers={"accept-language": "en"})
        client.force_login(member)
        return client

    return sign_in


def address(name: str, thing: Post | ThreadRow | Current) -> str:
    return reverse(name, args=[thing.public_id])


def said(client: Client, name: str, thing: Post | ThreadRow | Current, status: int = 200) -> str:
    response = client.get(address(name, thing))
    assert response.status_code == status, response.content[:500]
    return response.content.decode()


def test_a_message_and_a_position_are_written_with_one_form(signed: Signed) -> None:
    thread = thread_factory()
    client = signed(member_of(thread.community))
    write = address("thread_post", thread)
    answer = client.post(write, {"text": "Yes.", "position": "for"})
    post = Post.objects.get()
    assert answer["Location"] == f"/about/buses/#message-{post.public_id}"
    assert (post.position, Stance.objects.get().position) == ("for", "for")
    client.post(write, {"text": "Hm.", "position": "none"})
    assert Post.objects.latest("pk").position == ""


def test_what_is_wrong_is_said_beside_its_field(signed: Signed) -> None:
    thread = thread_factory()
    client = signed(member_of(thread.community))
    for values, words in [
        ({"text": " "}, "Write something first."),
        ({"text": "Yes.", "position": "maybe"}, "Choose: for, against, another way, or none."),
    ]:
        answer = client.post(address("thread_post", thread), values)
        assert answer.status_code == 422
        assert words in answer.content.decode()
    assert not Post.objects.exists()


def test_a_reply_is_asked_for_no_position(signed: Signed) -> None:
    post = post_factory(position="for")
    client = signed(member_of(post.thread.community))
    page = client.get(address("thread_post", post.thread) + f"?to={post.public_id}")
    assert 'name="position"' not in page.content.decode()
    client.post(address("thread_post", post.thread), {"text": "Why?", "parent": post.public_id})
    assert Post.objects.latest("pk").parent == post


def test_a_stance_is_one_click_and_another_takes_it_back(signed: Signed) -> None:
    thread = thread_factory()
    client = signed(member_of(thread.community))
    stance = address("thread_stance", thread)
    assert (
        client.post(stance, {"position": "against"})["Location"] == "/about/buses/#stance-against"
    )
    assert Stance.objects.get().position == "against"
    client.post(stance, {"position": ""})
    assert not Stance.objects.exists()
    assert client.get(stance).status_code == 405


def test_support_is_one_click_and_leads_back_to_where_one_was(signed: Signed) -> None:
    post = post_factory()
    client = signed(member_of(post.thread.community))
    answer = client.post(address("post_support", post), {"after": "c=d"})
    assert answer["Location"] == f"/about/buses/?after=c%3Dd#message-{post.public_id}"
    assert PostSupport.objects.count() == 1
    client.post(address("post_unsupport", post))
    assert not PostSupport.objects.exists()


def test_the_page_of_a_message_shows_what_was_corrected(signed: Signed, client: Client) -> None:
    post = post_factory(text="On Sundays.")
    assert post.author
    signed(post.author).post(address("post_edit", post), {"text": "On all Sundays."})
    page = said(client, "post", post)
    assert "On all Sundays." in page
    assert "<ins>" in page
    assert page.count("all ") == 2


def test_saving_the_same_words_is_no_correction() -> None:
    post = post_factory()
    assert post.author
    actions.edit_post(member=post.author, post=post, text=post.text)
    assert not PostVersion.objects.exists()


@pytest.mark.parametrize("gone", ["withdrawn", "hidden"])
def test_what_a_message_said_goes_with_it(gone: str, client: Client) -> None:
    post = post_factory(text="A secret kanari.")
    assert post.author
    actions.edit_post(member=post.author, post=post, text="Nothing of it.")
    if gone == "withdrawn":
        actions.withdraw_post(member=post.author, post=post)
    else:
        actions.report_post(member=member_factory(), post=post, reason="abuse")
        host = in_role(post.thread.community, Role.HOST)
        case = Case.objects.get()
        actions.decide_case(member=host, case=case, hide=True, reason="A person's name.")
    page = said(client, "post", post)
    assert "kanari" not in page
    assert "Nothing of it" not in page


def test_v03_the_sub_pages_of_a_thread_are_hidden_from_outsiders(signed: Signed) -> None:
    thread = thread_factory(audience=Audience.MEMBERS)
    post = post_factory(thread)
    host = in_role(thread.community, Role.HOST)
    current = actions.name_current(member=host, thread=thread, name="A", posts=[post])
    stranger = signed(member_factory())
    read: list[tuple[str, Post | ThreadRow | Current]] = [
        ("post", post),
        ("thread_post", thread),
        ("current_new", thread),
        ("current_edit", current),
    ]
    for name, thing in read:
        said(stranger, name, thing, status=404)
    done: list[tuple[str, Post | ThreadRow | Current]] = [
        ("post_support", post),
        ("post_unsupport", post),
        ("thread_stance", thread),
        ("post_restore", post),
        ("post_report_withdraw", post),
        ("current_leave", current),
        ("current_withdraw", current),
    ]
    for name, thing in done:
        assert stranger.post(address(name, thing)).status_code == 404
    assert not PostSupport.objects.exists()
    assert not Stance.objects.exists()


def test_a_host_names_changes_and_withdraws_a_current(signed: Signed) -> None:
    thread = thread_factory()
    posts = [post_factory(thread, text=text) for text in ("Mend it.", "Oil it.")]
    client = signed(in_role(thread.community, Role.HOST))
    assert "Mend it." in said(client, "current_new", thread)
    Member.objects.update(language="fr")
    assert "\u00a0: Mend it." in said(client, "current_new", thread)
    Member.objects.update(language="en")
    values = {"name": "Repair first", "summary": "", "posts": [posts[0].public_id]}
    assert client.post(address("current_new", thread), values).status_code == 302
    current = Current.objects.get()
    page = said(client, "current_edit", current)
    assert f'value="{posts[0].public_id}"' in page
    answer = client.post(address("current_edit", current), values | {"posts": ["nothing"]})
    assert answer.status_code == 422
    client.post(
        address("current_edit", current), values | {"posts": [one.public_id for one in posts]}
    )
    assert current.carriers.count() == 2
    client.post(address("current_withdraw", current))
    assert client.get(address("current_edit", current)).status_code == 404


def test_an_author_hears_of_the_current_and_leaves_it(signed: Signed) -> None:
    post = post_factory(text="Mend it.")
    assert post.author
    host = in_role(post.thread.community, Role.HOST)
    current = actions.name_current(
        member=host,
        thread=post.thread,
        name="Repair first",
        posts=[post, post_factory(post.thread)],
    )
    deliver_pending()
    client = signed(post.author)
    notices = client.get(reverse("notices")).content.decode()
    assert "Repair first" in notices
    assert f"/about/buses/#current-{current.public_id}" in notices
    client.post(address("current_leave", current))
    assert "Repair first" not in client.get(reverse("notices")).content.decode()
    assert post not in {row.post for row in current.carriers.filter(left_at=None)}


def test_a_withdrawn_message_comes_back_within_minutes_and_not_later(signed: Signed) -> None:
    post = post_factory(text="Said too soon.", position="for")
    assert post.author
    client = signed(post.author)
    client.post(address("post_withdraw", post))
    post.refresh_from_db()
    assert post.text == ""
    client.post(address("post_restore", post))
    post.refresh_from_db()
    assert (post.text, post.withdrawn_at, post.position) == ("Said too soon.", None, "for")
    client.post(address("post_withdraw", post))
    with at(now() + timedelta(minutes=16)):
        with pytest.raises(Refused, match="too late"):
            actions.restore_post(member=post.author, post=post)
        tasks.forget_what_was_withdrawn()
    assert not PostVersion.objects.exists()


def test_nobody_else_puts_a_message_back() -> None:
    post = post_factory()
    assert post.author
    actions.withdraw_post(member=post.author, post=post)
    with pytest.raises(Refused, match="author"):
        actions.restore_post(member=in_role(post.thread.community, Role.HOST), post=post)


def test_a_report_is_taken_back_while_nobody_decided(signed: Signed) -> None:
    post = post_factory()
    member = member_of(post.thread.community)
    client = signed(member)
    client.post(address("post_report", post), {"reason": "spam", "note": "It sells."})
    assert "Take my report back" in said(client, "post_report", post)
    client.post(address("post_report_withdraw", post))
    assert not Report.objects.exists()
    actions.report_post(member=member, post=post, reason="spam")
    host = in_role(post.thread.community, Role.HOST)
    actions.decide_case(member=host, case=Case.objects.get(outcome=""), hide=False, reason="No.")
    assert not actions.withdraw_report(member=member, post=post)
    assert Report.objects.count() == 1
