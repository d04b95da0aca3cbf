from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from django.db.models import OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import JSONObject
from django.urls import reverse
from django.utils.translation import gettext as _

from essaim.commitments.models import CommitmentKind
from essaim.commitments.queries import CommitmentLine, commitments_about, lines_in
from essaim.communities.models import Community
from essaim.communities.readers import Reader
from essaim.communities.rules import communities_visible_to
from essaim.design.typography import short_day
from essaim.discussions.models import Post
from essaim.discussions.queries import THREAD_SUBJECTS, author_name, posts_in_brief
from essaim.discussions.rules import threads_visible_to
from essaim.foundation.access import Verdict
from essaim.foundation.text import plain_excerpt
from essaim.ideas import rules
from essaim.ideas.models import (
    ADOPTING,
    Idea,
    ProgrammeItem,
    ProgrammeVersion,
    Sentence,
    SentenceSource,
)

POSTS_OFFERED = 40
IDEAS_OFFERED = 60


@dataclass(frozen=True, slots=True)
class ProgrammeStep:
    """Where an idea stands in a published programme."""

    item_number: int
    item_title: str
    version: int
    url: str


def with_step(ideas: QuerySet[Any], reader: Reader) -> QuerySet[Any]:
    """With the item that an idea stands behind in the newest published version; see `step_of`.

    Of programmes that the reader may read: any community may build on what was said elsewhere.
    """
    version = "sentence__item__section__version__"
    readable = communities_visible_to(reader, subplatform=rules.PROGRAMME)
    behind = SentenceSource.objects.filter(
        **{
            "idea": OuterRef("pk"),
            f"{version}published_at__isnull": False,
            f"{version}programme__community__in": readable,
        }
    ).order_by(f"-{version}number", "sentence__item__number")
    row = JSONObject(
        item="sentence__item__number",
        title="sentence__item__title",
        version=f"{version}number",
        slug=f"{version}programme__community__slug",
    )
    loaded: QuerySet[Any] = ideas.annotate(programme_step=Subquery(behind.values(row=row)[:1]))
    return loaded


def step_of(idea: Any) -> ProgrammeStep | None:
    """Where an idea that `with_step` loaded stands; None: in no published programme."""
    row = idea.programme_step
    if row is None:
        return None
    url = f"{reverse('programme', args=[row['slug']])}#item-{row['item']}"
    return ProgrammeStep(row["item"], row["title"], row["version"], url)


@dataclass(frozen=True, slots=True)
class Source:
    """A contribution behind a sentence; without `href` it is not for this reader."""

    label: str
    href: str
    meta: str = ""


@dataclass(frozen=True, slots=True)
class SentenceShown:
    position: int
    text: str
    reason: str
    sources: tuple[Source, ...]

    @property
    def is_unfounded(self) -> bool:
        return not (self.reason or self.sources)


@dataclass(frozen=True, slots=True)
class ItemShown:
    """`promises` are the deliveries owed for the ideas behind it."""

    number: int
    title: str
    section: str
    sentences: tuple[SentenceShown, ...]
    promises: tuple[CommitmentLine, ...]


@dataclass(frozen=True, slots=True)
class SectionShown:
    title: str
    items: tuple[ItemShown, ...]


@dataclass(frozen=True, slots=True)
class VersionLine:
    number: int
    published_at: datetime
    summary: str


@dataclass(frozen=True, slots=True)
class ProgrammePage:
    """One version; `number` is 0 when nothing was ever published."""

    number: int
    published_at: datetime | None
    summary: str
    language: str
    sections: tuple[SectionShown, ...]
    versions: tuple[VersionLine, ...]
    may_write: bool
    is_newest: bool


def programme_for_page(
    reader: Reader, community: Community, number: int | None = None
) -> ProgrammePage | None:
    """A published version, by default the newest, and what stands behind it; None: no such one."""
    published = list(
        ProgrammeVersion.objects.filter(
            programme__community=community, published_at__isnull=False
        ).order_by("-number")
    )
    shown = next((v for v in published if number in {None, v.number}), None)
    if shown is None and number is not None:
        return None
    return ProgrammePage(
        number=shown.number if shown else 0,
        published_at=shown.published_at if shown else None,
        summary=shown.summary if shown else "",
        language=community.language,
        sections=_sections(reader, shown) if shown else (),
        versions=tuple(
            VersionLine(v.number, v.published_at, v.summary) for v in published if v.published_at
        ),
        may_write=bool(rules.may_write_programme(reader, community)),
        is_newest=shown is not None and shown.pk == published[0].pk,
    )


