from collections.abc import Collection

from django.db.models import Expression
from django.urls import reverse
from django.utils.translation import gettext as _

from essaim.communities.models import AskState
from essaim.communities.queries import DecisionInBrief, asks_by_id, decisions_in_brief
from essaim.communities.readers import UNREAD, Reader
from essaim.design.typography import day
from essaim.outreach.queries import NOTICE_WORDING, UNREAD_NOTICES, Wording, noticed


@UNREAD.fills(subplatform="outreach", order=10)
def unread_notices(_reader: None, ids: Collection[int]) -> dict[int, list[Expression]]:
    return {id_: [UNREAD_NOTICES("pk")] for id_ in ids}


@NOTICE_WORDING.fills(subplatform="outreach", order=10)
def decision_notices(reader: Reader, ids: Collection[int]) -> dict[int, list[Wording]]:
    """« Your message was hidden: … », and what became of the second look."""
    kinds = ("communities.decision", "communities.appeal", "communities.second_look")
    found = noticed(ids, *kinds)
    brief = decisions_in_brief(reader, {details["decision_id"] for _k, details in found.values()})
    wordings = {}
    for notice_id, (kind, details) in found.items():
        decision = brief.get(details["decision_id"])
        if decision:
            url = reverse("decision", args=[decision.public_id])
            wordings[notice_id] = [Wording(text=_decision_words(kind, decision), url=url)]
    return wordings


def _decision_words(kind: str, decision: DecisionInBrief) -> str:
    values = {
        "community": decision.community,
        "about": decision.about,
        "verb": decision.verb,
        "reason": decision.reason,
        "second": decision.second_reason,
    }
    if kind == "communities.decision":
        return _("A decision in %(community)s, %(about)s: %(verb)s. %(reason)s") % values
    if kind == "communities.appeal":
        said = _("In %(community)s, a second look at a decision is asked for: %(reason)s")
        return said % values
    if decision.is_upheld:
        return _("In %(community)s, the decision was overturned: %(second)s") % values
    return _("In %(community)s, the decision was confirmed: %(second)s") % values


@NOTICE_WORDING.fills(subplatform="outreach", order=11)
def opening_notices(reader: Reader, ids: Collection[int]) -> dict[int, list[Wording]]:
    """« Nay asks to open: answer by the 3rd », and that it is open."""
    found = noticed(ids, "communities.opening_asked", "communities.opening_granted")
    asks = asks_by_id(reader, {details["ask_id"] for _k, details in found.values()})
    wordings = {}
    for notice_id, (kind, details) in found.items():
        ask = asks.get(details["ask_id"])
        if ask is None:
            continue
        values = {"name": ask.community.name, "above": ask.parent.name, "day": day(ask.due_at)}
        if kind == "communities.opening_asked":
            text = _("%(name)s asks to open in %(above)s: answer by %(day)s.")
            url = reverse("opening", args=[ask.public_id])
        elif ask.state == AskState.SILENT:
            text = _("%(name)s is open: nobody answered in time, so it opened by itself.")
            url = reverse("community", args=[ask.community.slug])
        else:
            text = _("%(name)s is open: everyone can join.")
            url = reverse("community", args=[ask.community.slug])
        wordings[notice_id] = [Wording(text=text % values, url=url)]
    return wordings
