from collections.abc import Collection

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from essaim.communities.readers import Reader
from essaim.design.typography import number, short_day
from essaim.needs.models import Closing, Match, Need, SavedSearch, Side
from essaim.needs.queries.matches import match_line, my_matches
from essaim.needs.queries.mine import my_offers
from essaim.needs.queries.pages import needs_read
from essaim.needs.queries.searches import address_of, my_searches, words_of
from essaim.outreach.queries import NOTICE_WORDING, Wording, noticed

ABOUT_MATCHES = (
    "needs.asked",
    "needs.accepted",
    "needs.declined",
    "needs.withdrawn",
    "needs.called_off",
    "needs.expired",
    "needs.released",
    "needs.undone",
    "needs.confirmed",
    "needs.help_said",
    "needs.message",
    "needs.reminder",
)
ABOUT_NEEDS = (
    "needs.freed",
    "needs.closed",
    "needs.to_facilitate",
    "needs.taken_on",
    "needs.need_ends",
)


@NOTICE_WORDING.fills(subplatform="needs", order=10)
def about_matches(reader: Reader, ids: Collection[int]) -> dict[int, list[Wording]]:
    """What the other side said or did; nothing to whoever is on neither side any more."""
    told = noticed(ids, *ABOUT_MATCHES)
    matches = my_matches(reader, {details["match_id"] for _kind, details in told.values()})
    return {
        pk: [_about_match(reader, kind, match)]
        for pk, (kind, details) in told.items()
        if (match := matches.get(details["match_id"]))
    }


def _about_match(reader: Reader, kind: str, match: Match) -> Wording:
    line = match_line(reader, match)
    said = {"name": line.name, "need": line.need_title}
    helps = line.side == Side.HELPER
    words = {
        "needs.asked": _("%(name)s asks you to help: “%(need)s”")
        if helps
        else _("%(name)s would help with “%(need)s”."),
        "needs.accepted": _("%(name)s says yes: “%(need)s”. You can agree on when."),
        "needs.declined": _("%(name)s says no this time: “%(need)s”. Thank you for asking."),
        "needs.withdrawn": _("%(name)s asks nothing any more: “%(need)s”."),
        "needs.called_off": _("%(name)s called it off: “%(need)s”."),
        "needs.expired": _("%(name)s did not answer about “%(need)s”: you need not wait."),
        "needs.released": _("“%(need)s”: others came first, thank you. You are free."),
        "needs.undone": _("%(name)s undid what they had answered: “%(need)s”."),
        "needs.confirmed": _("%(name)s confirmed your help with “%(need)s”."),
        "needs.help_said": _("%(name)s helped with “%(need)s”: confirm how long."),
        "needs.message": _("%(name)s wrote to you about “%(need)s”."),
        "needs.reminder": _("%(name)s waits for your answer: “%(need)s”. Yes or no, both do."),
    }
    return Wording(
        text=words[kind] % said,
        url=reverse("match", args=[line.public_id]),
        badge=_("reminder") if kind == "needs.reminder" else "",
    )


@NOTICE_WORDING.fills(subplatform="needs", order=11)
def about_needs(reader: Reader, ids: Collection[int]) -> dict[int, list[Wording]]:
    told = noticed(ids, *ABOUT_NEEDS)
    needs = needs_read(reader, {details["need_id"] for _kind, details in told.values()})
    return {
        pk: [_about_need(kind, need)]
        for pk, (kind, details) in told.items()
        if (need := needs.get(details["need_id"]))
    }


def _about_need(kind: str, need: Need) -> Wording:
    said = {"need": need.title, "day": short_day(need.expires_on)}
    page = reverse("need", args=[need.public_id])
    if kind == "needs.closed":
        text = {
            Closing.UNANSWERED: _(
                "“%(need)s” is off the board: those who offered had no answer, and were told so."
                " You can put it back."
            ),
            Closing.REFUSED: _("“%(need)s” is not carried to the elected. Read why."),
        }.get(
            Closing(need.closing) if need.closing else Closing.EXPIRED,
            _("The last day of “%(need)s” has passed. You can put it back."),
        )
        return Wording(text=text % said, url=page)
    words = {
        "needs.freed": _("There is room again: “%(need)s”. You can offer your help once more."),
        "needs.to_facilitate": _("“%(need)s” is meant for the elected: a facilitator is needed."),
        "needs.taken_on": _("A facilitator carries “%(need)s” to the elected."),
        "needs.need_ends": _("“%(need)s” leaves the board on %(day)s: one tap keeps it."),
    }
    return Wording(text=words[kind] % said, url=page)


@NOTICE_WORDING.fills(subplatform="needs", order=12)
def about_offers(reader: Reader, ids: Collection[int]) -> dict[int, list[Wording]]:
    told = noticed(ids, "needs.offer_ends")
    offers = my_offers(reader, {details["offer_id"] for _kind, details in told.values()})
    text = _("Your offer takes requests until %(day)s: one tap keeps it. “%(words)s”")
    return {
        pk: [
            Wording(
                text=text % {"day": short_day(offer.expires_on), "words": str(offer)},
                url=reverse("help_offer", args=[offer.public_id]),
            )
        ]
        for pk, (_kind, details) in told.items()
        if (offer := offers.get(details["offer_id"]))
    }


@NOTICE_WORDING.fills(subplatform="needs", order=13)
def about_searches(reader: Reader, ids: Collection[int]) -> dict[int, list[Wording]]:
    told = noticed(ids, "needs.found")
    searches = my_searches(reader, {details["search_id"] for _kind, details in told.values()})
    return {
        pk: [_about_search(search, details["count"])]
        for pk, (_kind, details) in told.items()
        if (search := searches.get(details["search_id"]))
    }


def _about_search(search: SavedSearch, count: int) -> Wording:
    text = ngettext(
        "%(count)s new need for your search: %(words)s",
        "%(count)s new needs for your search: %(words)s",
        count,
    )
    return Wording(
        text=text % {"count": number(count), "words": words_of(search)}, url=address_of(search)
    )
