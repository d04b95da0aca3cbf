"""Pictures of gatherings, for tests."""

import io
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from essaim.events.models import Consent, Event, EventPicture
from essaim.foundation.models import StoredFile
from essaim.members.models import Member

WHERE = "43.2951,-0.3708"


def upload() -> SimpleUploadedFile:
    """As a camera writes it: with where it was taken."""
    out = io.BytesIO()
    exif = Image.Exif()
    exif[270] = WHERE  # a description
    Image.new("RGB", (60, 40), "green").save(out, "JPEG", exif=exif)
    return SimpleUploadedFile("photo.jpg", out.getvalue(), "image/jpeg")


def typed(**values: Any) -> dict[str, Any]:
    """What the form of a picture gives."""
    given = {"words": "A full hall.", "audience": "public", "agreed": True, "picture": upload()}
    return given | values


def make_picture(event: Event, uploader: Member, number: int = 0, **values: Any) -> EventPicture:
    """One that everybody sees, without bytes, unless told otherwise."""
    file, small = (
        StoredFile.objects.create(
            name=f"{which}{event.pk:07}{number:08}{uploader.pk:016}",
            uploader_id=uploader.pk,
            media_type="image/webp",
            size=1,
            width=60,
            height=40,
        )
        for which in range(2)
    )
    given: dict[str, Any] = {
        "words": f"Picture {number}.",
        "audience": "public",
        "consent": Consent.GIVEN,
    }
    return EventPicture.objects.create(
        event=event, uploader=uploader, file=file, small=small, **given | values
    )
