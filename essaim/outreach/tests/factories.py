from collections.abc import Callable, Collection
from itertools import count
from typing import Any

from essaim.communities.readers import Reader
from essaim.foundation.panels import Place
from essaim.members.models import Member
from essaim.outreach.models import Notice
from essaim.outreach.queries import Wording, notice_details

KIND = "tests.said"
_numbers = count(1)

Words = Callable[[Reader, Collection[int]], dict[int, list[Wording]]]


def notice_factory(member: Member, words: str = "Something was said", **fields: Any) -> Notice:
    """A notice that `say_words` puts into these words."""
    return Notice.objects.create(
        member=member,
        kind=fields.pop("kind", KIND),
        key=fields.pop("key", f"key-{next(_numbers)}"),
        details={"words": words},
        **fields,
    )


def say_words(_reader: Reader, ids: Collection[int]) -> dict[int, list[Wording]]:
    """The wording of a sub-platform of the tests: « secret » is what the reader may not see."""
    return {
        id_: [Wording(text=details["words"], url="/communities/bearn/")]
        for id_, details in notice_details(ids, KIND).items()
        if details["words"] != "secret"
    }


def only_filled_by(place: Place[int, Any], fill: Words) -> list[Any]:
    """Fill a place with this alone; returns what it held, to put back."""
    held = list(place._fillers)
    place._fillers.clear()
    place.fills(subplatform="tests", order=0)(fill)
    return held
