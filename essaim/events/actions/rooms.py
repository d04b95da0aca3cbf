"""What acts during a gathering share: the lock of what its phones can do."""

from essaim.events.models import AgendaItem, Event, Round


def round_of(event: Event) -> Round | None:
    """Ours alone until the transaction ends; the gathering is locked before."""
    found = Round.objects.select_for_update().filter(event=event).first()
    if found is not None:
        found.event = event
    return found


def locked_round(round_id: int) -> Round:
    """For what phones do: they never lock the gathering, so they wait for no registration."""
    return (
        Round.objects.select_for_update(of=("self",))
        .select_related("event__community")
        .get(pk=round_id)
    )


def fresh_item(item: AgendaItem, event: Event) -> AgendaItem:
    """As the database has it, of the gathering that is locked."""
    found: AgendaItem = event.agenda.get(pk=item.pk)
    found.event = event
    return found