@dataclass(frozen=True, slots=True)
class DraftPage:
    """The draft as its writers see it; what is missing is said by `may_publish`."""

    number: int
    language: str
    sections: tuple[SectionShown, ...]
    may_publish: Verdict


def draft_for_page(reader: Reader, community: Community) -> DraftPage:
    """The draft, or, when none is begun, what the next one would start from."""
    versions = ProgrammeVersion.objects.filter(programme__community=community)
    draft = versions.filter(published_at__isnull=True).first()
    base = draft or versions.order_by("-number").first()
    return DraftPage(
        number=draft.number if draft else (base.number + 1 if base else 1),
        language=community.language,
        sections=_sections(reader, base) if base else (),
        may_publish=rules.may_publish_programme(reader, community, draft),
    )


def item_for_page(reader: Reader, community: Community, number: int) -> ItemShown | None:
    draft = draft_for_page(reader, community)
    items = (item for section in draft.sections for item in section.items)
    return next((item for item in items if item.number == number), None)


def _sections(reader: Reader, version: ProgrammeVersion) -> tuple[SectionShown, ...]:
    items = (
        ProgrammeItem.objects.filter(section__version=version)
        .select_related("section")
        .prefetch_related(
            Prefetch("sentences", Sentence.objects.prefetch_related("sources")),
        )
        .order_by("section__position", "section_id", "position", "pk")
    )
    sources = [
        source
        for item in items
        for sentence in item.sentences.all()
        for source in sentence.sources.all()
    ]
    ideas = _ideas_behind(reader, sources)
    named = _named(reader, sources, ideas)
    # A promise about an idea tells of it: it is for those who may see the idea.
    promised = {pk: lines_in(idea.promised) for pk, idea in ideas.items()}
    return tuple(
        SectionShown(
            title=title,
            items=tuple(
                ItemShown(
                    number=item.number,
                    title=item.title,
                    section=title,
                    sentences=tuple(
                        SentenceShown(
                            position=sentence.position,
                            text=sentence.text,
                            reason=sentence.stated_reason,
                            sources=tuple(named[source.pk] for source in sentence.sources.all()),
                        )
                        for sentence in item.sentences.all()
                    ),
                    promises=_promises(item.sentences.all(), promised),
                )
                for item in of_section
            ),
        )
        for (_section, title), of_section in groupby(
            items, key=lambda item: (item.section_id, item.section.title)
        )
    )


def _promises(
    sentences: Iterable[Sentence], promised: dict[int, list[CommitmentLine]]
) -> tuple[CommitmentLine, ...]:
    ideas = dict.fromkeys(
        source.idea_id
        for sentence in sentences
        for source in sentence.sources.all()
        if source.idea_id
    )
    return tuple(
        line
        for idea_id in ideas
        for line in promised.get(idea_id, ())
        if line.kind == CommitmentKind.DELIVERY
    )


def _ideas_behind(reader: Reader, sources: list[SentenceSource]) -> dict[int, Any]:
    """As far as this reader may see them, with what was promised about them; one query."""
    ideas = (
        rules.ideas_visible_to(reader)
        .filter(pk__in=[s.idea_id for s in sources if s.idea_id])
        .select_related("author")
        .annotate(promised=commitments_about("idea", "pk"))
    )
    return {idea.pk: idea for idea in ideas}


