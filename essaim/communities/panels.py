from collections.abc import Collection

from essaim.communities.queries import SEARCH, Asked, Hits, communities_found
from essaim.communities.readers import Reader


@SEARCH.fills(subplatform="communities", order=10)
def communities_searched(reader: Reader, ids: Collection[Asked]) -> dict[Asked, list[Hits]]:
    found = {asked: communities_found(reader, asked) for asked in ids}
    return {asked: [hits] for asked, hits in found.items() if hits}
