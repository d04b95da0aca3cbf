from datetime import timedelta

from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from essaim.foundation.access import require
from essaim.foundation.activity import record
from essaim.foundation.clock import now
from essaim.members import rules
from essaim.members.facts import AddressProved
from essaim.members.models import Member

UNPROVED_FOR = timedelta(hours=24)


@transaction.atomic
def open_account(*, email: str, language: str) -> Member:
    """The account of this address, made if there is none; nothing is proved by it yet.

    Known and unknown addresses cost the same three statements, so that time tells nothing.
    """
    email = email.strip().lower()
    try:
        validate_email(email)
    except ValidationError as error:
        raise ValidationError({"email": error.messages}) from error
    account = Member(email=email, language=language, password=make_password(None))
    Member.objects.bulk_create([account], ignore_conflicts=True)
    waiting = Member.objects.filter(email=email, proved_at__isnull=True)
    waiting.update(created_at=now())  # asked for again: its day begins again
    return Member.objects.get(email=email)


@transaction.atomic
def prove_address(*, member: Member) -> bool:
    """A code sent to the address came back; True the first time."""
    known = Member.objects.select_for_update().get(pk=member.pk)
    require(rules.may_keep_account(known))
    if known.proved_at:
        return False
    known.proved_at = now()
    known.save(update_fields=["proved_at"])
    record(AddressProved(actor_id=known.pk))
    return True


@transaction.atomic
def drop_unproved_accounts() -> int:
    """Delete accounts whose address nobody proved within a day; every night. Returns how many."""
    late = Member.objects.filter(
        proved_at__isnull=True, erased_at__isnull=True, created_at__lt=now() - UNPROVED_FOR
    )
    # Locked: an address being proved at this very moment stays.
    ids = [member.pk for member in late.select_for_update(skip_locked=True)]
    Member.objects.filter(pk__in=ids).delete()
    return len(ids)
