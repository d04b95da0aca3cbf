"""Conversations for tests; posts go through the action, as everywhere."""

from datetime import timedelta
from typing import Any

from essaim.communities.models import Audience, Community, Membership
from essaim.communities.tests.factories import community_factory, member_of
from essaim.discussions import actions
from essaim.discussions.models import POST, Case, Post, ReportReason, Thread
from essaim.foundation.clock import now
from essaim.members.models import Member


def thread_factory(
    community: Community | None = None, audience: str = Audience.PUBLIC, **fields: Any
) -> Thread:
    return Thread.objects.create(
        community=community or community_factory(),
        audience=audience,
        subject_kind=fields.pop("subject_kind", "test"),
        **fields,
    )


def post_factory(thread: Thread | None = None, **given: Any) -> Post:
    """A message by a new member of the thread's community, unless told whose."""
    thread = thread or thread_factory()
    return actions.write_post(
        member=given.pop("member", None) or member_of(thread.community),
        thread=thread,
        text=given.pop("text", "I agree with the bus."),
        **given,
    )


def old_hand(community: Community, **fields: Any) -> Member:
    """Somebody who has had an account and belonged there for a year."""
    since = now() - timedelta(days=365)
    member = member_of(community, created_at=since, **fields)
    Membership.objects.filter(member=member).update(joined_at=since)
    return member


def reported(post: Post | None = None, **given: Any) -> Case:
    """The case of a message that a new member of its community reports."""
    post = post or post_factory()
    actions.report_post(
        member=given.pop("member", None) or member_of(post.thread.community),
        post=post,
        reason=given.pop("reason", ReportReason.ABUSE),
        **given,
    )
    return Case.objects.about(POST, post.pk).waiting().get()
