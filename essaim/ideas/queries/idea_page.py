from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Q

from essaim.commitments.models import State
from essaim.commitments.queries import commitments_in
from essaim.communities.readers import Reader
from essaim.discussions.rules import has_conversations, may_moderate
from essaim.events.queries.born import Gathering, gathering_named
from essaim.foundation.access import Verdict
from essaim.foundation.http.links import web_address
from essaim.ideas import rules
from essaim.ideas.models import (
    ADOPTING,
    Answer,
    Decision,
    Idea,
    Regrouping,
    Support,
    counts_for,
)
from essaim.ideas.queries.appeals import SecondLook, second_look_for_page
from essaim.ideas.queries.fate import (
    IDEA_FATE,
    TONES,
    FateStep,
    Owed,
    answer_of,
    answered_by,
    decision_words,
    fate_of,
    in_time_words,
    with_what_came,
)
from essaim.ideas.queries.ideas import author_name, owed_of, with_counts
from essaim.ideas.queries.programme import step_of, with_step
from essaim.ideas.queries.upward import CarriedFrom, carried_from, fate_above, with_origin
from essaim.places.queries import place_path


@dataclass(frozen=True, slots=True)
class IdeaNamed:
    """What most forms about an idea show of it."""

    public_id: str
    title: str
    text: str
    language: str
    supports: int
    community_slug: str


@dataclass(frozen=True, slots=True)
class AnswerShown:
    decision: str
    tone: str
    reasons: str
    by: str
    on: datetime
    in_time: str
    is_grouped: bool


@dataclass(frozen=True, slots=True)
class PromiseShown:
    """What was promised with the adoption; `state` is due, late, kept or kept_late."""

    promise: str
    owner_title: str
    due_on: date
    state: State
    kept_on: date | None
    note: str
    may_keep: bool


@dataclass(frozen=True, slots=True)
class IdeaPage:
    """All that an idea's page shows. Verdicts are truthy, or say why not."""

    public_id: str
    title: str
    text: str
    language: str
    author: str
    proposed_at: datetime
    place: str
    category: str
    supports: int
    threshold: int | None
    source_supports: int | None
    source_supports_on: date | None
    source_url: str
    source_name: str
    question: str
    debate_public_id: str
    community_slug: str
    community_name: str
    is_debate_open: bool
    is_archived: bool
    is_by_itself: bool
    closes_at: datetime | None
    edited_at: datetime | None
    withdrawn_at: datetime | None
    hidden_at: datetime | None
    hiding_reason: str
    is_supported: bool
    is_supported_below: bool
    fate: tuple[FateStep, ...]
    answer: AnswerShown | None
    second_look: SecondLook | None
    carried_from: CarriedFrom | None
    born_at: Gathering | None
    may_unlink: bool
    promise: PromiseShown | None
    may_support: Verdict
    may_withdraw_support: Verdict | None
    may_edit: bool
    may_withdraw: bool
    may_restore: bool
    may_answer: bool
    may_hide: bool
    may_report: bool
    may_contest: bool

    @property
    def takes_support(self) -> bool:
        """Whether anybody can still stand behind it here."""
        gone = self.withdrawn_at or self.hidden_at
        return self.is_debate_open and self.is_by_itself and not gone


def idea_for_withdrawal(reader: Reader, public_id: str) -> Idea | None:
    """An idea the reader may see, or wrote: one may take it back also where one no longer reads."""
    found_by = Q(pk__in=rules.ideas_visible_to(reader).values("pk"))
    if reader.is_known:
        found_by |= Q(author=reader.member_id)
    return (
        Idea.objects.filter(found_by, public_id=public_id)
        .select_related("debate__community")
        .first()
    )


def idea_for_change(reader: Reader, public_id: str) -> Idea | None:
    """An idea the reader may see, with what its rules ask first; its page asks for much more."""
    return (
        rules.ideas_visible_to(reader)
        .filter(public_id=public_id)
        .select_related("author", "answer__appeal", "thread__community", "debate__community")
        .first()
    )


def idea_named(idea: Idea) -> IdeaNamed:
    """Of an idea that `idea_for_change` loaded."""
    return IdeaNamed(
        public_id=idea.public_id,
        title=idea.title,
        text=idea.text,
        language=idea.language,
        supports=idea.supporters,
        community_slug=idea.debate.community.slug,
    )


def idea_to_read(reader: Reader, public_id: str) -> Idea | None:
    """An idea the reader may see, with all that its rules and its page ask for; one query."""
    ideas = rules.ideas_visible_to(reader).filter(public_id=public_id)
    acts = Regrouping.objects.filter(Q(idea=OuterRef("pk")) | Q(lines__idea=OuterRef("pk")))
    behind = Idea.objects.filter(counts_for("pk"))
    authored = behind.filter(author__isnull=False)
    supported = behind.filter(supports__member=reader.member_id or 0)
    found: Idea | None = (
        with_origin(with_step(with_counts(ideas, reader), reader), reader)
        .annotate(
            was_regrouped=Exists(acts),
            authors_behind=ArraySubquery(authored.order_by().values("author").distinct()),
            is_supported_behind=Exists(supported),
        )
        .select_related(
            "author",
            "place__parent",
            "thread__community",
            "answer__answered_by",
            "answer__appeal__first_answered_by",
            "answer__appeal__decided_by",
            "delivery_note",
            "debate__community",
            "merged_into",
            "part_of",
            "carried_from__debate__community",
            "event__community",
        )
        .first()
    )
    return found


