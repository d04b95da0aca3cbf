from collections.abc import Collection

from django.db.models import Expression

from essaim.communities.readers import UNREAD
from essaim.outreach.queries import UNREAD_NOTICES


@UNREAD.fills(subplatform="outreach", order=10)
def unread_notices(_reader: None, ids: Collection[int]) -> dict[int, list[Expression]]:
    return {id_: [UNREAD_NOTICES("pk")] for id_ in ids}
