from collections.abc import Collection

from essaim.communities.queries import (
    SEARCH,
    Asked,
    Hits,
    communities_found,
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


@SECOND_FACTOR_OWED.fills(subplatform="communities", order=10)
def second_factors_owed(_reader: object, ids: Collection[int]) -> dict[int, list[bool]]:
    return {member_id: [True] for member_id in members_with_sleeping_roles(ids)}
