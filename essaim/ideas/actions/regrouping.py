from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from essaim.communities.readers import fresh_reader
from essaim.discussions.actions import close_threads, open_thread, reopen_threads
from essaim.foundation.access import refused, require
from essaim.foundation.activity import record
from essaim.foundation.clock import now
from essaim.foundation.http.cache import bump_generation
from essaim.foundation.text import clean_line, clean_text
from essaim.ideas import rules
from essaim.ideas.actions import debates, groups, owed
from essaim.ideas.actions.debates import checked
from essaim.ideas.facts import IdeaLeftGroup, IdeasMerged, IdeaSplit, RegroupingUndone
from essaim.ideas.models import Debate, Idea, RegroupedIdea, Regrouping, Way, length_of
from essaim.members.models import Member

MOST_MERGED = 50
FEWEST_PARTS, MOST_PARTS = 2, 5


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """One of the ideas that a split makes, in the author's name."""

    title: str
    text: str


@transaction.atomic
def merge_ideas(
    *, member: Member, survivor: Idea, ideas: Collection[Idea], reason: str
) -> Regrouping:
    """Ideas that say the same become one group, in which `survivor` speaks for all of them.

    Nobody's words, supports or messages change; whoever stood behind several counts once.
    """
    debate = debates.locked(survivor.debate)
    ids = {survivor.pk, *(idea.pk for idea in ideas)}
    chosen = _locked(debate, ids)
    require(rules.may_merge(fresh_reader(member), debate, chosen))
    if len(chosen) < len(ids):
        require(refused(_("Ideas of one debate only are merged.")))
    if len(ids) > MOST_MERGED:
        raise ValidationError(
            {"ideas": [_("At most %(most)s ideas at once.") % {"most": MOST_MERGED}]}
        )
    regrouping = Regrouping.objects.create(
        debate=debate,
        way=Way.MERGE,
        idea=next(one for one in chosen if one.pk == survivor.pk),
        reason=_reason(reason),
        made_by=member,
        made_at=now(),
    )
    RegroupedIdea.objects.bulk_create(
        RegroupedIdea(regrouping=regrouping, idea=one) for one in chosen if one.pk != survivor.pk
    )
    groups.follow_lines(debate)
    bump_generation()
    record(IdeasMerged(actor_id=member.pk, **_about(regrouping)))
    return regrouping


@transaction.atomic
def split_idea(*, member: Member, idea: Idea, parts: Sequence[Part], reason: str) -> Regrouping:
    """One idea that says several things becomes its parts, in its author's name.

    Whoever stood behind it stands behind each part; itself it stays readable, and takes no more.
    """
    debate = debates.locked(idea.debate)
    whole = _locked(debate, {idea.pk})[0]
    require(rules.may_split(fresh_reader(member), whole))
    wanted = _parts(parts)
    moment = now()
    regrouping = Regrouping.objects.create(
        debate=debate,
        way=Way.SPLIT,
        idea=whole,
        reason=_reason(reason),
        made_by=member,
        made_at=moment,
    )
    for number, part in enumerate(wanted, 1):
        made = _made_part(whole, part, number)
        RegroupedIdea.objects.create(regrouping=regrouping, idea=made, ended_at=moment)
    Idea.objects.filter(pk=whole.pk).update(divided_at=moment)
    close_threads(thread_ids=[whole.thread_id])
    bump_generation()
    record(IdeaSplit(actor_id=member.pk, **_about(regrouping)))
    return regrouping


@transaction.atomic
def undo_regrouping(*, member: Member, regrouping: Regrouping) -> Regrouping:
    """Every idea is again what it was before; supports given since stay where they were given.

    Parts of a split come back as a group around the idea itself.
    """
    debate = debates.locked(regrouping.debate)
    regrouping = (
        Regrouping.objects.select_for_update(of=("self",))
        .select_related("idea__merged_into__answer", "idea__answer")
        .get(pk=regrouping.pk)
    )
    regrouping.debate = regrouping.idea.debate = debate
    require(rules.may_undo(fresh_reader(member), regrouping))
    moment = now()
    regrouping.undone_at, regrouping.undone_by = moment, member
    regrouping.save(update_fields=["undone_at", "undone_by"])
    lines = RegroupedIdea.objects.filter(regrouping=regrouping)
    if regrouping.way == Way.MERGE:
        freed = list(lines.filter(ended_at__isnull=True).values_list("idea_id", flat=True))
        lines.filter(idea__in=freed).update(ended_at=moment)
        groups.follow_lines(debate)
        _settle(debate, member, restored=freed)
    else:
        # Also what was withdrawn or hidden: put back or not, it is a part of this idea.
        parts = Idea.objects.filter(part_of=regrouping.idea)
        tied = list(parts.order_by("pk").values_list("pk", flat=True))
        groups.lock_counting({regrouping.idea_id, *tied})
        Idea.objects.filter(pk=regrouping.idea_id).update(divided_at=None)
        Idea.objects.filter(pk__in=tied).update(part_of=None)
        lines.filter(idea__in=tied).update(ended_at=None)
        groups.follow_lines(debate)
        reopen_threads(thread_ids=[regrouping.idea.thread_id])
        _settle(debate, member, restored=[regrouping.idea_id], merged=tied)
    bump_generation()
    record(RegroupingUndone(actor_id=member.pk, **_about(regrouping)))
    return regrouping


