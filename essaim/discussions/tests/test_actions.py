from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from essaim.communities.models import Role
from essaim.communities.tests.factories import in_role, member_of
from essaim.discussions import actions
from essaim.discussions.facts import PostWritten
from essaim.discussions.models import EDIT_WINDOW, POST_LENGTH, Post
from essaim.discussions.tests.factories import post_factory, thread_factory
from essaim.foundation.access import Refused
from essaim.foundation.activity import deliver_pending, kind_of
from essaim.foundation.clock import at, now
from essaim.foundation.models import FactRow
from essaim.members.tests.factories import member_factory
from essaim.outreach.models import Notice

pytestmark = pytest.mark.django_db


def test_a_member_writes_and_the_fact_is_recorded_with_the_threads_audience() -> None:
    thread = thread_factory(audience="members")
    post = post_factory(thread)
    row = FactRow.objects.get(kind=kind_of(PostWritten))
    assert (row.actor_id, row.community_id, row.audience) == (
        post.author_id,
        thread.community_id,
        "members",
    )


def test_whoever_does_not_belong_is_refused_and_nothing_is_written() -> None:
    thread = thread_factory()
    with pytest.raises(Refused, match="Join this community"):
        actions.write_post(member=member_factory(), thread=thread, text="Hello")
    assert not Post.objects.exists()
    assert not FactRow.objects.exists()


def test_a_closed_thread_takes_nothing_new() -> None:
    thread = thread_factory(closed_at=now())
    member = member_of(thread.community)
    with pytest.raises(Refused, match="closed"):
        actions.write_post(member=member, thread=thread, text="One more")


@pytest.mark.parametrize("text", ["", "   \n ", "x" * (POST_LENGTH + 1), "a\x00b"])
def test_empty_endless_or_unprintable_text_is_refused_beside_the_field(text: str) -> None:
    thread = thread_factory()
    with pytest.raises(ValidationError):
        actions.write_post(member=member_of(thread.community), thread=thread, text=text)
    assert not Post.objects.exists()


def test_a_reply_keeps_its_parent_and_the_root_of_the_branch() -> None:
    root = post_factory()
    reply = post_factory(root.thread, parent=root)
    deeper = post_factory(root.thread, parent=reply)
    assert (reply.parent, reply.root_id) == (root, root.pk)
    assert (deeper.parent, deeper.root_id) == (reply, root.pk)


def test_a_reply_into_another_thread_is_refused() -> None:
    with pytest.raises(ValidationError):
        post_factory(thread_factory(), parent=post_factory())


def test_whoever_is_answered_is_told_once_and_not_by_themselves() -> None:
    root = post_factory()
    post_factory(root.thread, parent=root)
    post_factory(root.thread, parent=root, member=root.author)
    deliver_pending()
    deliver_pending()
    assert [n.member_id for n in Notice.objects.all()] == [root.author_id]


def test_a_message_is_corrected_within_the_window_and_not_after() -> None:
    post = post_factory()
    assert post.author
    actions.edit_post(member=post.author, post=post, text="I agree with the tram.")
    post.refresh_from_db()
    assert post.text == "I agree with the tram."
    assert post.edited_at
    with at(now() + EDIT_WINDOW + timedelta(seconds=1)), pytest.raises(Refused, match="withdraw"):
        actions.edit_post(member=post.author, post=post, text="Something else")


def test_nobody_corrects_or_withdraws_the_message_of_another() -> None:
    post = post_factory()
    host = in_role(post.thread.community, Role.HOST)
    with pytest.raises(Refused):
        actions.edit_post(member=host, post=post, text="Mine now")
    with pytest.raises(Refused):
        actions.withdraw_post(member=host, post=post)


def test_a_withdrawn_message_loses_its_text_and_keeps_its_replies() -> None:
    post = post_factory()
    reply = post_factory(post.thread, parent=post)
    assert post.author
    actions.withdraw_post(member=post.author, post=post)
    post.refresh_from_db()
    assert (post.text, bool(post.withdrawn_at)) == ("", True)
    assert Post.objects.standing().get() == reply
    with pytest.raises(Refused, match="withdrawn"):
        actions.withdraw_post(member=post.author, post=post)
