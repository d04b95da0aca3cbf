"""What a request's address names, as far as its reader may see it: all else is 404."""

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from essaim.communities.models import Community
from essaim.communities.readers import Reader, reader_of
from essaim.communities.rules import communities_visible_to
from essaim.foundation.http.missing import or_404
from essaim.ideas import queries, rules
from essaim.ideas.models import Debate, Idea


def find_community(
    request: HttpRequest, slug: str, *, subplatform: str = rules.SUBPLATFORM
) -> tuple[Reader, Community]:
    reader = reader_of(request)
    visible = communities_visible_to(reader, subplatform=subplatform)
    return reader, get_object_or_404(visible, slug=slug)


def find_programme(request: HttpRequest, slug: str) -> tuple[Reader, Community]:
    """The community whose programme is read or written."""
    return find_community(request, slug, subplatform=rules.PROGRAMME)


def find_debate(request: HttpRequest, slug: str, public_id: str) -> tuple[Reader, Debate]:
    reader = reader_of(request)
    return reader, or_404(queries.debate_for_change(reader, slug, public_id))


def find_idea(request: HttpRequest, public_id: str) -> tuple[Reader, Idea]:
    reader = reader_of(request)
    return reader, or_404(queries.idea_for_change(reader, public_id))


def read_idea(request: HttpRequest, public_id: str) -> tuple[Reader, Idea]:
    """With all that its page shows, which is a query of another size."""
    reader = reader_of(request)
    return reader, or_404(queries.idea_to_read(reader, public_id))


def page_of(reader: Reader, idea: Idea) -> queries.IdeaPage:
    """What the forms about an idea show of it above themselves."""
    return queries.idea_for_page(reader, or_404(queries.idea_to_read(reader, idea.public_id)))
