from dataclasses import dataclass

from django.db.models import Q

from essaim.communities.readers import Reader
from essaim.discussions.models import Post
from essaim.ideas import rules
from essaim.ideas.models import Debate, Idea
from essaim.ideas.queries.ideas import author_name


@dataclass(frozen=True, slots=True)
class Alternative:
    """An idea that a message about another one first stated, as another way."""

    public_id: str
    title: str
    language: str
    author: str
    supports: int


@dataclass(frozen=True, slots=True)
class Alternatives:
    """What an idea is another way than, the other ways that became ideas, and what may still.

    `became` pairs the public id of a message with the idea it became.
    """

    than: Alternative | None
    ways: tuple[Alternative, ...]
    became: dict[str, str]
    may_make: bool


def alternatives_for_page(reader: Reader, idea: Idea) -> Alternatives:
    """One query."""
    linked = Q(from_post__thread=idea.thread_id)
    if idea.from_post_id:
        # Its thread, not a join to all that was said there.
        linked |= Q(thread__in=Post.objects.filter(pk=idea.from_post_id).values("thread"))
    ideas = rules.ideas_visible_to(reader).filter(linked).select_related("author", "from_post")
    than: Alternative | None = None
    ways: list[Alternative] = []
    became: dict[str, str] = {}
    for one in ideas.order_by("proposed_at", "pk"):
        if one.from_post and one.from_post.thread_id == idea.thread_id:
            ways.append(_alternative(one))
            if one.withdrawn_at is None:
                became[one.from_post.public_id] = one.public_id
        else:
            than = _alternative(one)
    may = idea.is_by_itself and bool(rules.may_propose(reader, idea.debate))
    return Alternatives(than=than, ways=tuple(ways), became=became, may_make=may)


def _alternative(idea: Idea) -> Alternative:
    return Alternative(
        public_id=idea.public_id,
        title=idea.title,
        language=idea.language,
        author=author_name(idea),
        supports=idea.supporters,
    )


def idea_of_post(reader: Reader, post: Post) -> Idea | None:
    """The idea under which a message was said; None under a debate."""
    return rules.ideas_visible_to(reader).filter(thread=post.thread_id).first()


def debate_of_post(reader: Reader, post: Post) -> Debate | None:
    """The debate in which a message was said, in its thread or under one of its ideas."""
    return (
        rules.debates_visible_to(reader)
        .filter(Q(thread=post.thread_id) | Q(ideas__thread=post.thread_id))
        .select_related("community", "thread__community")
        .first()
    )
