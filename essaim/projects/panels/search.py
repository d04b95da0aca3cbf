from collections.abc import Collection

from essaim.communities.queries import SEARCH, Asked, Hits
from essaim.communities.readers import Reader
from essaim.foundation.vocabulary import gives_words
from essaim.projects.queries import search as queries

gives_words(queries.words_of_projects)


@SEARCH.fills(subplatform="projects", order=50)
def projects_searched(reader: Reader, ids: Collection[Asked]) -> dict[Asked, list[Hits]]:
    found = {asked: queries.projects_found(reader, asked) for asked in ids}
    return {asked: [hits] for asked, hits in found.items() if hits}
