from collections.abc import Collection

from django.urls import reverse

from essaim.commitments.queries import COMMITMENT_SUBJECTS, Subject
from essaim.communities.readers import Reader
from essaim.events.models import ACTION_POINT
from essaim.events.queries.minutes import owed_subjects


@COMMITMENT_SUBJECTS.fills(subplatform="events", order=30)
def where_it_was_agreed(
    reader: Reader, ids: Collection[tuple[str, int]]
) -> dict[tuple[str, int], list[Subject]]:
    """Two queries where anything was agreed at a gathering."""
    wanted = [pk for kind, pk in ids if kind == ACTION_POINT]
    if not wanted:
        return {}
    return {
        (ACTION_POINT, pk): [Subject(title, reverse("event", args=[public_id]) + "#points")]
        for pk, title, public_id in owed_subjects(reader, wanted)
    }
