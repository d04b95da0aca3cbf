"""What came of a gathering, as its page shows it."""

from dataclasses import dataclass

from essaim.communities.readers import Reader
from essaim.events import rules
from essaim.events.models import Event
from essaim.events.queries.templates import afterwards
from essaim.foundation.access import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class After:
    """All that came of it, as far as this reader may read it."""

    may_read_costs: Verdict
    follow_up: tuple[str, ...]  # for those who hold it, once it is over


def after_of(reader: Reader, event: Event) -> After:
    return After(
        may_read_costs=rules.may_read_costs(reader, event),
        follow_up=afterwards(reader, event),
    )
