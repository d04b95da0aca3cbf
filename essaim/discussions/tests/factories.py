"""Conversations for tests; posts go through the action, as everywhere."""

from typing import Any

from essaim.communities.models import Audience, Community
from essaim.communities.tests.factories import community_factory, member_of
from essaim.discussions import actions
from essaim.discussions.models import Post, Thread


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
