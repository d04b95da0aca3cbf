from collections.abc import Collection

from django.utils.translation import gettext as _

from essaim.communities.queries import COMMUNITY_ROOMS, Room
from essaim.communities.readers import Reader


@COMMUNITY_ROOMS.fills(subplatform="commitments", order=60)
def commitments_room(reader: Reader, ids: Collection[int]) -> dict[int, list[Room]]:
    return {id_: [Room(_("Commitments"), "commitments", "commitments")] for id_ in ids}
