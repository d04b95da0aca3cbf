"""Currents of thought: named by hosts, carried by messages, left by their authors."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from essaim.communities.models import Role
from essaim.communities.readers import fresh_reader
from essaim.communities.tests.factories import community_factory, in_role, member_of
from essaim.discussions import actions
from essaim.discussions.facts import CurrentChanged
from essaim.discussions.listeners import tell_authors_what_they_carry_now
from essaim.discussions.models import Current, Post, Thread
from essaim.discussions.queries import CurrentShown, messages_for_choice, thread_for_page
from essaim.discussions.tests.factories import post_factory, thread_factory
from essaim.foundation.access import Refused
from essaim.foundation.activity import deliver_pending
from essaim.foundation.clock import at, now
from essaim.foundation.models import FactRow
from essaim.members.actions import make_token
from essaim.members.models import Member, Scope
from essaim.outreach.models import Notice

pytestmark = pytest.mark.django_db


@pytest.fixture
def thread() -> Thread:
    return thread_factory()


@pytest.fixture
def host(thread: Thread) -> Member:
    return in_role(thread.community, Role.HOST)


def shown(thread: Thread, member: Member | None = None) -> tuple[CurrentShown, ...]:
    return thread_for_page(fresh_reader(member or member_of(thread.community)), thread).currents


def test_a_host_names_a_current_and_its_authors_are_told_once(thread: Thread, host: Member) -> None:
    posts = [post_factory(thread, text=text) for text in ("Mend it", "Oil it")]
    current = actions.name_current(
        member=host, thread=thread, name="Repair first", summary="Before building.", posts=posts
    )
    deliver_pending()
    actions.change_current(
        member=host, current=current, name="Repair first", summary="Before building.", posts=posts
    )
    deliver_pending()
    assert {n.member_id for n in Notice.objects.all()} == {post.author_id for post in posts}
    assert Notice.objects.count() == 2
    (seen,) = shown(thread)
    assert (seen.name, seen.summary) == ("Repair first", "Before building.")
    assert [one.excerpt for one in seen.carriers] == ["Mend it", "Oil it"]
    assert not seen.may_leave
    assert not seen.may_change


@pytest.mark.parametrize("role", [Role.MODERATOR, Role.ELECTED, None])
def test_whoever_does_not_host_names_nothing(thread: Thread, role: Role | None) -> None:
    member = in_role(thread.community, role) if role else member_of(thread.community)
    with pytest.raises(Refused, match="host"):
        actions.name_current(
            member=member, thread=thread, name="Mine", posts=[post_factory(thread)]
        )
    assert not Current.objects.exists()


def test_the_host_of_a_neighbour_names_nothing(thread: Thread) -> None:
    neighbour = in_role(community_factory(), Role.HOST)
    with pytest.raises(Refused):
        actions.name_current(
            member=neighbour, thread=thread, name="Mine", posts=[post_factory(thread)]
        )


def test_a_current_needs_a_name_and_messages_that_stand_there(thread: Thread, host: Member) -> None:
    post = post_factory(thread)
    gone = post_factory(thread)
    assert gone.author
    actions.withdraw_post(member=gone.author, post=gone)
    for name, posts, field in [
        (" ", [post], "name"),
        ("x" * 121, [post], "name"),
        ("Good", [], "posts"),
        ("Good", [post_factory()], "posts"),
        ("Good", [post, gone], "posts"),
    ]:
        with pytest.raises(ValidationError) as refusal:
            actions.name_current(member=host, thread=thread, name=name, posts=posts)
        assert field in refusal.value.message_dict
    assert not Current.objects.exists()


def test_an_author_leaves_for_good_and_no_host_puts_them_back(thread: Thread, host: Member) -> None:
    leaver = member_of(thread.community)
    mine = [post_factory(thread, member=leaver) for _ in range(2)]
    other = post_factory(thread)
    current = actions.name_current(member=host, thread=thread, name="A", posts=[mine[0], other])
    assert shown(thread, leaver)[0].may_leave
    assert actions.leave_current(member=leaver, current=current)
    assert not actions.leave_current(member=leaver, current=current)
    assert [one.public_id for one in shown(thread)[0].carriers] == [other.public_id]
    for again in mine:  # neither that message nor another of theirs
        with pytest.raises(ValidationError, match="left"):
            actions.change_current(member=host, current=current, name="A", posts=[again, other])
    assert [one.public_id for one in shown(thread)[0].carriers] == [other.public_id]


def test_whoever_left_a_current_is_put_into_no_other_of_that_conversation(
    thread: Thread, host: Member
) -> None:
    leaver = member_of(thread.community)
    mine = [post_factory(thread, member=leaver) for _ in range(2)]
    other = post_factory(thread)
    left = actions.name_current(member=host, thread=thread, name="A", posts=[mine[0]])
    assert actions.leave_current(member=leaver, current=left)
    for again in mine:
        with pytest.raises(ValidationError, match="left"):
            actions.name_current(member=host, thread=thread, name="B", posts=[again, other])
    current = actions.name_current(member=host, thread=thread, name="B", posts=[other])
    for again in mine:
        with pytest.raises(ValidationError, match="left"):
            actions.change_current(member=host, current=current, name="B", posts=[again, other])
    assert [one.public_id for one in messages_for_choice(thread)] == [other.public_id]
    elsewhere = thread_factory(thread.community)
    post = post_factory(elsewhere, member=leaver)
    actions.name_current(member=host, thread=elsewhere, name="A", posts=[post])
    assert len(shown(elsewhere)) == 1


def test_whoever_left_one_current_still_carries_the_others_they_stay_in(
    thread: Thread, host: Member
) -> None:
    leaver = member_of(thread.community)
    mine, new = post_factory(thread, member=leaver), post_factory(thread)
    kept = actions.name_current(member=host, thread=thread, name="A", posts=[mine])
    left = actions.name_current(member=host, thread=thread, name="B", posts=[mine])
    assert actions.leave_current(member=leaver, current=left)
    actions.change_current(member=host, current=kept, name="A", posts=[mine, new])
    assert {one.public_id for one in shown(thread)[0].carriers} == {mine.public_id, new.public_id}
    assert mine.public_id in {one.public_id for one in messages_for_choice(thread, current=kept)}


def test_a_current_that_nobody_carries_any_more_is_over(thread: Thread, host: Member) -> None:
    post = post_factory(thread)
    assert post.author
    current = actions.name_current(member=host, thread=thread, name="A", posts=[post])
    actions.leave_current(member=post.author, current=current)
    current.refresh_from_db()
    assert (current.name, bool(current.withdrawn_at)) == ("", True)
    assert shown(thread) == ()


def test_who_carries_a_current_is_told_when_its_words_change(thread: Thread, host: Member) -> None:
    old, new = post_factory(thread), post_factory(thread)
    current = actions.name_current(member=host, thread=thread, name="A", posts=[old])
    deliver_pending()
    actions.change_current(member=host, current=current, name="A", posts=[old, new])
    deliver_pending()
    assert Notice.objects.filter(member=old.author).count() == 1
    assert Notice.objects.filter(member=new.author).count() == 1
    for name in ("B", "C"):
        actions.change_current(member=host, current=current, name=name)
        deliver_pending()
    assert Notice.objects.filter(kind="discussions.current_reworded").count() == 2  # once a day


def test_what_was_reworded_before_midnight_and_is_told_after_it_counts_for_its_day(
    thread: Thread, host: Member
) -> None:
    current = actions.name_current(
        member=host, thread=thread, name="A", posts=[post_factory(thread)]
    )
    reworded = Notice.objects.filter(kind="discussions.current_reworded")
    evening = now().replace(hour=20, minute=0)  # UTC: evening in Paris all year
    with at(evening):
        actions.change_current(member=host, current=current, name="B")
        deliver_pending()
        actions.change_current(member=host, current=current, name="C")
    with at(evening + timedelta(hours=6)):
        deliver_pending()
        assert reworded.count() == 1
        actions.change_current(member=host, current=current, name="D")
        deliver_pending()
    assert reworded.count() == 2


def test_a_rewording_recorded_before_facts_said_its_day_is_told(
    thread: Thread, host: Member
) -> None:
    current = actions.name_current(
        member=host, thread=thread, name="A", posts=[post_factory(thread)]
    )
    details = {"current_id": current.pk, "thread_id": thread.pk, "is_reworded": True}
    tell_authors_what_they_carry_now(CurrentChanged.from_row(FactRow(details=details)))
    assert Notice.objects.filter(kind="discussions.current_reworded").count() == 1


def test_any_host_withdraws_it_and_its_words_go_while_the_messages_stay(
    thread: Thread, host: Member
) -> None:
    post = post_factory(thread)
    current = actions.name_current(
        member=host, thread=thread, name="A", summary="Long", posts=[post]
    )
    another = in_role(thread.community, Role.FACILITATOR)
    actions.withdraw_current(member=another, current=current)
    current.refresh_from_db()
    assert (current.name, current.summary) == ("", "")
    assert Post.objects.standing().get() == post
    with pytest.raises(Refused, match="withdrawn"):
        actions.change_current(member=host, current=current, name="B")


def test_a_host_withdraws_a_current_of_a_closed_conversation_but_no_longer_changes_it(
    thread: Thread, host: Member
) -> None:
    current = actions.name_current(
        member=host, thread=thread, name="A", posts=[post_factory(thread)]
    )
    actions.close_threads(thread_ids=[thread.pk])
    thread.refresh_from_db()
    (seen,) = shown(thread, host)
    assert (seen.may_change, seen.may_withdraw) == (False, True)
    (seen,) = shown(thread)
    assert not seen.may_withdraw
    with pytest.raises(Refused, match="closed"):
        actions.change_current(member=host, current=current, name="B")
    with pytest.raises(Refused, match="host"):
        actions.withdraw_current(member=member_of(thread.community), current=current)
    actions.withdraw_current(member=host, current=current)
    current.refresh_from_db()
    assert (current.name, bool(current.withdrawn_at)) == ("", True)


def test_a_withdrawn_message_carries_nothing(thread: Thread, host: Member) -> None:
    posts = [post_factory(thread) for _ in range(2)]
    actions.name_current(member=host, thread=thread, name="A", posts=posts)
    assert posts[0].author
    actions.withdraw_post(member=posts[0].author, post=posts[0])
    assert [one.public_id for one in shown(thread)[0].carriers] == [posts[1].public_id]


def test_programs_name_change_leave_and_withdraw_currents(thread: Thread, host: Member) -> None:
    one, other = post_factory(thread), post_factory(thread)
    assert one.author
    address = f"/api/v1/threads/{thread.public_id}/currents"

    def ask(member: Member, method: str, where: str, **body: object) -> Any:
        _token, text = make_token(member=member, name="x", scopes=Scope.values, days=1)
        client = Client(headers={"authorization": f"Bearer {text}", "accept-language": "en"})
        return client.generic(method, where, json.dumps(body), "application/json")

    refused = ask(one.author, "POST", address, name="A", posts=[one.public_id])
    assert refused.status_code == 403
    unknown = ask(host, "POST", address, name="A", posts=[one.public_id, "nothing"])
    assert unknown.json()["errors"] == {"posts": ["There is no such message in this conversation."]}
    made = ask(host, "POST", address, name="Calm", posts=[one.public_id, other.public_id])
    assert made.status_code == 201
    assert made.json()["posts"] == [one.public_id, other.public_id]
    current = f"/api/v1/currents/{made.json()['public_id']}"
    changed = ask(host, "PATCH", current, summary="Slowly.").json()
    assert (changed["name"], changed["summary"], len(changed["posts"])) == ("Calm", "Slowly.", 2)
    assert ask(one.author, "DELETE", f"{current}/posts").status_code == 204
    (listed,) = Client().get(address).json()["items"]
    assert listed["posts"] == [other.public_id]
    again = ask(host, "PATCH", current, posts=[one.public_id])
    assert again.json()["errors"]["posts"], "whoever left is not put back"
    assert ask(host, "DELETE", current).status_code == 204
    assert Client().get(address).json()["items"] == []
    assert ask(host, "DELETE", current).status_code == 404
