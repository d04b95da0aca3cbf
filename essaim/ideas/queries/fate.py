"""What became of an idea, in words: the timeline of its page and the badge of its line."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from essaim.commitments.models import CommitmentKind, State
from essaim.commitments.queries import CommitmentLine
from essaim.design.typography import day, number, short_day
from essaim.foundation.panels import Place
from essaim.ideas.models import ADOPTING, Answer, Appeal, Decision, Idea, Outcome
from essaim.ideas.queries.programme import ProgrammeStep
from essaim.members.models import Member

TONES = {
    Decision.ADOPTED: "good",
    Decision.IN_PART: "good",
    Decision.NOT_ADOPTED: "plain",
    Decision.NEEDS_MORE: "now",
}


@dataclass(frozen=True, slots=True)
class FateStep:
    """One step, as `ui.fate` prints it; `state` is done, now, late or todo."""

    label: str
    state: str
    meta: str = ""
    href: str | None = None


# Key: idea id. What came of an adopted idea elsewhere: its project, then the effect of that.
IDEA_FATE: Place[int, FateStep] = Place("what came of an idea")


@dataclass(frozen=True, slots=True)
class Badge:
    label: str
    tone: str = "plain"


@dataclass(frozen=True, slots=True)
class Owed:
    """The commitments about one idea, as far as there are any."""

    answer: CommitmentLine | None = None
    group: CommitmentLine | None = None
    delivery: CommitmentLine | None = None
    second_look: CommitmentLine | None = None

    @property
    def reply(self) -> CommitmentLine | None:
        return self.answer or self.group


def owed_about(
    idea: Idea, about_idea: list[CommitmentLine], about_debate: list[CommitmentLine]
) -> Owed:
    by_kind = {line.kind: line for line in about_idea}
    group = next(iter(about_debate), None) if idea.passed_threshold is False else None
    return Owed(
        answer=by_kind.get(CommitmentKind.ANSWER),
        group=group,
        delivery=by_kind.get(CommitmentKind.DELIVERY),
        second_look=by_kind.get(CommitmentKind.APPEAL),
    )


def decision_words(decision: str) -> str:
    """As a badge or a step says it."""
    return {
        Decision.ADOPTED: _("Adopted"),
        Decision.IN_PART: _("Adopted in part"),
        Decision.NOT_ADOPTED: _("Not adopted"),
        Decision.NEEDS_MORE: _("Needs more"),
    }[Decision(decision)]


def answer_of(idea: Idea) -> Answer | None:
    """The answer, loaded with `select_related("answer")`."""
    return getattr(idea, "answer", None)


def badge_of(idea: Idea, owed: Owed) -> Badge | None:
    """The shortest true word about an idea; None while its debate is open, or in an archive."""
    if idea.withdrawn_at:
        return Badge(_("withdrawn by its author"))
    if idea.hidden_at:
        return Badge(pgettext("idea", "hidden"))
    if idea.merged_into_id:
        return Badge(_("merged into another"))
    if idea.divided_at:
        return Badge(_("split into parts"))
    answer = answer_of(idea)
    return _after_answer(answer, owed) if answer else _before_answer(idea, owed)


def _after_answer(answer: Answer, owed: Owed) -> Badge:
    if owed.second_look and owed.second_look.state == State.LATE:
        return Badge(_("second look late"), "late")
    if owed.second_look and owed.second_look.state == State.DUE:
        by = {"day": short_day(owed.second_look.due_on)}
        return Badge(_("contested, second look by %(day)s") % by, "now")
    state = owed.delivery.state if owed.delivery else None
    if state in {State.KEPT, State.KEPT_LATE}:
        return Badge(_("delivered"), "good")
    if state == State.LATE:
        return Badge(_("promise late"), "late")
    return Badge(decision_words(answer.decision), TONES[Decision(answer.decision)])


def _before_answer(idea: Idea, owed: Owed) -> Badge | None:
    if getattr(idea, "is_carried", False):
        return Badge(_("carried to a community above"))
    if owed.reply and owed.reply.state == State.LATE:
        return Badge(_("answer late"), "late")
    if owed.reply and owed.reply.state == State.DUE:
        return Badge(_("answer due by %(day)s") % {"day": short_day(owed.reply.due_on)}, "now")
    return None


def fate_of(
    idea: Idea,
    owed: Owed,
    *,
    author: str,
    supports: int,
    posts: int | None,
    programme: ProgrammeStep | None,
    above: tuple[FateStep, ...] = (),
) -> tuple[FateStep, ...]:
    """From its proposal to what was delivered; only what its debate has promised is to come.

    `above` is what became of it in a community that it was carried to; `posts` is None where there
    are no conversations.
    """
    steps = [
        FateStep(_("Proposed"), "done", ", ".join(filter(None, [day(idea.proposed_at), author]))),
        _debated(idea, supports, posts),
    ]
    if idea.withdrawn_at:
        steps.append(FateStep(_("Withdrawn"), "done", _by_author(idea)))
    elif idea.divided_at:
        split = FateStep(capfirst(_("split into parts")), "done", day(idea.divided_at))
        steps[1:] = [split]  # its parts are debated and answered
    elif above and answer_of(idea) is None:
        pass  # it is answered there
    elif not (idea.debate.archived_at or idea.debate.withdrawn_at):
        steps.extend(after_the_debate(idea, owed, programme))
    return (*steps, *above)


def with_what_came(fate: tuple[FateStep, ...], came: Iterable[FateStep]) -> tuple[FateStep, ...]:
    """What came of it stands behind what is done, before what is still to come."""
    done = [step for step in fate if step.state != "todo"]
    return (*done, *came, *fate[len(done) :])


def _by_author(idea: Idea) -> str:
    moment = idea.withdrawn_at
    return _("by its author on %(day)s") % {"day": day(moment)} if moment else ""


def counts_in_words(supports: int, posts: int | None) -> str:
    given = ngettext("%(count)s support", "%(count)s supports", supports)
    said = [given % {"count": number(supports)}]
    if posts is not None:
        written = ngettext("%(count)s message", "%(count)s messages", posts)
        said.append(written % {"count": number(posts)})
    return ", ".join(said)


def _debated(idea: Idea, supports: int, posts: int | None) -> FateStep:
    debate = idea.debate
    if debate.archived_at:
        written = ngettext("%(count)s message", "%(count)s messages", posts or 0)
        said = written % {"count": number(posts)} if posts else _("elsewhere")
        return FateStep(_("Debated"), "done", said)
    counts = counts_in_words(supports, posts)
    if not debate.is_open:
        return FateStep(_("Debated"), "done", counts)
    until = _("until %(day)s") % {"day": short_day(debate.closes_at)} if debate.closes_at else ""
    return FateStep(_("In debate"), "now", f"{counts}, {until}" if until else counts)


def after_the_debate(idea: Idea, owed: Owed, programme: ProgrammeStep | None) -> list[FateStep]:
    answer = answer_of(idea)
    if answer is None:
        first = _awaited(idea, owed.reply)
        later = [_("In the programme"), _("Promised"), _("Delivered")]
        return [first, *(FateStep(label, "todo") for label in later)]
    steps = _answered(answer, owed)
    if answer.decision in ADOPTING:
        ahead = [_in_programme(programme), _promised(owed.delivery), _delivered(owed.delivery)]
        steps += sorted(ahead, key=lambda step: step.state == "todo")  # what is done stands first
    return steps


def _awaited(idea: Idea, owed: CommitmentLine | None) -> FateStep:
    debate = idea.debate
    if owed is None:
        meta = _("within %(days)s days after the debate, by: %(title)s") % {
            "days": debate.answer_delay_days,
            "title": debate.answering_title,
        }
        return FateStep(_("Answered"), "todo", meta if debate.answer_delay_days else "")
    said = {"day": day(owed.due_on), "title": owed.owner_title}
    if owed.state == State.LATE:
        return FateStep(_("Answer late"), "late", _("was due on %(day)s by: %(title)s") % said)
    label = _("Grouped answer") if owed.kind == CommitmentKind.GROUPED_ANSWER else _("Answer")
    return FateStep(label, "now", _("due by %(day)s, by: %(title)s") % said)


def in_time_words(owed: CommitmentLine | None) -> str:
    """« on time », « 3 days late », or nothing when no date was promised."""
    if owed is None or owed.kept_on is None:
        return ""
    if owed.state == State.KEPT:
        return _("on time")
    late = ngettext("%(count)s day late", "%(count)s days late", owed.days_late)
    return late % {"count": number(owed.days_late)}


def _answered(answer: Answer, owed: Owed) -> list[FateStep]:
    """The first answer, and when it was contested what came of that."""
    appeal: Appeal | None = getattr(answer, "appeal", None)
    if appeal is None or appeal.withdrawn_at:
        return [_answer_step(answer.decision, answer.answered_at, owed.reply, answered_by(answer))]
    first_by = person_and_title(appeal.first_answered_by, appeal.first_title)
    return [
        _answer_step(appeal.first_decision, appeal.first_answered_at, owed.reply, first_by),
        FateStep(_("Contested"), "done", day(appeal.made_at)),
        _second_look(answer, appeal, owed.second_look),
    ]


def _answer_step(decision: str, moment: datetime, owed: CommitmentLine | None, by: str) -> FateStep:
    parts = [day(moment), in_time_words(owed), by]
    return FateStep(decision_words(decision), "done", ", ".join(p for p in parts if p))


def _second_look(answer: Answer, appeal: Appeal, owed: CommitmentLine | None) -> FateStep:
    if appeal.decided_at:
        label = (
            _("Changed: %(decision)s") % {"decision": decision_words(answer.decision)}
            if appeal.outcome == Outcome.CHANGED
            else _("Upheld")
        )
        by = person_and_title(appeal.decided_by, appeal.decided_title)
        parts = [day(appeal.decided_at), in_time_words(owed), by]
        return FateStep(label, "done", ", ".join(part for part in parts if part))
    said = {"day": day(appeal.due_on), "title": owed.owner_title if owed else ""}
    if owed and owed.state == State.LATE:
        label = _("Second look late")
        return FateStep(label, "late", _("was due on %(day)s by: %(title)s") % said)
    return FateStep(_("Second look"), "now", _("due by %(day)s, by: %(title)s") % said)


def answered_by(answer: Answer) -> str:
    return person_and_title(answer.answered_by, answer.answered_title)


def person_and_title(person: Member | None, title: str) -> str:
    """« Hélène D., elected for mobility »; only the title when the account is gone."""
    return ", ".join(part for part in (person.name if person else "", title) if part)


def _in_programme(step: ProgrammeStep | None) -> FateStep:
    if step is None:
        return FateStep(_("In the programme"), "todo")
    meta = _("item %(number)s, version %(version)s") % {
        "number": step.item_number,
        "version": step.version,
    }
    return FateStep(_("In the programme"), "done", meta, step.url or None)


def _promised(delivery: CommitmentLine | None) -> FateStep:
    if delivery is None:
        return FateStep(_("Promised"), "todo")
    meta = _("for %(day)s, by: %(title)s") % {
        "day": day(delivery.due_on),
        "title": delivery.owner_title,
    }
    return FateStep(_("Promised"), "done", meta)


def _delivered(delivery: CommitmentLine | None) -> FateStep:
    if delivery is None:
        return FateStep(_("Delivered"), "todo")
    if delivery.kept_on:
        parts = [day(delivery.kept_on), in_time_words(delivery)]
        return FateStep(_("Delivered"), "done", ", ".join(part for part in parts if part))
    if delivery.state == State.LATE:
        late = ngettext("%(count)s day late", "%(count)s days late", delivery.days_late)
        return FateStep(_("Delivery late"), "late", late % {"count": number(delivery.days_late)})
    return FateStep(_("Delivered"), "now", _("by %(day)s") % {"day": day(delivery.due_on)})
