from collections.abc import Collection

from essaim.communities.readers import Reader
from essaim.discussions.queries import MODERATED_THINGS, ThingShown
from essaim.events.queries.reported import shown


@MODERATED_THINGS.fills(subplatform="events", order=25)
def moderated_events(
    reader: Reader, ids: Collection[tuple[str, int]]
) -> dict[tuple[str, int], list[ThingShown]]:
    return shown(reader, ids)
