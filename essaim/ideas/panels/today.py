from collections.abc import Collection

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from essaim.commitments.models import CommitmentKind
from essaim.communities.readers import Reader
from essaim.design.typography import short_day
from essaim.ideas import queries
from essaim.ideas.queries import DeskLine, FateSeen, OpenDebate, OpenIdea
from essaim.outreach.queries import TODAY_ACTS, TODAY_FATE, Act, FateLine

ANSWERING, READING, PROPOSING = 10, 1, 10  # minutes
MOST_IDEAS = 3
MOST_DEBATES = 2
MOST_OWED = 3
MOST_FATES = 6


@TODAY_ACTS.fills(subplatform="ideas", order=10)
def what_i_owe(reader: Reader, ids: Collection[int]) -> dict[int, list[Act]]:
    """For those who answer: the oldest debts first."""
    if reader.member_id is None or reader.member_id not in ids:
        return {}
    return {
        reader.member_id: [_owed(line) for line in queries.answers_owed(reader, most=MOST_OWED)]
    }


def _owed(line: DeskLine) -> Act:
    when = (
        ngettext("%(count)s day late", "%(count)s days late", line.days_late)
        % {"count": line.days_late}
        if line.is_late
        else _("due by %(day)s") % {"day": short_day(line.due_on)}
    )
    said = {"title": line.title}
    if line.kind == CommitmentKind.GROUPED_ANSWER:
        title = _("Answer the ideas below the threshold: %(title)s") % said
        url = reverse("debate_answer_group", args=[line.slug, line.debate])
    elif line.kind == CommitmentKind.DELIVERY:
        title = _("Deliver what was promised: %(title)s") % said
        url = reverse("idea", args=[line.idea])
    elif line.kind == CommitmentKind.APPEAL:
        title = _("Take a second look at a contested answer: %(title)s") % said
        url = reverse("idea_second_look", args=[line.idea])
    else:
        title = _("Answer: %(title)s") % said
        url = reverse("idea_answer", args=[line.idea])
    return Act(
        minutes=None if line.kind == CommitmentKind.DELIVERY else ANSWERING,
        title=title,
        url=url,
        why=when,
        key=f"ideas.{line.kind}:{line.idea or line.debate}",
        is_owed=True,
    )


@TODAY_ACTS.fills(subplatform="ideas", order=30)
def what_i_could_read(reader: Reader, ids: Collection[int]) -> dict[int, list[Act]]:
    """Ideas of open debates that the reader has neither proposed nor supported: near first."""
    if reader.member_id is None or reader.member_id not in ids:
        return {}
    ideas = queries.ideas_to_read(reader, most=MOST_IDEAS)
    return {reader.member_id: [_to_read(idea) for idea in ideas]}


def _to_read(idea: OpenIdea) -> Act:
    return Act(
        minutes=READING,
        title=_("Read, and support it or not: “%(title)s”") % {"title": idea.title},
        url=reverse("idea", args=[idea.public_id]),
        why=_("It concerns %(place)s, where you live.") % {"place": idea.place}
        if idea.is_near
        else _("%(name)s asks: “%(question)s”")
        % {"name": idea.community, "question": idea.question},
        key=f"ideas.read:{idea.public_id}",
    )


@TODAY_ACTS.fills(subplatform="ideas", order=40)
def what_i_could_propose(reader: Reader, ids: Collection[int]) -> dict[int, list[Act]]:
    """Open questions in which the reader proposed nothing yet, the soonest closed first."""
    if reader.member_id is None or reader.member_id not in ids:
        return {}
    debates = queries.debates_to_answer(reader, most=MOST_DEBATES)
    return {reader.member_id: [_to_propose(debate) for debate in debates]}


def _to_propose(debate: OpenDebate) -> Act:
    return Act(
        minutes=PROPOSING,
        title=_("Answer: “%(question)s”") % {"question": debate.question},
        url=reverse("idea_new", args=[debate.slug, debate.public_id]),
        why=_("%(name)s takes ideas until %(day)s.")
        % {"name": debate.community, "day": short_day(debate.closes_at)},
        key=f"ideas.propose:{debate.public_id}",
    )


@TODAY_FATE.fills(subplatform="ideas", order=10)
def what_became_of_it(reader: Reader, ids: Collection[int]) -> dict[int, list[FateLine]]:
    if reader.member_id is None or reader.member_id not in ids:
        return {}
    seen = queries.fates_for_today(reader, most=MOST_FATES)
    return {reader.member_id: [_fate(one) for one in seen]}


def _fate(one: FateSeen) -> FateLine:
    return FateLine(
        title=one.title,
        url=reverse("idea", args=[one.public_id]),
        badge=one.badge.label,
        tone=one.badge.tone,
        text=_("your idea") if one.is_mine else _("an idea you supported"),
        happened_at=one.happened_at,
    )
