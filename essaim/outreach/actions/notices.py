import json
from collections.abc import Iterable
from typing import Any

from django.db import connection, transaction

from essaim.communities.readers import fresh_reader
from essaim.foundation.access import require
from essaim.foundation.clock import now
from essaim.members.models import Member
from essaim.outreach import rules
from essaim.outreach.models import Notice

_NOTIFY = """
INSERT INTO outreach_notice
    (member_id, kind, key, community_id, details, created_at, mailed_at)
SELECT id, %(kind)s, %(key)s, %(community)s, %(details)s::jsonb, %(now)s, %(mailed_at)s
FROM members_member WHERE id = ANY(%(members)s) AND is_active ORDER BY id
ON CONFLICT DO NOTHING
"""


@transaction.atomic
def notify(
    *,
    member_ids: Iterable[int],
    kind: str,
    key: str,
    community_id: int | None = None,
    details: dict[str, Any] | None = None,
    is_mailed: bool = False,
) -> int:
    """Tell these members; the same (kind, key) is never told them twice. Returns how many.

    `details` holds ids, numbers and dates only: words are found when the notice is shown. What
    `is_mailed` by itself, because it cannot wait, is not told again in the daily mail.
    """
    values = {
        "members": list(member_ids),
        "kind": kind,
        "key": key,
        "community": community_id,
        "details": json.dumps(details or {}),
        "now": now(),
        "mailed_at": now() if is_mailed else None,
    }
    with connection.cursor() as cursor:
        cursor.execute(_NOTIFY, values)
        return int(cursor.rowcount)


@transaction.atomic
def mark_notices_read(*, member: Member, up_to: int) -> None:
    """All notices the member was shown: those not newer than the newest one on the page."""
    require(rules.may_have_notices(fresh_reader(member)))
    shown = Notice.objects.of_what_is_on().filter(member=member, read_at__isnull=True)
    shown.filter(pk__lte=up_to).update(read_at=now())


@transaction.atomic
def take_notices_back(*, kind: str, key: str) -> set[int]:
    """What was undone before anybody heard of it is not told any more: whom it is not."""
    unheard = Notice.objects.filter(
        kind=kind, key=key, read_at__isnull=True, mailed_at__isnull=True
    ).select_for_update()
    taken = dict(unheard.values_list("pk", "member_id"))
    Notice.objects.filter(pk__in=taken).delete()
    return set(taken.values())
