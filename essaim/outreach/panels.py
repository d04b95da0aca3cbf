from collections.abc import Collection
from typing import Any

from django.db.models import Expression
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from essaim.communities.models import AskState
from essaim.communities.queries import (
    DecisionInBrief,
    OfferPage,
    WelcomeInBrief,
    asks_by_id,
    communities_by_id,
    decisions_in_brief,
    merges_in_brief,
    offers_in_brief,
    welcomes_in_brief,
)
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


@NOTICE_WORDING.fills(subplatform="outreach", order=20)
def hosting_notices(reader: Reader, ids: Collection[int]) -> dict[int, list[Wording]]:
    """Being welcomed, being asked to host, what one’s question came to."""
    found = noticed(
        ids,
        "communities.welcomed",
        "communities.hosting_offered",
        "communities.hosting_answered",
    )
    if not found:
        return {}
    welcomes = welcomes_in_brief(reader, _named(found, "welcome_id"))
    offers = offers_in_brief(reader, _named(found, "offer_id"))
    wordings = {}
    for notice_id, (kind, details) in found.items():
        if welcome := welcomes.get(details.get("welcome_id", 0)):
            wordings[notice_id] = [_welcome_words(welcome)]
        elif offer := offers.get(details.get("offer_id", 0)):
            wordings[notice_id] = [_offer_words(kind, offer)]
    return wordings


def _named(found: dict[int, tuple[str, dict[str, Any]]], key: str) -> set[int]:
    return {details[key] for _kind, details in found.values() if key in details}


def _welcome_words(welcome: WelcomeInBrief) -> Wording:
    values = {"who": welcome.who, "name": welcome.community, "words": welcome.words}
    text = _("%(who)s welcomes you to %(name)s.") % values
    if welcome.words:
        text = _("%(who)s welcomes you to %(name)s: “%(words)s”") % values
    return Wording(text=text, url=reverse("community", args=[welcome.slug]))


def _offer_words(kind: str, offer: OfferPage) -> Wording:
    values = {"who": offer.offered_by, "asked": offer.asked, "name": offer.community_name}
    text = _("%(asked)s has answered your question about hosting %(name)s.") % values
    if kind == "communities.hosting_offered":
        text = _("%(who)s asks you to host %(name)s.") % values
    return Wording(text=text, url=reverse("offer", args=[offer.public_id]), badge=offer.outcome)


@NOTICE_WORDING.fills(subplatform="outreach", order=30)
def community_notices(reader: Reader, ids: Collection[int]) -> dict[int, list[Wording]]:
    """What becomes of a community that one belongs to or runs."""
    found = noticed(ids, *_ABOUT_COMMUNITY, *_ABOUT_MERGE)
    if not found:
        return {}
    known = {one.pk: one for one in communities_by_id(reader, _named(found, "community_id"))}
    merges = merges_in_brief(reader, _named(found, "merge_id"))
    wordings = {}
    for notice_id, (kind, details) in found.items():
        if community := known.get(details.get("community_id", 0)):
            text = _ABOUT_COMMUNITY[kind] % {"name": community.name}
            url = reverse(_PAGES.get(kind, "community_adoption"), args=[community.slug])
            wordings[notice_id] = [Wording(text=text, url=url)]
        elif merge := merges.get(details.get("merge_id", 0)):
            said = {"source": merge.source, "target": merge.target}
            url = reverse("community", args=[merge.target_slug])
            if kind == "communities.merge_proposed":
                url = reverse("merge", args=[merge.public_id])
            wordings[notice_id] = [Wording(text=_ABOUT_MERGE[kind] % said, url=url)]
    return wordings


_ABOUT_COMMUNITY = {
    "communities.looks_for_host": gettext_lazy("%(name)s looks for a host: would you be one?"),
    "communities.is_it_alive": gettext_lazy(
        "Somebody would like to take over %(name)s: say that it is alive, or let them."
    ),
    "communities.is_alive": gettext_lazy("A host of %(name)s says that it is alive."),
    "communities.adopted": gettext_lazy("%(name)s has a new host."),
    "communities.divides": gettext_lazy("%(name)s may divide: go or stay, as you like."),
}
_ABOUT_MERGE = {
    "communities.merge_proposed": gettext_lazy("%(source)s would like to merge into %(target)s."),
    "communities.merged": gettext_lazy("%(source)s and %(target)s are one: %(target)s."),
    "communities.merge_undone": gettext_lazy("%(source)s and %(target)s are two again."),
}
_PAGES = {"communities.adopted": "community", "communities.divides": "dividing_now"}
