"""Pictures of a gathering: shown while everyone on them agrees, and no longer."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from essaim.communities.readers import ANONYMOUS, fresh_reader
from essaim.design.typography import number
from essaim.events import rules
from essaim.events.actions.locks import locked, unseen
from essaim.events.facts import (
    Again,
    PictureAdded,
    PictureObjected,
    PictureRemoved,
    PictureShownAgain,
)
from essaim.events.models import (
    ALT_LENGTH,
    MOST_PICTURES,
    MOST_PICTURES_EACH,
    Consent,
    Event,
    EventPicture,
)
from essaim.foundation.access import require
from essaim.foundation.activity import record
from essaim.foundation.clock import now
from essaim.foundation.files import drop_file, keep_picture_and_small
from essaim.foundation.http.cache import bump_generation
from essaim.foundation.text import clean_line
from essaim.members.models import Member
from essaim.needs.actions.values import Checks

SMALL = 480  # pixels: pages that show several stay light


@transaction.atomic
def add_picture(
    *,
    member: Member,
    event: Event,
    picture: Any,
    words: str,
    audience: str,
    agreed: bool,
) -> EventPicture:
    """Nothing of it is kept before whoever adds it has said that all on it agree.

    It is drawn before the gathering is locked: that takes a moment, and a door may be waiting.
    """
    event = Event.objects.select_related("community").get(pk=event.pk)
    require(rules.may_add_picture(fresh_reader(member), event))
    _require_room(member, event)
    values = _values(event, picture=picture, words=words, audience=audience, agreed=agreed)
    try:
        kept, small = keep_picture_and_small(picture, uploader_id=member.pk, small=SMALL)
    except ValidationError as error:
        raise ValidationError({"picture": error.messages}) from error
    event = locked(event.pk)
    require(rules.may_add_picture(fresh_reader(member), event))
    if values["audience"] not in rules.audiences_of(event):
        raise ValidationError({"audience": _("Choose one of the answers offered.")})
    _require_room(member, event)
    moment = now()
    made = EventPicture.objects.create(
        event=event,
        uploader=member,
        file=kept,
        small=small,
        consent=Consent.GIVEN,
        consented_at=moment,
        created_at=moment,
        **values,
    )
    record(PictureAdded(actor_id=member.pk, **_about(made)))
    bump_generation()
    return made


@transaction.atomic
def object_to_picture(*, member: Member | None, picture: EventPicture) -> bool:
    """By somebody on it, with or without an account: it is out of sight when this returns.

    Nobody is asked who they are, and nothing of it is kept. False when it was so already.
    """
    found = _fresh(picture)
    if found is None or found.objected_at:
        return False
    require(rules.may_see_picture(fresh_reader(member) if member else ANONYMOUS, found))
    found.objected_at = now()
    found.save(update_fields=["objected_at"])
    record(PictureObjected(**_about(found)))
    bump_generation()
    return True


@transaction.atomic
def show_again(*, member: Member, picture: EventPicture, reason: str, agreed: bool) -> None:
    """After somebody said no: those who hold it say why, and that all on it agree now."""
    found = _fresh(picture)
    if found is None:
        raise ValidationError(_("This picture is gone."))
    require(rules.may_show_again(fresh_reader(member), found))
    checks = Checks()
    checks.one_of("reason", reason, Again.values)
    _agree(checks, agreed=agreed)
    checks.done()
    found.objected_at = None
    found.consent, found.consented_at = Consent.GIVEN_AGAIN, now()
    found.save(update_fields=["objected_at", "consent", "consented_at"])
    record(PictureShownAgain(actor_id=member.pk, reason=Again(reason), **_about(found)))
    bump_generation()


@transaction.atomic
def remove_picture(*, member: Member, picture: EventPicture) -> bool:
    """With its file, for good; False when it was gone."""
    found = _fresh(picture)
    if found is None:
        return False
    require(rules.may_remove_picture(fresh_reader(member), found))
    said = _about(found)
    drop_file(found.file)
    drop_file(found.small)
    record(PictureRemoved(actor_id=member.pk, **said))
    bump_generation()
    return True


def _values(
    event: Event, *, picture: Any, words: str, audience: str, agreed: bool
) -> dict[str, Any]:
    checks = Checks()
    checks.text("words", words, longest=ALT_LENGTH, clean=clean_line)
    checks.one_of("audience", audience, rules.audiences_of(event))
    if not picture:
        checks.say("picture", _("Choose a picture."))
    _agree(checks, agreed=agreed)
    return checks.done()


def _agree(checks: Checks, *, agreed: bool) -> None:
    if agreed is not True:
        checks.say("agreed", _("Ask everyone who can be recognised on it first."))


def _require_room(member: Member, event: Event) -> None:
    if event.pictures.count() >= MOST_PICTURES:
        said = _("There are %(most)s pictures already: that is all a gathering shows.")
        raise ValidationError(said % {"most": number(MOST_PICTURES)})
    if event.pictures.filter(uploader=member).count() >= MOST_PICTURES_EACH:
        said = _("You have added %(most)s pictures already: leave some room to others.")
        raise ValidationError(said % {"most": number(MOST_PICTURES_EACH)})


def _fresh(picture: EventPicture) -> EventPicture | None:
    """As the database has it, ours alone until the transaction ends; its gathering is first."""
    event = locked(picture.event_id)
    held = EventPicture.objects.select_for_update(of=("self",)).select_related("file", "small")
    found = held.filter(pk=picture.pk).first()
    if found is not None:
        found.event = event
    return found


def _about(picture: EventPicture) -> dict[str, Any]:
    return {"picture_id": picture.pk, **unseen(picture.event)}
