from collections.abc import Collection
from typing import Any

from django.utils.translation import gettext as _

from essaim.communities.queries import COMMUNITY_ROOMS, Room
from essaim.communities.readers import Reader
from essaim.discussions import queries
from essaim.outreach.queries import NOTICE_WORDING, Wording, notice_details


@COMMUNITY_ROOMS.fills(subplatform="discussions", order=90)
def moderation_room(reader: Reader, ids: Collection[int]) -> dict[int, list[Room]]:
    return {id_: [Room(label=_("Moderation"), url_name="moderation", key="moderation")] for id_ in ids}
