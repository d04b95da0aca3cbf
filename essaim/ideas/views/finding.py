"""What a request's address names, as far as its reader may see it: all else is 404."""

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from essaim.communities.models import Community
from essaim.communities.readers import Reader, reader_of
from essaim.communities.rules import communities_visible_to
from essaim.ideas import queries
from essaim.ideas.models import Debate, Idea


def find_community(request: HttpRequest, slug: str) -> tuple[Reader, Community]:
    reader = reader_of(request)
    return reader, get_object_or_404(communities_visible_to(reader), slug=slug)


def find_debate(request: HttpRequest, slug: str, public_id: str) -> tuple[Reader, Debate]:
    reader = reader_of(request)
    debate = queries.debate_for_change(reader, slug, public_id)
    if debate is None:
        raise Http404
    return reader, debate


def find_idea(request: HttpRequest, public_id: str) -> tuple[Reader, Idea]:
    reader = reader_of(request)
    idea = queries.idea_for_change(reader, public_id)
    if idea is None:
        raise Http404
    return reader, idea
