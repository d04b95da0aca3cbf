"""What of debates, ideas and programmes answers a search."""

from collections.abc import Iterator
from typing import Any

from django.contrib.postgres.aggregates import StringAgg
from django.db.models import Exists, OuterRef, Subquery, TextField, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from essaim.communities.queries import (
    Asked,
    Hit,
    Hits,
    found_text,
    found_title,
    hits_of,
    in_limits,
    in_place,
)
from essaim.communities.readers import ANONYMOUS, Reader
from essaim.communities.rules import communities_visible_to
from essaim.foundation.clock import now
from essaim.foundation.search import Fields
from essaim.ideas import rules
from essaim.ideas.models import (
    SEARCHED_DEBATE,
    SEARCHED_IDEA,
    Debate,
    DebateQuerySet,
    Idea,
    IdeaQuerySet,
    ProgrammeItem,
    ProgrammeVersion,
    RegroupedIdea,
    Sentence,
    Way,
)
from essaim.ideas.queries.debates import Stage, stage_of
from essaim.ideas.queries.fate import Badge, Owed, badge_of
from essaim.ideas.queries.ideas import author_name

OF_ITEM = "section__version__programme__community"
SEARCHED_ITEM = Fields(
    title="title",
    body="said",
    language=f"{OF_ITEM}__language",
    moment="section__version__published_at",
)


def debates_found(reader: Reader, asked: Asked) -> Hits | None:
    """Debates by their question and introduction; None: not within the limits."""
    if not asked.wants("debate", has_stages=True):
        return None
    debates = _debates(reader, asked)
    if asked.only_open:
        debates = debates.open().filter(closes_at__gt=now())
    return hits_of(
        asked,
        kind="debate",
        label=_("Debates"),
        rows=debates.select_related("community"),
        fields=SEARCHED_DEBATE,
        make=lambda rows: map(_debate, rows),
    )


def words_of_debates() -> Iterator[str]:
    """What debates ask that everyone may read."""
    debates = _debates(ANONYMOUS, Asked(""))
    for said in debates.values_list("question", "introduction").iterator():
        yield " ".join(said)


def words_of_ideas() -> Iterator[str]:
    """What stands in ideas that everyone may read."""
    ideas = _ideas(ANONYMOUS, Asked("")).standing()
    for said in ideas.values_list("title", "text").iterator():
        yield " ".join(said)


def _debates(reader: Reader, asked: Asked) -> DebateQuerySet:
    return rules.debates_visible_to(reader).filter(in_limits(asked, "ideas"))


def _ideas(reader: Reader, asked: Asked) -> IdeaQuerySet:
    """Without the parts of a split that was undone: their words are those of the whole."""
    parts = RegroupedIdea.objects.filter(
        idea=OuterRef("pk"), ended_at__isnull=True, regrouping__way=Way.SPLIT
    )
    return rules.ideas_visible_to(reader).filter(
        ~Exists(parts), in_limits(asked, "ideas", community="debate__community"), in_place(asked)
    )


def _debate(debate: Debate) -> Hit:
    label, tone = {
        Stage.DRAFT: (pgettext("debate", "draft"), "plain"),
        Stage.OPEN: (pgettext("debate", "open"), "now"),
        Stage.CLOSED: (pgettext("debate", "closed"), "plain"),
        Stage.ARCHIVED: (pgettext("debate", "archive"), "plain"),
        Stage.WITHDRAWN: (pgettext("debate", "withdrawn"), "plain"),
    }[stage_of(debate)]
    return Hit(
        title=found_title(debate),
        url=reverse("debate", args=[debate.community.slug, debate.public_id]),
        excerpt=found_text(debate),
        lang=debate.language,
        community=debate.community.name,
        badge=capfirst(label),
        tone=tone,
        date=debate.opened_at or debate.created_at,
    )


def ideas_found(reader: Reader, asked: Asked) -> Hits | None:
    """Ideas by their title and text; None: not within the limits."""
    if not asked.wants("idea", has_place=True, has_stages=True):
        return None
    ideas = _ideas(reader, asked)
    if asked.only_open:
        ideas = ideas.filter(debate__in=Debate.objects.open().filter(closes_at__gt=now()))
    return hits_of(
        asked,
        kind="idea",
        label=_("Ideas"),
        rows=ideas.select_related("debate__community", "author", "place", "answer"),
        fields=SEARCHED_IDEA,
        make=lambda rows: map(_idea, rows),
    )


def _idea(idea: Idea) -> Hit:
    badge = badge_of(idea, Owed()) or Badge("")  # what is owed would cost a query
    return Hit(
        title=found_title(idea),
        url=reverse("idea", args=[idea.public_id]),
        excerpt=found_text(idea),
        lang=idea.language,
        community=idea.debate.community.name,
        meta=" · ".join(filter(None, [author_name(idea), idea.place.name if idea.place else ""])),
        badge=capfirst(badge.label),
        tone=badge.tone,
        date=idea.proposed_at,
    )


def items_found(reader: Reader, asked: Asked) -> Hits | None:
    """Items of programmes in force, by their title and sentences.

    Read without an index: each community has but one version in force, of some dozens of items.
    """
    if not asked.wants("item"):
        return None
    in_force = (
        ProgrammeVersion.objects.filter(published_at__isnull=False)
        .order_by("programme_id", "-number")
        .distinct("programme_id")
    )
    sentences = (
        Sentence.objects.filter(item=OuterRef("pk"))
        .order_by()
        .values("item")
        .annotate(all=StringAgg("text", " ", order_by=["position"]))
    )
    said = Coalesce(Subquery(sentences.values("all")), Value(""), output_field=TextField())
    items: Any = (
        ProgrammeItem.objects.filter(
            in_limits(asked, rules.PROGRAMME, community=OF_ITEM),
            section__version__in=in_force.values("pk"),
            **{f"{OF_ITEM}__in": communities_visible_to(reader)},
        )
        .select_related("section__version__programme__community")
        .annotate(said=said)
    )
    return hits_of(
        asked,
        kind="item",
        label=_("Programme"),
        rows=items,
        fields=SEARCHED_ITEM,
        make=lambda rows: map(_item, rows),
    )


def _item(item: ProgrammeItem) -> Hit:
    version = item.section.version
    community = version.programme.community
    return Hit(
        title=found_title(item),
        url=reverse("programme", args=[community.slug]) + f"#item-{item.number}",
        excerpt=found_text(item),
        lang=community.language,
        community=community.name,
        meta=_("item %(number)s of the programme") % {"number": item.number},
        date=version.published_at,
    )
