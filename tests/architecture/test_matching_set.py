"""On the labelled set, suggestions are better than search by letters; nobody is asked too often."""

import pytest
from django.db import connection

from bench import matching, matching_set
from bench.matching_words import TOWNS

pytestmark = pytest.mark.django_db


def test_the_set_is_always_the_same_and_made_by_another_reckoning() -> None:
    one, other = matching_set.make_set(), matching_set.make_set()
    assert one == other
    assert len(one.needs) == len(one.people) == 300
    assert one.good
    assert one.near_misses > len(one.good) / 2
    # No town lies so near to the edge of a radius that two ways of measuring could disagree.
    for town in TOWNS:
        for there in TOWNS:
            km = matching_set.flat_km(town, there)
            for radius in (reach for reach in matching_set.RADII if reach):
                assert abs(km - radius) > matching_set.MARGIN * radius


def test_suggestions_are_better_than_search_by_letters_and_swamp_nobody() -> None:
    """The first hundred needs; `python -m bench.matching` tells the figures of all."""
    labelled = matching_set.make_set()
    loaded = matching.load(labelled)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    some = matching_set.LabelledSet(
        labelled.needs[:100], labelled.people, labelled.blocked, labelled.good
    )
    found = matching.evaluate(some, loaded)
    ours, plain = found["suggestions"], found["trigrams"]
    assert ours.precision > plain.precision
    assert ours.hit > plain.hit
    assert ours.above_cap == 0
    assert plain.above_cap > 0
    # Behind gates that are never wrong, letters alone still rank worse.
    assert ours.precision > found["trigrams behind gates"].precision
