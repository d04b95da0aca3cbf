"""Erasure reads the privacy register and nothing else, so that no sub-platform can be forgotten."""

from datetime import timedelta
from typing import Any

from django.apps import apps
from django.contrib.sessions.models import Session
from django.db import models, transaction

from essaim.foundation import ids
from essaim.foundation.access import require
from essaim.foundation.activity import record
from essaim.foundation.clock import now
from essaim.foundation.http.cache import bump_generation
from essaim.foundation.privacy import REGISTER, Declaration, Erasure
from essaim.members import rules
from essaim.members.actions.profiles import drop_unused_interests
from essaim.members.facts import MemberErased
from essaim.members.models import Member
from essaim.members.queries import rows_about

# A session that waits for a code holds the address; it lives at most this long.
WAITING_SESSION = timedelta(minutes=15)


@transaction.atomic
def erase_member(*, member: Member) -> None:
    """Make the account nobody's, and do with every row about the person what its model declares.

    What others answered, counted or rely on stays, without the name; everything else goes at once.
    """
    person = Member.objects.select_for_update().get(pk=member.pk)
    require(rules.may_keep_account(person))
    email = person.email
    # From the upper floors down: what refers goes before what is referred to.
    for model in reversed(apps.get_models()):
        declaration = REGISTER.get(model)
        if declaration and declaration.subject and model is not Member:
            _erase_rows(model, declaration, person)
    _make_anonymous(person)
    drop_unused_interests()
    _end_waiting_sessions(email)
    record(MemberErased(actor_id=person.pk))
    bump_generation()


def _erase_rows(model: type[models.Model], declaration: Declaration, person: Member) -> None:
    rows = rows_about(model, declaration, person)
    if declaration.on_erasure == Erasure.DELETE:
        rows.delete()
    elif declaration.on_erasure == Erasure.ANONYMISE:
        changes = {name: blank(model._meta.get_field(name)) for name in declaration.blanked}
        subject = model._meta.get_field(declaration.subject)
        if isinstance(subject, models.Field) and subject.null:
            changes[declaration.subject] = None
        # Where the link cannot be empty it leads to the account, which is anonymous.
        if changes:
            rows.update(**changes)


def blank(field: Any) -> Any:
    """The value of a field that says nothing any more."""
    if field.null:
        return None
    if field.has_default():
        return field.get_default()
    return ""


def _make_anonymous(person: Member) -> None:
    # The public identifier changes too: whoever knew it learns nothing from what stays.
    person.public_id = ids.public_id()
    person.email = f"{person.public_id}@erased.invalid"
    person.name = person.name_key = person.motive = ""
    person.place = person.minutes_a_week = person.last_login = None
    person.is_active = False
    person.erased_at = now()
    person.set_unusable_password()  # a new random one: every session of the account ends
    person.save()


def _end_waiting_sessions(email: str) -> None:
    """Delete the sessions in which a code for this address was asked for and not yet given back."""
    soon = Session.objects.filter(expire_date__lte=now() + WAITING_SESSION)
    held = [row.pk for row in soon.iterator() if email in str(row.get_decoded())]
    Session.objects.filter(pk__in=held).delete()
