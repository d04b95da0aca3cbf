"""What we show on pages of floors below."""

from collections.abc import Collection

from django.utils.translation import gettext as _

from essaim.communities.queries import COMMUNITY_ROOMS, Room
from essaim.communities.readers import Reader


@COMMUNITY_ROOMS.fills(subplatform="insights", order=70)
def figures_room(_reader: Reader, ids: Collection[int]) -> dict[int, list[Room]]:
    return {id_: [Room(_("Figures"), "community_figures", "figures")] for id_ in ids}