@transaction.atomic
def leave_group(*, member: Member, idea: Idea) -> None:
    """An idea stands by itself again, with those that were merged into it before."""
    debate = debates.locked(idea.debate)
    idea = _locked(debate, {idea.pk})[0]
    require(rules.may_leave_group(fresh_reader(member), idea))
    line = RegroupedIdea.objects.select_related("regrouping__idea").get(
        idea=idea, ended_at__isnull=True
    )
    line.ended_at = now()
    line.save(update_fields=["ended_at"])
    groups.follow_lines(debate)
    bump_generation()
    about = {**_about(line.regrouping), "idea_id": idea.pk, "audience": idea.audience}
    record(IdeaLeftGroup(actor_id=member.pk, **about))


def _locked(debate: Debate, ids: Collection[int]) -> list[Idea]:
    """These ideas of the debate, as the database has them, locked with all that count them."""
    groups.lock_counting(ids)
    found = (
        Idea.objects.select_related("thread", "author")
        .filter(debate=debate, pk__in=ids)
        .order_by("pk")
    )
    chosen = list(found)
    for one in chosen:
        one.debate = debate
    return chosen


def _settle(
    debate: Debate, member: Member, *, restored: Collection[int], merged: Collection[int] = ()
) -> None:
    """Once the debate is closed: who stands by itself again is owed an answer, by its own count."""
    if not debate.closed_at:
        return
    for one in _locked(debate, merged):
        owed.no_longer_alone(one, member)
    for one in _locked(debate, restored):
        if one.is_by_itself and not (one.withdrawn_at or one.hidden_at):
            owed.owe_late(one, member)


def _made_part(whole: Idea, part: Part, number: int) -> Idea:
    thread = open_thread(
        community=whole.debate.community, audience=whole.audience, subject_kind="idea"
    )
    try:
        with transaction.atomic():
            return Idea.objects.create(
                debate=whole.debate,
                audience=whole.audience,
                thread=thread,
                author=whole.author,
                author_label=whole.author_label,
                place=whole.place,
                category=whole.category,
                language=whole.language,
                proposed_at=now(),
                part_of=whole,
                title=part.title,
                text=part.text,
            )
    except IntegrityError as error:
        raise ValidationError(
            {f"title_{number}": [_("Its author has an idea with this title here already.")]}
        ) from error


def _parts(parts: Sequence[Part]) -> list[Part]:
    """The parts as they may be stored, or a ValidationError with a sentence for each field."""
    if not FEWEST_PARTS <= len(parts) <= MOST_PARTS:
        said = {"fewest": FEWEST_PARTS, "most": MOST_PARTS}
        raise ValidationError({"parts": [_("Write between %(fewest)s and %(most)s parts.") % said]})
    errors: dict[str, list[str]] = {}
    cleaned = []
    for number, part in enumerate(parts, 1):
        texts = {"title": clean_line(part.title).strip(), "text": clean_text(part.text).strip()}
        for name, text in texts.items():
            try:
                checked(text, longest=length_of(Idea, name), needed=True)
            except ValidationError as error:
                errors[f"{name}_{number}"] = list(error.messages)
        cleaned.append(Part(title=texts["title"], text=texts["text"]))
    if errors:
        raise ValidationError(errors)
    return cleaned


def _reason(reason: str) -> str:
    try:
        longest = length_of(Regrouping, "reason")
        return checked(clean_text(reason).strip(), longest=longest, needed=True)
    except ValidationError as error:
        raise ValidationError({"reason": error.messages}) from error


def _about(regrouping: Regrouping) -> dict[str, Any]:
    return {
        "community_id": regrouping.debate.community_id,
        "audience": regrouping.idea.audience,
        "idea_id": regrouping.idea_id,
        "debate_id": regrouping.debate_id,
        "regrouping_id": regrouping.pk,
    }
