from collections.abc import Collection

from django.db import transaction

from essaim.communities.models import Community
from essaim.discussions.models import Thread
from essaim.foundation.clock import now
from essaim.foundation.http.cache import bump_generation


@transaction.atomic
def open_thread(*, community: Community, audience: str, subject_kind: str) -> Thread:
    """The conversation of a thing that is being made, in the transaction that makes it."""
    return Thread.objects.create(community=community, audience=audience, subject_kind=subject_kind)


@transaction.atomic
def change_thread_audience(*, thread: Thread, audience: str) -> None:
    """Called by the thread's owner in the transaction that changes its own audience."""
    Thread.objects.filter(pk=thread.pk).update(audience=audience)
    bump_generation()


@transaction.atomic
def close_threads(*, thread_ids: Collection[int]) -> None:
    """Called by their owner: what was said can be read, and goes on elsewhere."""
    Thread.objects.filter(pk__in=thread_ids, closed_at__isnull=True).update(closed_at=now())


@transaction.atomic
def reopen_threads(*, thread_ids: Collection[int]) -> None:
    Thread.objects.filter(pk__in=thread_ids).update(closed_at=None)
