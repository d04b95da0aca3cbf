"""`essaim manage load_demo`: the demo world, once."""

import time
from typing import Any

from django.core.management.base import BaseCommand
from django.db import connection
from django.utils.translation import gettext as _

from essaim.demo.load_world import load_world
from essaim.members.models import Member


class Command(BaseCommand):
    help = "Build the demo world; where it is there already, nothing changes."

    def handle(self, *_args: Any, **_options: Any) -> None:
        began = time.monotonic()
        if not load_world():
            self.stdout.write(_("The demo world is there already: nothing changed."))
            return
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")  # or tables would be planned for as empty, for a minute
        self.stdout.write(
            _("The demo world is there: %(people)s people, built in %(seconds)s seconds.")
            % {"people": Member.objects.count(), "seconds": round(time.monotonic() - began)}
        )
