from collections.abc import Callable, Collection
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from essaim.communities.readers import Reader
from essaim.communities.rules import communities_visible_to
from essaim.design.typography import day
from essaim.ideas import rules
from essaim.ideas.models import Answer, Debate, Idea, Outcome
from essaim.ideas.queries.fate import answer_of, decision_words
from essaim.ideas.queries.subjects import ideas_told_of, own_ideas
from essaim.outreach.queries import NOTICE_WORDING, Wording, noticed

ABOUT_SECOND_LOOKS = (
    "ideas.adoption_undone",
    "ideas.appeal_hidden",
    "ideas.contested",
    "ideas.second_look_due",
    "ideas.second_look_late",
    "ideas.second_look_taken",
)
ABOUT_IDEAS = ("ideas.answered", "ideas.delivered", *ABOUT_SECOND_LOOKS)
ABOUT_DEBATES = (
    "ideas.debate_opened",
    "ideas.answers_due",
    "ideas.answers_late",
    "ideas.group_answered",
    "ideas.carried",
)


@NOTICE_WORDING.fills(subplatform="ideas", order=10)
def about_ideas(reader: Reader, ids: Collection[int]) -> dict[int, list[Wording]]:
    """What became of an idea that the reader proposed or supported."""
    told = noticed(ids, *ABOUT_IDEAS)
    ideas = ideas_told_of(reader, {details["idea_id"] for _kind, details in told.values()})
    return {
        pk: [_about_idea(reader, kind, ideas[details["idea_id"]])]
        for pk, (kind, details) in told.items()
        if details["idea_id"] in ideas
    }


def _about_idea(reader: Reader, kind: str, idea: Any) -> Wording:
    url = reverse("idea", args=[idea.public_id])
    said = {"title": idea.title}
    if kind == "ideas.delivered":
        return Wording(text=_("What was promised is there: “%(title)s”.") % said, url=url)
    if kind in ABOUT_SECOND_LOOKS:
        return _about_second_look(reader, kind, idea)
    answer: Answer | None = answer_of(idea)
    if idea.author_id == reader.member_id:
        text = _("Your idea “%(title)s” has its answer.")
    elif idea.is_supported:
        text = _("“%(title)s”, which you supported, has its answer.")
    else:
        text = _("“%(title)s”, which you talked about, has its answer.")
    badge = decision_words(_first_decision(answer)) if answer else ""
    return Wording(text=text % said, url=url, badge=badge)


def _first_decision(answer: Answer) -> str:
    """What was decided when it was told, whatever a second look came to."""
    appeal = getattr(answer, "appeal", None)
    return appeal.first_decision if appeal else answer.decision


def _about_second_look(reader: Reader, kind: str, idea: Idea) -> Wording:
    said = {"title": idea.title}
    page = reverse("idea", args=[idea.public_id])
    appeal = rules.appeal_against(idea)
    if kind == "ideas.second_look_taken":
        is_changed = appeal is not None and appeal.outcome == Outcome.CHANGED
        text = (
            _("A second look changed the answer to “%(title)s”.")
            if is_changed
            else _("A second look upheld the answer to “%(title)s”.")
        )
        answer: Answer | None = answer_of(idea)
        badge = decision_words(answer.decision) if answer else ""
        return Wording(text=text % said, url=f"{page}#answer", badge=badge)
    if kind == "ideas.adoption_undone":
        text = _("“%(title)s” stands in the programme, and is not adopted any more: look at it.")
        url = reverse("programme_edit", args=[idea.debate.community.slug])
        return Wording(text=text % said, url=url)
    if kind == "ideas.contested":
        text = _(
            "The answer you gave to “%(title)s” was contested; someone else looks at it again."
        )
        return Wording(text=text % said, url=f"{page}#answer")
    if kind == "ideas.appeal_hidden":
        is_mine = appeal is not None and appeal.appellant_id == reader.member_id
        why = {"reason": appeal.hiding_reason if appeal and is_mine else "", **said}
        text = _("A moderator hid why you contested the answer to “%(title)s”. Reason: %(reason)s")
        return Wording(text=text % why, url=f"{page}#answer")
    may_decide = bool(rules.may_decide_appeal(reader, idea))
    url = reverse("idea_second_look", args=[idea.public_id]) if may_decide else f"{page}#answer"
    if kind == "ideas.second_look_late":
        text = _("The second look at the answer to “%(title)s” is late; it shows publicly.")
        return Wording(text=text % said, url=url, badge=_("late"))
    due = {"day": day(appeal.due_on) if appeal else "", **said}
    text = _("The answer to “%(title)s” was contested: a second look is due by %(day)s.")
    return Wording(text=text % due, url=url)


@NOTICE_WORDING.fills(subplatform="ideas", order=11)
def about_debates(reader: Reader, ids: Collection[int]) -> dict[int, list[Wording]]:
    """A question asked, answers owed, a group answered."""
    told = noticed(ids, *ABOUT_DEBATES)
    debates = (
        rules.debates_visible_to(reader)
        .select_related("community")
        .in_bulk({details["debate_id"] for _kind, details in told.values()})
    )
    return {
        pk: [_DEBATE_WORDS[kind](debates[details["debate_id"]])]
        for pk, (kind, details) in told.items()
        if details["debate_id"] in debates
    }


