"""For somebody who lost their devices and their recovery codes, once it is sure who they are."""

import argparse
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from essaim.members.actions import remove_every_factor
from essaim.members.models import Member


class Command(BaseCommand):
    help = "Take the code app, passkeys and recovery codes off an account; its person is told."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("email")

    def handle(self, *_args: Any, **options: Any) -> None:
        member = Member.objects.filter(email=options["email"].lower(), is_active=True).first()
        if member is None:
            raise CommandError(f"There is no account with the address {options['email']}.")
        count = remove_every_factor(member=member)
        self.stdout.write(f"{count} removed.")
