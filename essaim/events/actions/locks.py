from typing import Any

from essaim.events.models import Event


def locked(event_id: int) -> Event:
    """The gathering as the database has it, ours alone until the transaction ends; always first."""
    return (
        Event.objects.select_for_update(of=("self",))
        .select_related("community", "place")
        .get(pk=event_id)
    )


def about(event: Event) -> dict[str, Any]:
    """What every fact says of it."""
    return {
        "community_id": event.community_id,
        "event_id": event.pk,
        "audience": event.audience if event.is_told else "nobody",
    }


def unseen(event: Event) -> dict[str, Any]:
    """What a fact says of it that is for nobody but the log."""
    return {"community_id": event.community_id, "event_id": event.pk}
