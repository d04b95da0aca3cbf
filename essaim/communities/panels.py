from collections.abc import Collection

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from essaim.communities.queries import (
    DECIDED,
    SEARCH,
    Asked,
    Decided,
    Hits,
    communities_by_id,
    communities_found,
    names_subject,
    words_of_communities,
)
from essaim.communities.readers import Reader, members_with_sleeping_roles
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
