"""New accounts: what they may do, and what of theirs waits for a first look."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from essaim.communities.models import Role
from essaim.communities.readers import ANONYMOUS, Reader, fresh_reader
from essaim.communities.tests.factories import in_role, member_of
from essaim.discussions import actions, queries, tasks
from essaim.discussions.facts import PostWritten
from essaim.discussions.models import Case, ModerationPolicy, Outcome, Post, Thread, Waiting
from essaim.discussions.queries.listing import posts_for_list
from essaim.discussions.tests.factories import old_hand, post_factory, thread_factory
from essaim.foundation.access import Refused
from essaim.foundation.activity import deliver_pending, kind_of
from essaim.foundation.clock import at, now
from essaim.foundation.models import FactRow
from essaim.outreach.models import Notice

pytestmark = pytest.mark.django_db

SOLD = "Lose ten kilos in a week with the new tea of the doctor: bit.ly/tea"


def held(thread: Thread | None = None, **given: object) -> Post:
    post = post_factory(thread, text=SOLD, **given)
    assert post.waiting_for == Waiting.LOOK
    return post


def shown_to(reader: Reader, thread: Thread) -> list[tuple[str, str]]:
    page = queries.thread_for_page(reader, thread)
    comments = [*page.comments, *(reply for one in page.comments for reply in one.replies)]
    return [(one.state, one.text.striptags()) for one in comments]


def written() -> int:
    return FactRow.objects.filter(kind=kind_of(PostWritten)).count()


def test_a_first_message_that_sells_is_read_by_its_author_and_the_moderators_alone() -> None:
    post = held()
    thread = Thread.objects.select_related("community").get()
    assert post.author
    assert shown_to(fresh_reader(post.author), thread) == [("held", SOLD)]
    others = [ANONYMOUS, *(fresh_reader(one) for one in (old_hand(thread.community),))]
    for reader in others:
        assert shown_to(reader, thread) == []
        assert posts_for_list(reader, thread).items == ()
        assert queries.post_for_change(reader, post.public_id) is None
    host = fresh_reader(in_role(thread.community, Role.HOST))
    line = queries.queue_for_page(host, thread.community).items[0]
    assert line.is_held
    assert line.thing
    assert "ten kilos" in line.thing.text
    assert "its link hides where it leads" in line.signs
    assert written() == 0


def test_a_held_reply_is_counted_for_nobody_and_seen_by_its_author() -> None:
    root = post_factory(member=None)
    reply = held(root.thread, parent=root)
    assert reply.author
    page = queries.thread_for_page(fresh_reader(reply.author), root.thread)
    assert [one.state for one in page.comments[0].replies] == ["held"]
    assert (page.total, page.comments[0].more) == (1, 0)
    assert queries.thread_for_page(ANONYMOUS, root.thread).comments[0].replies == ()
    with pytest.raises(Refused):
        actions.write_post(
            member=reply.author, thread=root.thread, parent=reply, text="I reply to myself."
        )
    deliver_pending()
    assert not Notice.objects.filter(kind="discussions.reply").exists()


def test_a_moderator_releases_it_and_only_then_was_it_said() -> None:
    root = post_factory()
    reply = held(root.thread, parent=root)
    case = Case.objects.get()
    host = in_role(root.thread.community, Role.HOST)
    before = written()
    actions.decide_case(member=host, case=case, hide=False, reason="A real question.")
    assert written() == before + 1
    reply.refresh_from_db()
    assert (reply.hidden_at, reply.waiting_for) == (None, "")
    deliver_pending()
    assert Notice.objects.filter(kind="discussions.reply", member=root.author).exists()
    assert Notice.objects.filter(kind="communities.decision", member=reply.author).exists()


def test_what_is_refused_stays_readable_for_its_author_with_the_reason() -> None:
    post = held()
    host = in_role(post.thread.community, Role.HOST)
    actions.decide_case(member=host, case=Case.objects.get(), hide=True, reason="It sells tea.")
    assert post.author
    thread = Thread.objects.select_related("community").get()
    assert shown_to(fresh_reader(post.author), thread) == [("hidden", SOLD)]
    assert shown_to(ANONYMOUS, thread) == [("hidden", "")]
    assert written() == 0


def test_silence_releases_it_after_some_days() -> None:
    post = held()
    tasks.show_what_nobody_looked_at()
    assert Post.objects.filter(hidden_at__isnull=False).count() == 1
    with at(now() + timedelta(days=2, minutes=1)):
        tasks.show_what_nobody_looked_at()
        tasks.show_what_nobody_looked_at()
    post.refresh_from_db()
    assert post.hidden_at is None
    assert Case.objects.get().outcome == Outcome.RELEASED
    assert written() == 1


def test_its_author_withdraws_it_and_it_waits_again_when_that_is_undone() -> None:
    post = held()
    assert post.author
    actions.withdraw_post(member=post.author, post=post)
    with at(now() + timedelta(days=3)):
        tasks.show_what_nobody_looked_at()
    assert Case.objects.get().outcome == Outcome.WITHDRAWN
    actions.restore_post(member=post.author, post=post)
    post.refresh_from_db()
    assert (post.waiting_for, Case.objects.get().outcome) == (Waiting.LOOK, "")
    with pytest.raises(Refused, match="waits"):
        actions.edit_post(member=post.author, post=post, text="Better said.")


def test_a_new_account_writes_so_many_messages_a_day() -> None:
    thread = thread_factory()
    ModerationPolicy.objects.create(community=thread.community, newcomer_posts=2)
    member = member_of(thread.community)
    for number in range(2):
        post_factory(thread, member=member, text=f"Yes, {number}.")
    with pytest.raises(ValidationError, match="2 of these a day"):
        post_factory(thread, member=member)
    with at(now() + timedelta(days=1, minutes=1)):
        post_factory(thread, member=member)


def test_a_new_account_puts_so_many_links_into_a_message() -> None:
    thread = thread_factory()
    member = member_of(thread.community)
    two = "See https://a.example and https://b.example about the buses of our valley."
    with pytest.raises(ValidationError, match="1 link into what it writes; this has 2"):
        post_factory(thread, member=member, text=two)
    ModerationPolicy.objects.create(community=thread.community, newcomer_links=0)
    with pytest.raises(ValidationError, match="no links"):
        post_factory(thread, member=member, text="See https://a.example")


def test_who_is_new_until_something_of_theirs_stands() -> None:
    thread = thread_factory()
    member = old_hand(thread.community)
    assert post_factory(thread, member=member, text=SOLD).waiting_for == Waiting.LOOK
    host = in_role(thread.community, Role.HOST)
    actions.decide_case(member=host, case=Case.objects.get(), hide=False, reason="Fine.")
    assert post_factory(thread, member=member, text=SOLD).waiting_for == ""
    assert post_factory(thread, member=host, text=SOLD).waiting_for == ""


def test_the_same_words_from_several_new_accounts_wait() -> None:
    thread = thread_factory()
    said = "Everybody should write to the mayor today and ask for the old bridge to be closed."
    assert post_factory(thread, text=said).waiting_for == ""
    again = post_factory(thread, text=said.upper().replace("TODAY", "NOW"))
    assert again.waiting_for == Waiting.LOOK
    assert Case.objects.get().signs == ["copied", "capitals"]