def idea_for_page(reader: Reader, idea: Any) -> IdeaPage:
    """The page of an idea that `idea_to_read` loaded."""
    count = idea.supporters
    owed = owed_of(idea)
    answer = answer_of(idea)
    adopted = answer is not None and answer.decision in ADOPTING
    debate, community = idea.debate, idea.debate.community
    may_withdraw_support = rules.may_withdraw_support(reader, idea) if idea.is_supported else None
    author = author_name(idea)
    return IdeaPage(
        public_id=idea.public_id,
        title=idea.title,
        text=idea.text,
        language=idea.language,
        author=author,
        proposed_at=idea.proposed_at,
        place=place_path(idea.place) if idea.place else "",
        category=idea.category,
        supports=count,
        threshold=debate.support_threshold,
        source_supports=idea.source_supports,
        source_supports_on=idea.source_supports_on,
        source_url=web_address(idea.source_url),
        source_name=community.source_name,
        question=debate.question,
        debate_public_id=debate.public_id,
        community_slug=community.slug,
        community_name=community.name,
        is_debate_open=debate.is_open,
        is_archived=debate.archived_at is not None,
        is_by_itself=idea.is_by_itself,
        closes_at=debate.closes_at,
        edited_at=idea.edited_at,
        withdrawn_at=idea.withdrawn_at,
        hidden_at=idea.hidden_at,
        hiding_reason=idea.hiding_reason,
        is_supported=idea.is_supported,
        is_supported_below=bool(may_withdraw_support) and _is_supported_below(reader, idea),
        fate=with_what_came(
            fate_of(
                idea,
                owed,
                author=author,
                supports=count,
                posts=idea.post_count if has_conversations(community) else None,
                programme=step_of(idea) if adopted else None,
                above=fate_above(reader, idea) if idea.is_carried else (),
            ),
            IDEA_FATE.collect(reader, [idea.pk]).get(idea.pk, ()) if adopted else (),
        ),
        answer=_answer(answer, owed) if answer else None,
        second_look=second_look_for_page(reader, idea, owed.second_look),
        carried_from=carried_from(reader, idea),
        born_at=(born_at := gathering_named(reader, idea.event_id)),
        may_unlink=born_at is not None and bool(rules.may_unlink_idea(reader, idea)),
        promise=_promise(reader, idea, owed),
        may_support=rules.may_support(reader, idea),
        may_withdraw_support=may_withdraw_support,
        may_edit=bool(rules.may_edit_idea(reader, idea)),
        may_withdraw=bool(rules.may_withdraw_idea(reader, idea)),
        may_restore=idea.withdrawn_at is not None and bool(rules.may_restore_idea(reader, idea)),
        may_answer=bool(rules.may_answer(reader, idea)),
        may_report=bool(rules.may_report_idea(reader, idea)),
        may_hide=bool(may_moderate(reader, community) and rules.may_hide_idea(reader, idea)),
        may_contest=answer is not None and bool(rules.may_contest(reader, idea)),
    )


def _is_supported_below(reader: Reader, idea: Any) -> bool:
    """Whether the reader's support came up with what was carried here; asked where it may have."""
    if not (idea.carried_from_id or idea.was_regrouped):
        return False
    given = Support.objects.behind(idea).filter(member=reader.member_id)
    return given.exclude(idea__debate=idea.debate_id).exists()


def _answer(answer: Answer, owed: Owed) -> AnswerShown:
    return AnswerShown(
        decision=decision_words(answer.decision),
        tone=TONES[Decision(answer.decision)],
        reasons=answer.reasons,
        by=answered_by(answer),
        on=answer.answered_at,
        in_time=in_time_words(owed.reply),
        is_grouped=answer.group_id is not None,
    )


def _promise(reader: Reader, idea: Idea, owed: Owed) -> PromiseShown | None:
    line = owed.delivery
    if line is None:
        return None
    note = getattr(idea, "delivery_note", None)
    return PromiseShown(
        promise=line.promise,
        owner_title=line.owner_title,
        due_on=line.due_on,
        state=line.state,
        kept_on=line.kept_on,
        note=note.text if note else "",
        may_keep=_may_keep(reader, idea, line.id),
    )


def _may_keep(reader: Reader, idea: Any, commitment_id: int) -> bool:
    promised = next(one for one in commitments_in(idea.about_idea) if one.pk == commitment_id)
    promised.community = idea.debate.community
    return bool(rules.may_deliver(reader, idea, promised))
