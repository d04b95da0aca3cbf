"""`python -m bench --events`: gatherings around a place, among 100,000, in database time.

In a database that is gone afterwards. PostgreSQL writes them itself: over a year, in 2,000 communes
of a country, in 200 communities, some of them for members alone.
"""

from datetime import timedelta

from django.db import connection

from bench.budgets import BUDGETS, Verdict
from bench.filling import fill, public_id, word
from bench.offers import COMMUNES, database_time
from essaim.communities.models import Community
from essaim.communities.readers import ANONYMOUS, Reader, fresh_reader
from essaim.communities.tests.factories import community_factory, member_of
from essaim.events.models import Event
from essaim.events.queries.lists import Filters, events_page
from essaim.foundation.clock import now
from essaim.places.models import Level, Place

EVENTS = 100_000
COMMUNITIES = 200
TRIES = 5
TOWNS = 8


def make_events(count: int = EVENTS) -> list[Community]:
    communities = [community_factory() for _ in range(COMMUNITIES)]
    made = {
        "count": count,
        "communes": COMMUNES,
        "communities": [one.pk for one in communities],
        "now": now(),
    }
    made["place"] = fill(
        Place,
        "SELECT FROM generate_series(0, %(communes)s - 1) AS number",
        made,
        public_id=public_id("'commune' || number"),
        country="'FR'",
        level=f"'{Level.COMMUNE}'",
        name=word("number", 3),
        key=f"essaim_unaccent({word('number', 3)})",
        code="'B' || number",
        latitude="42.5 + (number * 0.6180339) % 1 * 8",
        longitude="-4 + (number * 0.7548776) % 1 * 11",
    )
    fill(
        Event,
        "SELECT FROM generate_series(0, %(count)s - 1) AS number",
        made,
        public_id=public_id("'event' || number"),
        community=f"(%(communities)s::bigint[])[1 + number % {COMMUNITIES}]",
        created_at="%(now)s",
        changed_at="%(now)s",
        title=word("number", 4),
        text=word("number * 7", 12),
        openness="CASE number % 5 WHEN 0 THEN 'members' ELSE 'everyone' END",
        starts_at="%(now)s::timestamptz + (number * 7919 % 8760 - 200) * interval '1 hour'",
        ends_at="%(now)s::timestamptz + (number * 7919 % 8760 - 198) * interval '1 hour'",
        zone="'Europe/Paris'",
        place="%(place)s + number % %(communes)s",
        address="'12 rue Serviez'",
        state="'published'",
        published_at="%(now)s",
    )
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return communities


def report_events(communities: list[Community], verdict: Verdict) -> None:
    """The best of five tries; the floor is to fetch one gathering by its address."""
    floor = min(_one_by_address() for _try in range(50))
    towns = list(
        Place.objects.filter(level=Level.COMMUNE).order_by("-latitude")[:: COMMUNES // TOWNS]
    )
    member = fresh_reader(member_of(*communities[:5]))
    print(f"{'within 30 km of':36}{'found':>6}{'queries':>9}{'database, ms':>14}{'× one row':>11}")
    dearest = 0.0
    for town in towns:
        for who, reader in (("anybody", ANONYMOUS), ("a member", member)):
            best, queries, found = _best(reader, Filters(place=town.public_id))
            dearest = max(dearest, best)
            named = f"{town.name[:22]}, {who}"
            ratio = best / floor
            print(f"{named:36}{found:6}{queries:9}{best * 1000:14.1f}{ratio:11.0f}")
    for what, filters in (("all to come", Filters()), ("all past ones", Filters(when="past"))):
        best, queries, found = _best(ANONYMOUS, filters)
        print(f"{what:36}{found:6}{queries:9}{best * 1000:14.1f}{best / floor:11.0f}")
    most: int = BUDGETS["events"]["milliseconds_of_the_database"]
    told = f"{dearest * 1000:.0f} ms of the database, of {most} promised"
    verdict.demand(dearest * 1000 <= most, f"gatherings within 30 km: {told}")


def _best(reader: Reader, filters: Filters) -> tuple[float, int, int]:
    best, queries, found = timedelta(days=1).total_seconds(), 0, 0
    for _try in range(TRIES):
        with database_time() as clock:
            found = len(events_page(reader, None, filters).items)
        best, queries = min(best, clock.seconds), clock.queries
    return best, queries, found


def _one_by_address() -> float:
    with database_time() as clock:
        Event.objects.filter(public_id="nobody").first()
    return clock.seconds
