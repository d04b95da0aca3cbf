"""Tallies of large communities: counted by the clock, compared every night, thinned with time."""

from datetime import datetime, timedelta

from django.db.models import Max
from django.db.models.functions import TruncMonth
from django.utils import timezone

from essaim.communities.models import Tally
from essaim.communities.queries.counted import ANEW, large_ones, people_rows, rows_of
from essaim.communities.queries.figures import DEFINITIONS_VERSION
from essaim.foundation.clock import now, today
from essaim.foundation.counting import counting_all

DAYS_KEPT = timedelta(days=62)  # older ones: the last of each month
_PEOPLE = ("members", "verified", "active_28", "active", "active_365", "regular", "dormant")
_LOCAL = ("local", "alive", "asleep", "empty")


@counting_all()
def keep_figures(*, ids: list[int] | None = None) -> int:
    """Count the large communities, or these, as they are now; returns how many."""
    moment = now()
    ids = large_ones() if ids is None else ids
    if not ids:
        return 0
    people = people_rows(ids, at=moment)
    local = {row[1]: row[2:7] for row in rows_of(ANEW, [], ids, at=moment)}
    tallies = []
    for pk in ids:
        number, alive, asleep, empty, alive_ids = local.get(pk, (0, 0, 0, 0, None))
        tallies.append(
            Tally(
                community_id=pk,
                day=timezone.localdate(moment),
                counted_at=moment,
                version=DEFINITIONS_VERSION,
                **dict(zip(_PEOPLE, people.get(pk, (0,) * len(_PEOPLE)), strict=True)),
                **dict(zip(_LOCAL, (number, alive, asleep, empty), strict=True)),
                alive_ids=sorted(alive_ids or ()),
            )
        )
    Tally.objects.bulk_create(
        tallies,
        update_conflicts=True,
        unique_fields=["community", "day"],
        update_fields=["counted_at", "version", *_PEOPLE, *_LOCAL, "alive_ids"],
    )
    older = Tally.objects.filter(community__in=ids, day__lt=timezone.localdate(moment))
    older.exclude(alive_ids=[]).update(alive_ids=[])
    return len(tallies)


def recount_tallies() -> list[int]:
    """Count again, another way, what the newest tallies say: which were wrong, and are mended."""
    wrong = []
    newest = Tally.objects.order_by("community", "-day").distinct("community")
    by_moment: dict[datetime, list[Tally]] = {}
    for tally in newest:
        by_moment.setdefault(tally.counted_at, []).append(tally)
    for moment, tallies in by_moment.items():
        ids = [one.community_id for one in tallies]
        rows = {row[:2]: row[2:] for row in rows_of(ANEW, ids, ids, at=moment)}
        for one in tallies:
            members = rows.get(("members", one.community_id), (0, 0))[:2]
            *local, alive_ids, _at = rows.get(("alive", one.community_id), (0, 0, 0, 0, None, None))
            kept = [one.members, one.active, one.local, one.alive, one.asleep, one.empty]
            if kept != [*members, *local] or one.alive_ids != sorted(alive_ids or ()):
                wrong.append(one.community_id)
    if wrong:
        keep_figures(ids=sorted(wrong))
    return sorted(wrong)


def thin_tallies() -> int:
    """Of months long past only the last tally stays."""
    old = Tally.objects.filter(day__lt=today() - DAYS_KEPT)
    last = old.values("community", month=TruncMonth("day")).annotate(last=Max("day"))
    kept = {(row["community"], row["last"]) for row in last}
    gone = [pk for pk, *key in old.values_list("pk", "community", "day") if tuple(key) not in kept]
    return Tally.objects.filter(pk__in=gone).delete()[0]
