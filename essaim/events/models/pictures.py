from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from essaim.events.models.events import Event
from essaim.foundation import ids
from essaim.foundation.clock import now
from essaim.foundation.models import StoredFile
from essaim.foundation.privacy import Erasure, personal
from essaim.members.models import Member

ALT_LENGTH = 240
MOST_PICTURES = 60  # of one gathering
MOST_PICTURES_EACH = 20


class PictureAudience(models.TextChoices):
    """Never more than those who may see the gathering."""

    PUBLIC = "public", _("everyone who can open the page of the gathering")
    MEMBERS = "members", _("members, and those who came")


class Consent(models.IntegerChoices):
    """What whoever shows a picture has ticked, word for word: a new wording is a new number."""

    GIVEN = (
        1,
        _("Everyone who can be recognised on it has agreed that it is shown on this page."),
    )
    GIVEN_AGAIN = (
        2,
        _(
            "Somebody had said no. Everyone who can be recognised on it has agreed since that it"
            " is shown on this page."
        ),
    )


@personal(
    purpose="A picture of a gathering, and the word of whoever added it that all on it agreed.",
    subject="uploader",
    on_erasure=Erasure.DELETE,
    exported="event words audience consent consented_at created_at",
    other="id public_id file small objected_at",
)
class EventPicture(models.Model):
    """`words` say what it shows to those who cannot see it.

    `objected_at`: somebody on it does not want this; until those who hold the gathering know that
    all agree (a new `consent`), only they and whoever added it see it. Who objected is not kept.
    """

    public_id = models.CharField(max_length=12, unique=True, default=ids.public_id)
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="pictures")
    uploader = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+")
    file = models.OneToOneField(StoredFile, on_delete=models.CASCADE, related_name="+")
    small = models.OneToOneField(StoredFile, on_delete=models.CASCADE, related_name="+")
    words = models.CharField(max_length=ALT_LENGTH)
    audience = models.CharField(
        max_length=7, choices=PictureAudience, default=PictureAudience.MEMBERS
    )
    consent = models.PositiveSmallIntegerField(choices=Consent)
    consented_at = models.DateTimeField(default=now)
    created_at = models.DateTimeField(default=now)
    objected_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(words=""), name="picture_has_words"),
            models.CheckConstraint(
                condition=Q(consent__in=Consent.values), name="picture_has_consent"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["event", "id"], name="picture_of_event")]

    def __str__(self) -> str:
        return self.words