def _page_of(debate: Debate) -> str:
    return reverse("debate", args=[debate.community.slug, debate.public_id])


def _opened(debate: Debate) -> Wording:
    said = {"question": debate.question, "name": debate.community.name}
    return Wording(text=_("%(name)s asks: “%(question)s”") % said, url=_page_of(debate))


def _due(debate: Debate) -> Wording:
    said = {
        "question": debate.question,
        "day": day(debate.answers_due_on) if debate.answers_due_on else "",
    }
    return Wording(
        text=_("The debate “%(question)s” is closed: you owe its answers by %(day)s.") % said,
        url=reverse("answers", args=[debate.community.slug]),
    )


def _late(debate: Debate) -> Wording:
    return Wording(
        text=_("Answers to “%(question)s” are late; it shows publicly.")
        % {"question": debate.question},
        url=reverse("answers", args=[debate.community.slug]),
        badge=_("late"),
    )


def _group_answered(debate: Debate) -> Wording:
    return Wording(
        text=_(
            "The ideas of “%(question)s” that stayed below the threshold, yours or supported by"
            " you among them, have their answer."
        )
        % {"question": debate.question},
        url=_page_of(debate),
        badge=_("Answered together"),
    )


def _carried(debate: Debate) -> Wording:
    said = {"name": debate.community.name, "question": debate.question}
    text = _(
        "What you proposed, supported or talked about goes on in %(name)s: “%(question)s”. You"
        " will be told the answer."
    )
    return Wording(text=text % said, url=_page_of(debate))


_DEBATE_WORDS: dict[str, Callable[[Debate], Wording]] = {
    "ideas.debate_opened": _opened,
    "ideas.answers_due": _due,
    "ideas.answers_late": _late,
    "ideas.group_answered": _group_answered,
    "ideas.carried": _carried,
}


@NOTICE_WORDING.fills(subplatform="ideas", order=12)
def about_hidden_ideas(reader: Reader, ids: Collection[int]) -> dict[int, list[Wording]]:
    """The author no longer sees the idea: the reason is told here, the link is to the debate."""
    told = noticed(ids, "ideas.hidden")
    hidden = own_ideas(reader, {details["idea_id"] for _kind, details in told.values()})
    return {
        pk: [
            Wording(
                text=_("A moderator hid your idea “%(title)s”. Reason: %(reason)s")
                % {"title": idea.title, "reason": idea.hiding_reason},
                url=_page_of(idea.debate),
            )
        ]
        for pk, (_kind, details) in told.items()
        if (idea := hidden.get(details["idea_id"]))
    }


@NOTICE_WORDING.fills(subplatform="ideas", order=13)
def about_the_programme(reader: Reader, ids: Collection[int]) -> dict[int, list[Wording]]:
    told = noticed(ids, "ideas.in_programme")
    communities = communities_visible_to(reader, subplatform=rules.PROGRAMME).in_bulk(
        {details["community_id"] for _kind, details in told.values()}
    )
    return {
        pk: [
            Wording(
                text=_("What you said stands behind item %(number)s of the programme of %(name)s.")
                % {"number": details["number"], "name": community.name},
                url=reverse("programme", args=[community.slug]) + f"#item-{details['number']}",
            )
        ]
        for pk, (_kind, details) in told.items()
        if (community := communities.get(details["community_id"]))
    }


@NOTICE_WORDING.fills(subplatform="ideas", order=14)
def about_regroupings(reader: Reader, ids: Collection[int]) -> dict[int, list[Wording]]:
    """What hosts merged and split among what the reader proposed, supported or talked about."""
    words = {
        "ideas.merged": _(
            "Ideas that say the same were merged: “%(title)s” speaks for all of them. What you"
            " wrote stays under your name, and your support counts once."
        ),
        "ideas.split": _(
            "“%(title)s” was split into its parts. If you supported it you stand behind each of"
            " them, and can take that back from any."
        ),
        "ideas.merge_undone": _(
            "“%(title)s”: the merge is undone, and each idea stands by itself again."
        ),
        "ideas.split_undone": _("“%(title)s”: the split is undone, and the idea is whole again."),
        # As it was told before merges and splits had words of their own.
        "ideas.regrouping_undone": _("“%(title)s”: what was merged or split is as it was before."),
        "ideas.left_group": _("Your idea “%(title)s” stands by itself again."),
    }
    told = noticed(ids, *words)
    ideas = rules.ideas_visible_to(reader).in_bulk(
        {details["idea_id"] for _kind, details in told.values()}
    )
    return {
        pk: [
            Wording(
                text=words[kind] % {"title": idea.title},
                url=reverse("idea", args=[idea.public_id]),
            )
        ]
        for pk, (kind, details) in told.items()
        if (idea := ideas.get(details["idea_id"]))
    }
