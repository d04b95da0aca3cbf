from collections.abc import Callable, Collection

from essaim.communities.queries import SEARCH, Asked, Hits
from essaim.communities.readers import Reader
from essaim.foundation.vocabulary import gives_words
from essaim.ideas import queries

Look = Callable[[Reader, Asked], Hits | None]


def _each(look: Look, reader: Reader, ids: Collection[Asked]) -> dict[Asked, list[Hits]]:
    found = {asked: look(reader, asked) for asked in ids}
    return {asked: [hits] for asked, hits in found.items() if hits}


gives_words(queries.words_of_debates)
gives_words(queries.words_of_ideas)


@SEARCH.fills(subplatform="ideas", order=20)
def debates_searched(reader: Reader, ids: Collection[Asked]) -> dict[Asked, list[Hits]]:
    return _each(queries.debates_found, reader, ids)


@SEARCH.fills(subplatform="ideas", order=30)
def ideas_searched(reader: Reader, ids: Collection[Asked]) -> dict[Asked, list[Hits]]:
    return _each(queries.ideas_found, reader, ids)


@SEARCH.fills(subplatform="ideas", order=40)
def items_searched(reader: Reader, ids: Collection[Asked]) -> dict[Asked, list[Hits]]:
    return _each(queries.items_found, reader, ids)
