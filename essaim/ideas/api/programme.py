from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest
from ninja import Schema

from essaim.communities.readers import reader_of
from essaim.ideas import rules
from essaim.ideas.api.debates import community_or_404
from essaim.ideas.api.lists import router
from essaim.ideas.queries.programme import ItemShown, programme_for_page


class SourceOut(Schema):
    """Without a `url` the contribution is not for everyone: neither are its words."""

    label: str
    url: str


class SentenceOut(Schema):
    text: str
    reason: str
    sources: list[SourceOut]


class ItemOut(Schema):
    number: int
    title: str
    sentences: list[SentenceOut]


class SectionOut(Schema):
    title: str
    items: list[ItemOut]


class ProgrammeOut(Schema):
    community: str
    version: int
    published_at: datetime
    summary: str
    language: str
    sections: list[SectionOut]


@router.get(
    "/communities/{slug}/programme",
    response=ProgrammeOut,
    url_name="api_programme",
    summary="A community's programme: its newest version, each sentence with its sources",
)
def read_programme(request: HttpRequest, slug: str) -> dict[str, Any]:
    reader = reader_of(request)
    community = community_or_404(reader, slug, subplatform=rules.PROGRAMME)
    page = programme_for_page(reader, community)
    if page is None or page.published_at is None:
        raise Http404
    return {
        "community": slug,
        "version": page.number,
        "published_at": page.published_at,
        "summary": page.summary,
        "language": page.language,
        "sections": [
            {"title": section.title, "items": [_item(request, item) for item in section.items]}
            for section in page.sections
        ],
    }


def _item(request: HttpRequest, item: ItemShown) -> dict[str, Any]:
    return {
        "number": item.number,
        "title": item.title,
        "sentences": [
            {
                "text": sentence.text,
                "reason": sentence.reason,
                "sources": [
                    {
                        "label": source.label,
                        "url": request.build_absolute_uri(source.href) if source.href else "",
                    }
                    for source in sentence.sources
                ],
            }
            for sentence in item.sentences
        ],
    }
