"""Atom 1.0, the same for everyone, in the community's language."""

from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import override
from django.views.decorators.http import conditional_page, require_safe

from essaim.foundation.http import public
from essaim.foundation.text import for_xml
from essaim.ideas.queries import feeds
from essaim.ideas.queries.feeds import Feed


class _Atom(Atom1Feed):
    """Dated by its newest entry, and as old as the community where it has none."""

    begun_at: datetime

    def latest_post_date(self) -> datetime:
        return max((item["updateddate"] for item in self.items), default=self.begun_at)


@public
@require_safe
@conditional_page
def debates_feed(request: HttpRequest, slug: str) -> HttpResponse:
    community = feeds.community_for_feed(slug)
    if community is None:
        raise Http404
    with override(community.language):
        return _atom(request, feeds.debates_feed(community))


@public
@require_safe
@conditional_page
def answers_feed(request: HttpRequest, slug: str) -> HttpResponse:
    community = feeds.community_for_feed(slug)
    if community is None:
        raise Http404
    with override(community.language):
        return _atom(request, feeds.answers_feed(community))


@public
@require_safe
@conditional_page
def ideas_feed(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    debate = feeds.debate_for_feed(slug, public_id)
    if debate is None:
        raise Http404
    with override(debate.community.language):
        return _atom(request, feeds.ideas_feed(debate))


def _atom(request: HttpRequest, feed: Feed) -> HttpResponse:
    atom = _Atom(
        title=for_xml(feed.title),
        subtitle=for_xml(feed.subtitle) or None,
        link=request.build_absolute_uri(feed.path),
        feed_url=request.build_absolute_uri(request.path),
        feed_guid=request.build_absolute_uri(request.path),
        description=None,
        language=feed.language,
        author_name=for_xml(feed.community),
    )
    atom.begun_at = feed.begun_at
    for entry in feed.entries:
        address = request.build_absolute_uri(entry.path)
        atom.add_item(
            title=for_xml(entry.title),
            link=address,
            unique_id=f"{address}#{entry.part}" if entry.part else address,
            description=for_xml(entry.html),
            author_name=for_xml(entry.author) or None,
            pubdate=entry.at,
            updateddate=entry.changed_at or entry.at,
            categories=[for_xml(entry.category)] if entry.category else [],
        )
    # No Last-Modified: what was hidden or withdrawn leaves the feed without making it newer, and
    # who asks by date would keep it. `conditional_page` compares what the feed says.
    return HttpResponse(atom.writeString("utf-8"), content_type=atom.content_type)
