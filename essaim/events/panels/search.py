from collections.abc import Collection

from essaim.communities.queries import SEARCH, Asked, Hits
from essaim.communities.readers import Reader
from essaim.events.queries.search import events_found, words_of_events
from essaim.foundation.vocabulary import gives_words

gives_words(words_of_events)


@SEARCH.fills(subplatform="events", order=20)
def events_searched(reader: Reader, ids: Collection[Asked]) -> dict[Asked, list[Hits]]:
    found = {asked: events_found(reader, asked) for asked in ids}
    return {asked: [hits] for asked, hits in found.items() if hits}