def _named(
    reader: Reader, sources: list[SentenceSource], ideas: Mapping[int, Idea]
) -> dict[int, Source]:
    """Each source in words, as far as this reader may see it; two queries for the posts."""
    posts = posts_in_brief(reader, [s.post_id for s in sources if s.post_id])
    subjects = THREAD_SUBJECTS.collect(reader, {post.thread_id for post in posts.values()})
    hidden = Source(_("A contribution that not everyone can see"), "")
    named = {}
    for source in sources:
        named[source.pk] = hidden
        if source.idea_id and (idea := ideas.get(source.idea_id)):
            named[source.pk] = Source(
                label=idea.title,
                href=reverse("idea", args=[idea.public_id]),
                meta=_("idea, %(name)s, %(day)s")
                % {"name": _author(idea), "day": short_day(idea.proposed_at)},
            )
        elif source.post_id and (post := posts.get(source.post_id)):
            subject = next(iter(subjects.get(post.thread_id, ())), None)
            if subject:
                named[source.pk] = Source(
                    label=post.excerpt,
                    href=post.href,
                    meta=_("message, %(name)s, %(day)s")
                    % {"name": post.author, "day": short_day(post.written_at)},
                )
    return named


def _author(idea: Idea) -> str:
    name = idea.author.name if idea.author else idea.author_label
    return name or _("former member")


@dataclass(frozen=True, slots=True)
class Offered:
    """A contribution that may stand behind a sentence: its public id and its words."""

    public_id: str
    label: str


def ideas_offered(
    reader: Reader, community: Community, chosen: Collection[str] = ()
) -> list[Offered]:
    """What was chosen, then ideas of the community's debates that were adopted, newest first."""
    visible = rules.ideas_visible_to(reader)
    adopted = (
        visible.filter(debate__community=community, answer__decision__in=ADOPTING)
        .exclude(public_id__in=chosen)
        .order_by("-answer__answered_at", "-id")[:IDEAS_OFFERED]
    )
    before = visible.filter(public_id__in=chosen).order_by("pk")
    return [Offered(idea.public_id, idea.title) for idea in (*before, *adopted)]


def posts_offered(
    reader: Reader, community: Community, number: int, chosen: Collection[str] = ()
) -> list[Offered]:
    """What was chosen, then messages about the ideas behind this item, as they were written."""
    ideas = Idea.objects.filter(
        behind__sentence__item__number=number,
        behind__sentence__item__section__version__programme__community=community,
    )
    visible = (
        Post.objects.filter(thread__in=threads_visible_to(reader))
        .standing()
        .select_related("author")
        .order_by("created_at", "id")
    )
    about = Q(thread__idea__in=ideas) | Q(thread__idea__merged_into__in=ideas)
    said = visible.filter(about).exclude(public_id__in=chosen).distinct()
    before = visible.filter(public_id__in=chosen)
    return [
        Offered(
            post.public_id,
            _("%(name)s: %(text)s")
            % {"name": author_name(post), "text": plain_excerpt(post.text, 110)},
        )
        for post in (*before, *said[:POSTS_OFFERED])
    ]


def contributions_named(
    reader: Reader, idea_ids: Collection[str], post_ids: Collection[str]
) -> tuple[list[Idea], list[Post]]:
    """The visible contributions with these public ids."""
    ideas = rules.ideas_visible_to(reader).filter(public_id__in=idea_ids)
    posts = Post.objects.filter(thread__in=threads_visible_to(reader), public_id__in=post_ids)
    return list(ideas), list(posts.standing())


def sources_chosen(community: Community, number: int, position: int) -> tuple[list[str], list[str]]:
    """Public ids of the ideas and posts behind a sentence of the draft (or of its base)."""
    sentences = Sentence.objects.filter(
        position=position,
        item__number=number,
        item__section__version__programme__community=community,
    )
    newest = sentences.order_by("-item__section__version__number").first()
    sources = SentenceSource.objects.filter(sentence=newest).order_by("pk")
    ids = sources.values_list("idea__public_id", "post__public_id")
    return [i for i, _p in ids if i], [p for _i, p in ids if p]


def contributors_of(version_id: int) -> dict[int, list[int]]:
    """By the numbers of a version's items: the members with a contribution behind each."""
    rows = SentenceSource.objects.filter(sentence__item__section__version=version_id).values_list(
        "sentence__item__number", "idea__author_id", "post__author_id"
    )
    found: dict[int, set[int]] = {}
    for number, *authors in rows:
        found.setdefault(number, set()).update(filter(None, authors))
    return {number: sorted(members) for number, members in sorted(found.items())}
