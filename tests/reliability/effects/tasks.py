import time

from django.db import transaction

from essaim.foundation.activity import hears
from essaim.foundation.jobs import job
from tests.reliability.effects.facts import StoneThrown
from tests.reliability.effects.models import Effect


@hears(StoneThrown)
def leave_a_row(fact: StoneThrown) -> None:
    """Slow enough to be killed between the change and the commit."""
    Effect.objects.create(number=fact.number)
    time.sleep(0.01)


@job(queue="stones")
def count_to(*, number: int) -> None:
    """Does its work once however often it is run: the way every job is written."""
    with transaction.atomic():
        Effect.objects.select_for_update().filter(number=-number).first()
        if not Effect.objects.filter(number=-number).exists():
            Effect.objects.create(number=-number)
    time.sleep(0.02)
