from django.conf import settings
from django.utils.translation import gettext as _

from essaim.demo.world_book import read_world
from essaim.foundation.access import ALLOWED, Verdict, refused


def may_look_around() -> Verdict:
    """The cast and the mailbox exist on a demo only."""
    return ALLOWED if settings.ESSAIM_DEMO else refused(_("This page does not exist."))


def may_enter_as(email: str) -> Verdict:
    """Anyone may sign in as someone of the cast, on a demo, and as nobody else."""
    if not may_look_around():
        return may_look_around()
    if email not in {person.email for person in read_world().cast}:
        return refused(_("Nobody of the cast has this address."))
    return ALLOWED
