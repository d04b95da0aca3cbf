"""Writing a programme: one draft at a time, copied from the last version, frozen when published."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max, Model
from django.utils.translation import gettext as _
from django.utils.translation import override

from essaim.communities.models import Community
from essaim.communities.readers import Reader, fresh_reader
from essaim.discussions.models import Post
from essaim.discussions.rules import threads_visible_to
from essaim.foundation.access import require
from essaim.foundation.activity import record
from essaim.foundation.clock import now
from essaim.foundation.http.cache import bump_generation
from essaim.foundation.text import clean_line, clean_text
from essaim.ideas import rules
from essaim.ideas.facts import ProgrammePublished
from essaim.ideas.models import (
    Idea,
    Programme,
    ProgrammeItem,
    ProgrammeVersion,
    Section,
    Sentence,
    SentenceSource,
    length_of,
)
from essaim.members.models import Member


@transaction.atomic
def add_item(*, member: Member, community: Community, title: str, section: str) -> ProgrammeItem:
    """A new item in the draft, in the section of this title, made when it is missing."""
    require(rules.may_write_programme(fresh_reader(member), community))
    return _new_item(_draft(community), _line("title", title), _line("section", section))


@transaction.atomic
def change_item(
    *, member: Member, community: Community, number: int, title: str, section: str
) -> ProgrammeItem:
    """Another title or section for an item of the draft."""
    item = _item(fresh_reader(member), community, number)
    item.title = _line("title", title)
    version = item.section.version
    item.section = _section(version, _line("section", section))
    item.save(update_fields=["title", "section"])
    Section.objects.filter(version=version, items__isnull=True).delete()
    return item


@transaction.atomic
def remove_item(*, member: Member, community: Community, number: int) -> None:
    """Out of the draft; published versions keep it."""
    item = _item(fresh_reader(member), community, number)
    version = item.section.version
    item.delete()
    Section.objects.filter(version=version, items__isnull=True).delete()


@transaction.atomic
def write_sentence(
    *,
    member: Member,
    community: Community,
    number: int,
    text: str,
    stated_reason: str = "",
    ideas: Iterable[Idea] = (),
    posts: Iterable[Post] = (),
    position: int | None = None,
) -> Sentence:
    """Add a sentence to an item of the draft, or rewrite the one at `position`.

    `ideas` and `posts` are all that stands behind it: what was there before and is not named goes,
    and so does what the member cannot see.
    """
    reader = fresh_reader(member)
    item = _item(reader, community, number)
    said = clean_text(text).strip()
    if not said:
        raise ValidationError({"text": _("Write the sentence.")})
    if len(said) > length_of(Sentence, "text"):
        raise ValidationError({"text": _("This is too long for a sentence: split it.")})
    if position is None:
        last = item.sentences.aggregate(last=Max("position"))["last"] or 0
        sentence = Sentence(item=item, position=last + 1)
    else:
        sentence = _sentence(item, position)
    sentence.text = said
    sentence.stated_reason = _fitting(Sentence, "stated_reason", clean_line(stated_reason))
    sentence.save()
    sentence.sources.all().delete()
    SentenceSource.objects.bulk_create(
        [SentenceSource(sentence=sentence, idea=idea) for idea in _visible_ideas(reader, ideas)]
        + [SentenceSource(sentence=sentence, post=post) for post in _standing_posts(reader, posts)]
    )
    return sentence


def _visible_ideas(reader: Reader, ideas: Iterable[Idea]) -> list[Idea]:
    """Each once, in the order in which they were named."""
    named = {idea.pk: idea for idea in ideas}
    visible = set(rules.ideas_visible_to(reader).filter(pk__in=named).values_list("pk", flat=True))
    return [idea for pk, idea in named.items() if pk in visible]


def _standing_posts(reader: Reader, posts: Iterable[Post]) -> list[Post]:
    named = {post.pk: post for post in posts}
    visible = Post.objects.filter(pk__in=named, thread__in=threads_visible_to(reader)).standing()
    standing = set(visible.values_list("pk", flat=True))
    return [post for pk, post in named.items() if pk in standing]


@transaction.atomic
def remove_sentence(*, member: Member, community: Community, number: int, position: int) -> None:
    _sentence(_item(fresh_reader(member), community, number), position).delete()


@transaction.atomic
def publish_programme(
    *, member: Member, community: Community, summary: str = ""
) -> ProgrammeVersion:
    """Freeze the draft as the next version; contributors are told by the listener."""
    _lock(community)
    draft = (
        ProgrammeVersion.objects.select_for_update()
        .filter(programme__community=community, published_at__isnull=True)
        .first()
    )
    require(rules.may_publish_programme(fresh_reader(member), community, draft))
    if draft is None:  # the rule refuses this; the type checker cannot know
        raise ValidationError(_("There is nothing to publish: write a first sentence."))
    draft.published_at = now()
    draft.summary = _fitting(ProgrammeVersion, "summary", clean_text(summary).strip())
    draft.save(update_fields=["published_at", "summary"])
    bump_generation()
    record(
        ProgrammePublished(
            actor_id=member.pk,
            community_id=community.pk,
            version_id=draft.pk,
            number=draft.number,
        )
    )
    return draft


@transaction.atomic
def draft_item_for_idea(*, idea: Idea) -> None:
    """What a listener does when an idea is adopted: it waits in the draft to be placed and written.

    Once: an idea that stands behind a sentence of any version is not drafted again.
    """
    community = idea.debate.community
    _lock(community)
    if SentenceSource.objects.filter(idea=idea).exists():
        return
    title = idea.title[: length_of(ProgrammeItem, "title")]
    item = _new_item(_draft(community), title, _to_be_placed(idea.language))
    sentence = Sentence.objects.create(item=item, position=1, text=idea.title)
    SentenceSource.objects.create(sentence=sentence, idea=idea)


def _to_be_placed(language: str) -> str:
    """The section of fresh items until someone places them, in the language of the idea."""
    with override(language):
        return _("To be placed")


def _lock(community: Community) -> None:
    # One writer of a programme at a time: versions and numbers follow one another.
    Community.objects.select_for_update(no_key=True).get(pk=community.pk)


def _draft(community: Community) -> ProgrammeVersion:
    """The draft, begun as a copy of the last published version."""
    _lock(community)
    programme, _made = Programme.objects.get_or_create(community=community)
    draft = programme.versions.filter(published_at__isnull=True).first()
    if draft:
        return draft
    last = programme.versions.order_by("-number").first()
    draft = ProgrammeVersion.objects.create(
        programme=programme, number=last.number + 1 if last else 1
    )
    if last:
        _copy(last, draft)
    return draft


def _copy(last: ProgrammeVersion, draft: ProgrammeVersion) -> None:
    for section in last.sections.prefetch_related("items__sentences__sources"):
        new_section = Section.objects.create(
            version=draft, position=section.position, title=section.title
        )
        for item in section.items.all():
            new_item = ProgrammeItem.objects.create(
                section=new_section, position=item.position, number=item.number, title=item.title
            )
            for sentence in item.sentences.all():
                new_sentence = Sentence.objects.create(
                    item=new_item,
                    position=sentence.position,
                    text=sentence.text,
                    stated_reason=sentence.stated_reason,
                )
                SentenceSource.objects.bulk_create(
                    SentenceSource(
                        sentence=new_sentence, idea_id=source.idea_id, post_id=source.post_id
                    )
                    for source in sentence.sources.all()
                )


def _new_item(draft: ProgrammeVersion, title: str, section: str) -> ProgrammeItem:
    """Its number follows the highest that any version of the programme ever gave."""
    items = ProgrammeItem.objects.filter(section__version__programme=draft.programme)
    number = (items.aggregate(last=Max("number"))["last"] or 0) + 1
    return ProgrammeItem.objects.create(
        section=_section(draft, section), position=number, number=number, title=title
    )


def _section(version: ProgrammeVersion, title: str) -> Section:
    found = version.sections.filter(title=title).first()
    if found:
        return found
    last = version.sections.aggregate(last=Max("position"))["last"] or 0
    return Section.objects.create(version=version, position=last + 1, title=title)


def _item(reader: Reader, community: Community, number: int) -> ProgrammeItem:
    """An item of the draft, which is begun when there is none."""
    require(rules.may_write_programme(reader, community))
    item = (
        ProgrammeItem.objects.select_related("section__version")
        .filter(section__version=_draft(community), number=number)
        .first()
    )
    if item is None:
        raise ValidationError(_("This item is not in the draft any more."))
    return item


def _sentence(item: ProgrammeItem, position: int) -> Sentence:
    sentence = item.sentences.filter(position=position).first()
    if sentence is None:
        raise ValidationError(_("This sentence is not in the draft any more."))
    return sentence


def _line(name: str, value: str) -> str:
    """The `title` of an item, or that of its `section`."""
    line = clean_line(value)
    if not line:
        raise ValidationError({name: _("This must not be empty.")})
    return _fitting(ProgrammeItem if name == "title" else Section, "title", line, name)


def _fitting(model: type[Model], field: str, text: str, name: str = "") -> str:
    """A text that the model's field holds; `name` is how a form calls the field, if otherwise."""
    most = length_of(model, field)
    if len(text) > most:
        said = _("At most %(most)s characters; this has %(has)s.")
        raise ValidationError({name or field: said % {"most": most, "has": len(text)}})
    return text
