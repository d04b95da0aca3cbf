"""What a community that does without conversations has of them."""

from collections.abc import Collection
from typing import Any

from django.db.models import OuterRef, QuerySet

from essaim.communities.models import Community
from essaim.discussions.models import Case, Post
from essaim.foundation.counting import count_of


def talk_held_by(ids: Collection[int]) -> dict[int, tuple[int, int]]:
    """How many messages stand, and how many cases wait, in each community; one query."""
    posts = Post.objects.filter(thread__community=OuterRef("pk")).standing()
    waiting = Case.objects.waiting().filter(community=OuterRef("pk"))
    found: QuerySet[Any] = Community.objects.filter(pk__in=ids).annotate(
        posts_held=count_of(posts), reports_held=count_of(waiting)
    )
    return {one.pk: (one.posts_held, one.reports_held) for one in found}
