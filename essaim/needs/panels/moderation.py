from collections.abc import Collection

from essaim.communities.readers import Reader
from essaim.discussions.queries import MODERATED_THINGS, ThingShown
from essaim.needs.queries.reported import shown


@MODERATED_THINGS.fills(subplatform="needs", order=30)
def moderated_help(
    reader: Reader, ids: Collection[tuple[str, int]]
) -> dict[tuple[str, int], list[ThingShown]]:
    """Needs, offers, messages between two and stories, one query for each kind there is."""
    return shown(reader, ids)
