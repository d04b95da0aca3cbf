"""What a request's address names, as far as its reader may see it: all else is 404."""

from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from essaim.communities.models import Community
from essaim.communities.queries import bar_for_page
from essaim.communities.readers import Reader, reader_of
from essaim.communities.rules import communities_visible_to
from essaim.foundation.http.missing import or_404
from essaim.needs import rules
from essaim.needs.models import Match, Need, Offer
from essaim.needs.queries import pages
from essaim.needs.queries.matches import match_to_read

ROOM = "needs"


def find_community(request: HttpRequest, slug: str) -> tuple[Reader, Community]:
    reader = reader_of(request)
    visible = communities_visible_to(reader, subplatform=rules.SUBPLATFORM)
    return reader, get_object_or_404(visible, slug=slug)


def find_need(request: HttpRequest, public_id: str) -> tuple[Reader, Need]:
    reader = reader_of(request)
    return reader, or_404(pages.need_for_change(reader, public_id))


def find_offer(request: HttpRequest, public_id: str) -> tuple[Reader, Offer]:
    reader = reader_of(request)
    return reader, or_404(pages.offer_for_change(reader, public_id))


def find_match(request: HttpRequest, public_id: str) -> tuple[Reader, Match]:
    reader = reader_of(request)
    return reader, or_404(match_to_read(reader, public_id))


def bar(reader: Reader, community: Community) -> Any:
    return bar_for_page(reader, community, here=ROOM)
