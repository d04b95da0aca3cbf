from django.db import connection

from essaim.foundation.activity.facts import Fact, kind_of
from essaim.foundation.activity.listeners import listeners_of
from essaim.foundation.clock import now
from essaim.foundation.models import Delivery, FactRow


def record(fact: Fact) -> None:
    """Write the fact and one delivery a listener, in the act's transaction; refuse outside one."""
    if not connection.in_atomic_block:
        msg = f"{kind_of(fact)} must be recorded inside its action's transaction."
        raise RuntimeError(msg)
    kind = kind_of(fact)
    row = FactRow.objects.create(
        kind=kind,
        rung=fact.rung,
        actor_id=fact.actor_id,
        community_id=fact.community_id,
        audience=fact.audience,
        details=fact.details(),
        happened_at=now(),
    )
    names = listeners_of(kind)
    if names:
        Delivery.objects.bulk_create(
            [Delivery(fact=row, listener=name, next_try_at=now()) for name in names]
        )
        _ask_for_delivery()


def _ask_for_delivery() -> None:
    # Imported late: the queue needs the app registry, and facts are recorded from everywhere.
    from essaim.foundation.tasks import deliver_facts

    deliver_facts.ask()
