from collections.abc import Collection

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from essaim.communities.actions import OPENING_KIND
from essaim.communities.queries import (
    COMMUNITY_DESK,
    DECIDED,
    SEARCH,
    Asked,
    Decided,
    DeskItem,
    Hits,
    asks_by_id,
    communities_by_id,
    communities_found,
    desk_of_openings,
    names_subject,
    where_openings_are_seen,
    words_of_communities,
)
from essaim.communities.readers import Reader, members_with_sleeping_roles
from essaim.foundation.text import render_markdown
from essaim.foundation.vocabulary import gives_words
from essaim.members.queries import SECOND_FACTOR_OWED


@SEARCH.fills(subplatform="communities", order=10)
def communities_searched(reader: Reader, ids: Collection[Asked]) -> dict[Asked, list[Hits]]:
    found = {asked: communities_found(reader, asked) for asked in ids}
    return {asked: [hits] for asked, hits in found.items() if hits}


gives_words(words_of_communities)
names_subject("communities.community", _("a community"))


@DECIDED.fills(subplatform="communities", order=10)
def communities_decided_about(
    reader: Reader, ids: Collection[tuple[str, int]]
) -> dict[tuple[str, int], list[Decided]]:
    keys = {pk: (kind, pk) for kind, pk in ids if kind == "communities.community"}
    found = communities_by_id(reader, keys)
    return {
        keys[one.pk]: [Decided(one.name, reverse("community", args=[one.slug]))] for one in found
    }


@SECOND_FACTOR_OWED.fills(subplatform="communities", order=10)
def second_factors_owed(_reader: object, ids: Collection[int]) -> dict[int, list[bool]]:
    return {member_id: [True] for member_id in members_with_sleeping_roles(ids)}


names_subject(OPENING_KIND, _("the opening of a group"))


@DECIDED.fills(subplatform="communities", order=11)
def openings_decided_about(
    reader: Reader, ids: Collection[tuple[str, int]]
) -> dict[tuple[str, int], list[Decided]]:
    keys = {pk: (kind, pk) for kind, pk in ids if kind == OPENING_KIND}
    return {
        keys[pk]: [
            Decided(
                ask.community.name,
                reverse("opening", args=[ask.public_id]),
                render_markdown(ask.community.purpose),
            )
        ]
        for pk, ask in asks_by_id(reader, set(keys)).items()
    }


@COMMUNITY_DESK.fills(subplatform="communities", order=10)
def openings_on_the_desk(reader: Reader, ids: Collection[int]) -> dict[int, list[DeskItem]]:
    return {one.pk: [desk_of_openings(one)] for one in where_openings_are_seen(reader, ids)}
