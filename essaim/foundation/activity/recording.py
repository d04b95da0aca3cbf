from collections.abc import Collection

from django.db import connection

from essaim.foundation.activity.facts import Fact, kind_of
from essaim.foundation.activity.listeners import listeners_of
from essaim.foundation.clock import now
from essaim.foundation.models import Delivery, FactRow


def record(fact: Fact) -> None:
    """Write the fact and one delivery a listener, in the act's transaction; refuse outside one."""
    record_all([fact])


def record_all(facts: Collection[Fact]) -> None:
    """The same for many facts, in as many statements as for one."""
    if not connection.in_atomic_block:
        msg = f"{', '.join(map(kind_of, facts))} must be recorded inside its action's transaction."
        raise RuntimeError(msg)
    rows = FactRow.objects.bulk_create(
        [
            FactRow(
                kind=kind_of(fact),
                rung=fact.rung,
                actor_id=fact.actor_id,
                community_id=fact.community_id,
                audience=fact.audience,
                details=fact.details(),
                happened_at=now(),
            )
            for fact in facts
        ]
    )
    deliveries = [
        Delivery(fact=row, listener=name, next_try_at=now())
        for row in rows
        for name in listeners_of(row.kind)
    ]
    if deliveries:
        Delivery.objects.bulk_create(deliveries)
        _ask_for_delivery()


def _ask_for_delivery() -> None:
    # Imported late: the queue needs the app registry, and facts are recorded from everywhere.
    from essaim.foundation.tasks import deliver_facts

    deliver_facts.ask()
