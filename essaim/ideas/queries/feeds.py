"""What readers of Atom feeds are told: only what everyone may read."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from essaim.communities.models import Community
from essaim.communities.readers import ANONYMOUS
from essaim.communities.rules import communities_visible_to
from essaim.foundation.text import render_markdown
from essaim.ideas import rules
from essaim.ideas.models import Answer, Debate, GroupedAnswer
from essaim.ideas.queries.ideas import author_name

ENTRIES = 30


@dataclass(frozen=True, slots=True)
class Entry:
    """`html` is safe; `path` is this site's; `changed_at` where it was since.

    `part` tells entries apart that lead to the same page.
    """

    title: str
    path: str
    html: str
    at: datetime
    author: str = ""
    category: str = ""
    part: str = ""
    changed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Feed:
    """`path` is the page that says the same; `begun_at` dates a feed without entries."""

    title: str
    subtitle: str
    path: str
    language: str
    community: str
    begun_at: datetime
    entries: tuple[Entry, ...]


def community_for_feed(slug: str) -> Community | None:
    visible = communities_visible_to(ANONYMOUS, subplatform=rules.SUBPLATFORM)
    return visible.filter(slug=slug).first()


def debates_feed(community: Community) -> Feed:
    """The questions of a community, the newest first; one query."""
    debates = (
        rules.debates_visible_to(ANONYMOUS)
        .filter(community=community, withdrawn_at__isnull=True)
        .order_by("-opened_at", "-pk")
    )
    return _feed(
        community,
        _("Debates of %(name)s") % {"name": community.name},
        reverse("debates", args=[community.slug]),
        (
            Entry(
                title=debate.question,
                path=reverse("debate", args=[community.slug, debate.public_id]),
                html=render_markdown(debate.introduction),
                at=debate.opened_at or debate.created_at,
            )
            for debate in debates[:ENTRIES]
        ),
    )


def debate_for_feed(slug: str, public_id: str) -> Debate | None:
    return (
        rules.debates_visible_to(ANONYMOUS)
        .filter(community__slug=slug, public_id=public_id)
        .select_related("community")
        .first()
    )


def ideas_feed(debate: Debate) -> Feed:
    """The ideas of a debate, the newest first; one query."""
    ideas = (
        rules.ideas_visible_to(ANONYMOUS)
        .current()
        .filter(debate=debate)
        .select_related("author")
        .order_by("-proposed_at", "-pk")
    )
    return _feed(
        debate.community,
        debate.question,
        reverse("debate", args=[debate.community.slug, debate.public_id]),
        (
            Entry(
                title=idea.title,
                path=reverse("idea", args=[idea.public_id]),
                html=render_markdown(idea.text),
                at=idea.proposed_at,
                author=author_name(idea),
                category=idea.category,
                changed_at=idea.edited_at,
            )
            for idea in ideas[:ENTRIES]
        ),
    )


def answers_feed(community: Community) -> Feed:
    """What was answered in a community, by itself or to many ideas at once; two queries."""
    answers = (
        Answer.objects.filter(
            idea__in=rules.ideas_visible_to(ANONYMOUS).filter(debate__community=community),
            group__isnull=True,
        )
        .select_related("idea")
        .order_by("-answered_at", "-pk")
    )
    grouped = (
        GroupedAnswer.objects.filter(
            debate__in=rules.debates_visible_to(ANONYMOUS).filter(community=community)
        )
        .select_related("debate")
        .order_by("-answered_at", "-pk")
    )
    entries = [
        *(
            Entry(
                title=f"{answer.get_decision_display().capitalize()} · {answer.idea.title}",
                path=reverse("idea", args=[answer.idea.public_id]),
                html=render_markdown(answer.reasons),
                at=answer.answered_at,
                author=answer.answered_title,
                category=answer.decision,
                part="answer",
            )
            for answer in answers[:ENTRIES]
        ),
        *(
            Entry(
                title=_("Answered together: %(question)s") % {"question": one.debate.question},
                path=reverse("debate", args=[community.slug, one.debate.public_id]),
                html=render_markdown(one.reasons),
                at=one.answered_at,
                author=one.answered_title,
                part="answered-together",
            )
            for one in grouped[:ENTRIES]
        ),
    ]
    entries.sort(key=lambda entry: entry.at, reverse=True)
    return _feed(
        community,
        _("Answers of %(name)s") % {"name": community.name},
        reverse("debates", args=[community.slug]),
        entries[:ENTRIES],
    )


def _feed(community: Community, title: str, path: str, entries: Iterable[Entry]) -> Feed:
    return Feed(
        title=title,
        subtitle=community.tagline,
        path=path,
        language=community.language,
        community=community.name,
        begun_at=community.opened_at or community.created_at,
        entries=tuple(entries),
    )
