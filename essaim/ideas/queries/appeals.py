"""Second looks: who may take one, what a page says of it."""

from dataclasses import dataclass
from datetime import date, datetime

from essaim.commitments.models import State
from essaim.commitments.queries import CommitmentLine
from essaim.communities.queries import HolderLine, holders_of
from essaim.communities.readers import Reader
from essaim.ideas import rules
from essaim.ideas.models import Decision, Idea, Outcome
from essaim.ideas.queries.fate import TONES, decision_words, person_and_title
from essaim.members.models import Member


@dataclass(frozen=True, slots=True)
class FirstAnswer:
    decision: str
    tone: str
    reasons: str
    by: str
    on: datetime


@dataclass(frozen=True, slots=True)
class SecondLook:
    """Who contested is only told when it is the author: whom one supports is nobody's business.

    Hidden `reasons` are empty, and why they were hidden too, for whoever may not read them.
    """

    first: FirstAnswer
    is_by_author: bool
    is_mine: bool
    reasons: str
    words_withdrawn_at: datetime | None
    hidden_at: datetime | None
    hiding_reason: str
    made_at: datetime
    withdrawn_at: datetime | None
    owed_by: str
    due_on: date
    is_late: bool
    is_changed: bool
    decided_at: datetime | None
    decided_by: str
    decision_reasons: str
    may_decide: bool
    may_withdraw: bool
    may_hide: bool


def second_look_for_page(
    reader: Reader, idea: Idea, owed: CommitmentLine | None
) -> SecondLook | None:
    """What became of an answer that was contested; all of it was loaded with the idea."""
    appeal = rules.appeal_against(idea)
    if appeal is None:
        return None
    decision = Decision(appeal.first_decision)
    is_mine = reader.is_known and appeal.appellant_id == reader.member_id
    is_read = bool(rules.may_read_appeal(reader, idea, appeal))
    return SecondLook(
        first=FirstAnswer(
            decision=decision_words(decision),
            tone=TONES[decision],
            reasons=appeal.first_reasons,
            by=person_and_title(appeal.first_answered_by, appeal.first_title),
            on=appeal.first_answered_at,
        ),
        is_by_author=appeal.appellant_id is not None and appeal.appellant_id == idea.author_id,
        is_mine=is_mine,
        reasons=appeal.reasons if is_read or is_mine else "",
        words_withdrawn_at=appeal.words_withdrawn_at,
        hidden_at=appeal.hidden_at,
        hiding_reason=appeal.hiding_reason if is_read or is_mine else "",
        made_at=appeal.made_at,
        withdrawn_at=appeal.withdrawn_at,
        owed_by=owed.owner_title if owed else "",
        due_on=appeal.due_on,
        is_late=owed is not None and owed.state == State.LATE,
        is_changed=appeal.outcome == Outcome.CHANGED,
        decided_at=appeal.decided_at,
        decided_by=person_and_title(appeal.decided_by, appeal.decided_title),
        decision_reasons=appeal.decision_reasons,
        may_decide=bool(rules.may_decide_appeal(reader, idea)),
        may_withdraw=bool(rules.may_withdraw_appeal(reader, appeal)),
        may_hide=bool(rules.may_hide_appeal(reader, idea)),
    )


def second_lookers(idea: Idea) -> list[HolderLine]:
    """Whoever may look again: the people of the community itself, else those who reach it."""
    community, appeal = idea.debate.community, rules.appeal_against(idea)
    roles = (idea.debate.answering_role, *rules.SECOND_LOOKERS)
    parties: set[int | None] = set()
    if appeal:
        parties = {appeal.first_answered_by_id, *rules.asking(idea, appeal)}
    for reach in (False, True):
        holders = holders_of(community, *roles, reach=reach)
        others = [one for one in holders if one.member_id not in parties]
        if others:
            return sorted(others, key=lambda one: roles.index(one.role))
    return []


def title_of_second_looker(idea: Idea, member: Member) -> str:
    """The title of the role with which this member decides."""
    roles = (idea.debate.answering_role, *rules.SECOND_LOOKERS)
    held = holders_of(idea.debate.community, *roles, reach=True)
    mine = [one for one in held if one.member_id == member.pk]
    mine.sort(key=lambda one: roles.index(one.role))
    return mine[0].title if mine else ""
