"""What of needs and offers answers a search."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from essaim.communities.queries import (
    Asked,
    Hit,
    Hits,
    found_text,
    found_title,
    hits_of,
    in_limits,
    in_place,
)
from essaim.communities.readers import ANONYMOUS, Reader
from essaim.needs import rules
from essaim.needs.models import SEARCHED_NEED, Need, NeedQuerySet
from essaim.needs.queries.board import duration_words, where_words


def needs_found(reader: Reader, asked: Asked) -> Hits | None:
    """Needs by their title and what they are for; None: not within the limits."""
    if not asked.wants("need", has_place=True, has_stages=True):
        return None
    needs = _needs(reader, asked)
    if asked.only_open:
        needs = needs.open()
    return hits_of(
        asked,
        kind="need",
        label=_("Needs"),
        rows=needs.select_related("community", "place"),
        fields=SEARCHED_NEED,
        make=lambda rows: map(_need, rows),
    )


def _needs(reader: Reader, asked: Asked) -> NeedQuerySet:
    return rules.needs_visible_to(reader).filter(in_limits(asked, "needs"), in_place(asked))


def words_of_needs() -> Iterator[str]:
    """What stands in needs that everyone may read."""
    needs = _needs(ANONYMOUS, Asked("")).standing()
    for said in needs.values_list("title", "what_for", "deliverable").iterator():
        yield " ".join(said)


def _need(need: Need) -> Hit:
    place = need.place.name if need.place else ""
    is_open = need.is_open
    return Hit(
        title=found_title(need),
        url=reverse("need", args=[need.public_id]),
        excerpt=found_text(need),
        lang=need.language,
        community=need.community.name,
        meta=" · ".join((duration_words(need.minutes), where_words(need.remote, place))),
        badge=_("Looked for") if is_open else _("Over"),
        tone="now" if is_open else "plain",
        date=need.created_at,
    )
