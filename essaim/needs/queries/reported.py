"""What can be reported, and what moderators and authors then read of it."""

from collections.abc import Collection
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from essaim.communities.models import Community
from essaim.communities.readers import Reader
from essaim.discussions.models import Case
from essaim.discussions.queries import ThingShown
from essaim.discussions.rules import has_conversations, may_moderate, may_report_thing
from essaim.foundation.access import Verdict, refused
from essaim.foundation.text import plain_excerpt, render_markdown
from essaim.members.queries import display_name
from essaim.needs import rules
from essaim.needs.models import MESSAGE, NEED, OFFER, STORY, Help, MatchMessage, Need, Offer
from essaim.needs.queries.pages import need_for_change, offer_for_change

Subject = tuple[int, str, str, Community, Verdict]


def subject(reader: Reader, word: str, public_id: str) -> Subject | None:
    """Number, title, page, community, and whether this reader may report it."""
    named: Any = {"need": _need, "offer": _offer, "message": _message, "story": _story}
    found: Subject | None = named[word](reader, public_id) if word in named else None
    return found


def _need(reader: Reader, public_id: str) -> Subject | None:
    one = need_for_change(reader, public_id)
    if one is None:
        return None
    page = reverse("need", args=[public_id])
    return one.pk, one.title, page, one.community, rules.may_report_need(reader, one)


def _offer(reader: Reader, public_id: str) -> Subject | None:
    one = offer_for_change(reader, public_id)
    if one is None:
        return None
    page = reverse("help_offer", args=[public_id])
    return one.pk, str(one), page, one.community, rules.may_report_offer(reader, one)


def _message(reader: Reader, public_id: str) -> Subject | None:
    visible = rules.matches_visible_to(reader).values("pk")
    found = MatchMessage.objects.filter(match__in=visible, public_id=public_id)
    one = found.select_related("match__need__community", "author").first()
    if one is None:
        return None
    community = one.match.need.community
    may = _may_report(
        reader, community, one.author_id, is_gone=one.hidden_at is not None or not one.text
    )
    title = _("a message of %(name)s") % {"name": display_name(one.author)}
    return one.pk, title, reverse("match", args=[one.match.public_id]), community, may


def _story(reader: Reader, public_id: str) -> Subject | None:
    visible = rules.needs_visible_to(reader).values("pk")
    found = Help.objects.filter(match__need__in=visible, match__public_id=public_id)
    one = found.select_related("match__need__community").first()
    if one is None or not rules.may_see_story(reader, one):
        return None
    need = one.match.need
    is_gone = one.hidden_at is not None or not one.story
    may = _may_report(reader, need.community, one.confirmed_by_id, is_gone=is_gone)
    page = reverse("need", args=[need.public_id]) + "#stories"
    return one.pk, need.title, page, need.community, may


def _may_report(
    reader: Reader, community: Community, author_id: int | None, *, is_gone: bool
) -> Verdict:
    if not has_conversations(community):
        return refused(_("This page does not exist."))
    return may_report_thing(
        reader,
        may_see=Verdict(allowed=reader.is_known),
        author_id=author_id,
        is_gone=is_gone,
    )


def shown(
    reader: Reader, ids: Collection[tuple[str, int]]
) -> dict[tuple[str, int], list[ThingShown]]:
    """What is before the moderators, one query a kind where there is any."""
    looks: dict[str, Any] = {
        NEED: _needs_shown,
        OFFER: _offers_shown,
        MESSAGE: _messages_shown,
        STORY: _stories_shown,
    }
    found: dict[tuple[str, int], list[ThingShown]] = {}
    for kind, look in looks.items():
        if wanted := [pk for one, pk in ids if one == kind]:
            found |= {(kind, pk): [one] for pk, one in look(reader, wanted).items()}
    return found


def _thing(
    author: str, lang: str, *, name: str, stands_in: str, url: str, text: str, at: Any
) -> ThingShown:
    return ThingShown(
        name=name,
        stands_in=stands_in,
        url=url,
        author=author,
        source=text,
        text=render_markdown(text),
        lang=lang,
        written_at=at,
    )


def _needs_shown(reader: Reader, ids: list[int]) -> dict[int, ThingShown]:
    seen = Q(posted_by=reader.member_id or 0) | Q(pk__in=rules.needs_visible_to(reader))
    rows = Need.objects.filter(seen, pk__in=ids).select_related("community", "posted_by")
    return {
        one.pk: _thing(
            display_name(one.posted_by),
            one.language,
            name=one.title,
            stands_in=one.community.name,
            url=reverse("need", args=[one.public_id]),
            text=f"{one.what_for}\n\n{one.deliverable}",
            at=one.created_at,
        )
        for one in rows
    }


def _offers_shown(reader: Reader, ids: list[int]) -> dict[int, ThingShown]:
    seen = Q(member=reader.member_id or 0) | Q(pk__in=rules.offers_visible_to(reader))
    rows = Offer.objects.filter(seen, pk__in=ids).select_related("community", "member")
    return {
        one.pk: _thing(
            display_name(one.member),
            one.language,
            name=plain_excerpt(one.words, 80),
            stands_in=one.community.name,
            url=reverse("help_offer", args=[one.public_id]),
            text=one.words,
            at=one.created_at,
        )
        for one in rows
    }


def _messages_shown(reader: Reader, ids: list[int]) -> dict[int, ThingShown]:
    """By its author, and by moderators of what one of its readers reported, unless they took that
    back.
    """
    rows = MatchMessage.objects.filter(pk__in=ids).select_related(
        "match__need__community", "author"
    )
    cases = Case.objects.filter(subject_kind=MESSAGE, subject_id__in=ids, reports__isnull=False)
    asked = set(cases.values_list("subject_id", flat=True))
    found = {}
    for one in rows:
        is_mine = reader.is_known and one.author_id == reader.member_id
        community = one.match.need.community
        if is_mine or (one.pk in asked and may_moderate(reader, community)):
            found[one.pk] = _thing(
                display_name(one.author),
                one.match.need.language,
                name=_("a private message"),
                stands_in=community.name,
                url=reverse("match", args=[one.match.public_id]) if is_mine else "",
                text=one.text,
                at=one.written_at,
            )
    return found


def _stories_shown(reader: Reader, ids: list[int]) -> dict[int, ThingShown]:
    seen = Q(confirmed_by=reader.member_id or 0) | Q(match__need__in=rules.needs_visible_to(reader))
    rows = Help.objects.filter(seen, pk__in=ids).select_related("match__need", "confirmed_by")
    return {
        one.pk: _thing(
            display_name(one.confirmed_by),
            one.match.need.language,
            name=one.match.need.title,
            stands_in=one.match.need.title,
            url=reverse("need", args=[one.match.need.public_id]) + "#stories",
            text=one.story,
            at=one.story_told_at,
        )
        for one in rows
    }
