from collections.abc import Collection

from essaim.communities.queries import SEARCH, Asked, Hits
from essaim.communities.readers import Reader
from essaim.foundation.vocabulary import gives_words
from essaim.needs.queries.search import needs_found, words_of_needs

gives_words(words_of_needs)


@SEARCH.fills(subplatform="needs", order=35)
def needs_searched(reader: Reader, ids: Collection[Asked]) -> dict[Asked, list[Hits]]:
    found = {asked: needs_found(reader, asked) for asked in ids}
    return {asked: [hits] for asked, hits in found.items() if hits}
