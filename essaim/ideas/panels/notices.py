from collections.abc import Callable, Collection
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from essaim.communities.readers import Reader
from essaim.communities.rules import communities_visible_to
from essaim.design.typography import day
from essaim.ideas import rules
from essaim.ideas.models import Answer, Debate, Idea
from essaim.ideas.queries.fate import answer_of, decision_words
from essaim.outreach.models import Notice
from essaim.outreach.queries import NOTICE_WORDING, Wording

ABOUT_IDEAS = ("ideas.answered", "ideas.delivered")
ABOUT_DEBATES = (
    "ideas.debate_opened",
    "ideas.answers_due",
    "ideas.answers_late",
    "ideas.group_answered",
)


def _noticed(ids: Collection[int], *kinds: str) -> dict[int, tuple[str, dict[str, Any]]]:
    rows = Notice.objects.filter(pk__in=ids, kind__in=kinds)
    return {pk: (kind, details) for pk, kind, details in rows.values_list("pk", "kind", "details")}


@NOTICE_WORDING.fills(subplatform="ideas", order=10)
def about_ideas(reader: Reader, ids: Collection[int]) -> dict[int, list[Wording]]:
    """What became of an idea that the reader proposed or supported."""
    told = _noticed(ids, *ABOUT_IDEAS)
    ideas = (
        rules.ideas_visible_to(reader)
        .select_related("answer", "author")
        .in_bulk({details["idea_id"] for _kind, details in told.values()})
    )
    return {
        pk: [_about_idea(reader, kind, ideas[details["idea_id"]])]
        for pk, (kind, details) in told.items()
        if details["idea_id"] in ideas
    }


def _about_idea(reader: Reader, kind: str, idea: Idea) -> Wording:
    url = reverse("idea", args=[idea.public_id])
    said = {"title": idea.title}
    if kind == "ideas.delivered":
        return Wording(text=_("What was promised is there: “%(title)s”.") % said, url=url)
    answer: Answer | None = answer_of(idea)
    mine = idea.author_id == reader.member_id
    text = (
        _("Your idea “%(title)s” has its answer.")
        if mine
        else _("“%(title)s”, which you supported, has its answer.")
    )
    badge = decision_words(answer.decision) if answer else ""
    return Wording(text=text % said, url=url, badge=badge)


@NOTICE_WORDING.fills(subplatform="ideas", order=11)
def about_debates(reader: Reader, ids: Collection[int]) -> dict[int, list[Wording]]:
    """A question asked, answers owed, a group answered."""
    told = _noticed(ids, *ABOUT_DEBATES)
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


_DEBATE_WORDS: dict[str, Callable[[Debate], Wording]] = {
    "ideas.debate_opened": _opened,
    "ideas.answers_due": _due,
    "ideas.answers_late": _late,
    "ideas.group_answered": _group_answered,
}


@NOTICE_WORDING.fills(subplatform="ideas", order=12)
def about_hidden_ideas(reader: Reader, ids: Collection[int]) -> dict[int, list[Wording]]:
    """The author no longer sees the idea: the reason is told here, the link is to the debate."""
    told = _noticed(ids, "ideas.hidden")
    ideas = Idea.objects.filter(author=reader.member_id or 0).select_related("debate__community")
    hidden = ideas.in_bulk({details["idea_id"] for _kind, details in told.values()})
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
    told = _noticed(ids, "ideas.in_programme")
    communities = communities_visible_to(reader).in_bulk(
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
