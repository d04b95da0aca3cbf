"""Where the bytes lie: under random names, written before their row, gone after it."""

import os
import secrets
import time
from datetime import timedelta
from pathlib import Path
from typing import IO, Any, Protocol

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from essaim.foundation.clock import now
from essaim.foundation.files.documents import MOST_DOCUMENT_BYTES, kind_of_document
from essaim.foundation.files.pictures import (
    MOST_PICTURE_BYTES,
    PICTURE_TYPE,
    draw_anew,
    looks_like_picture,
    too_large,
)
from essaim.foundation.files.reencode import LONGEST_SIDE
from essaim.foundation.models import DroppedFile, StoredFile
from essaim.foundation.text import clean_line

# How long bytes may wait for their row to be committed, and a row for whoever will own it.
GRACE = timedelta(hours=6)
LONGEST_NAME = 120


class Upload(Protocol):
    """What a form brings: Django's UploadedFile, or anything like it."""

    @property
    def name(self) -> str | None: ...

    @property
    def size(self) -> int | None: ...

    def read(self, amount: int = -1, /) -> bytes: ...


def keep_picture(upload: Upload, *, uploader_id: int | None) -> StoredFile:
    """Drawn anew and kept; call it in the transaction that makes its owner.

    Raises ValidationError with a sentence for the field.
    """
    return _keep_picture(_content(upload, MOST_PICTURE_BYTES), "", uploader_id)


def keep_picture_and_small(
    upload: Upload, *, uploader_id: int | None, small: int
) -> tuple[StoredFile, StoredFile]:
    """The same, and once more for pages that show several: `small` pixels on its longer side."""
    content = _content(upload, MOST_PICTURE_BYTES)
    return (
        _keep_picture(content, "", uploader_id),
        _keep_picture(content, "", uploader_id, longest=small),
    )


def keep_document(upload: Upload, *, uploader_id: int | None) -> StoredFile:
    """A file that a team passes on, with its name; pictures are drawn anew."""
    content = _content(upload, MOST_DOCUMENT_BYTES)
    called = Path((upload.name or "").replace("\\", "/")).stem
    if looks_like_picture(content):
        return _keep_picture(content, _named(called, "webp"), uploader_id)
    kind = kind_of_document(content)
    ending = "csv" if kind.ending == "txt" and (upload.name or "").lower().endswith(".csv") else ""
    name = _named(called, ending or kind.ending)
    return _store(content, uploader_id, media_type=kind.media_type, shown_name=name)


def _keep_picture(
    content: bytes, shown_name: str, uploader_id: int | None, *, longest: int = LONGEST_SIDE
) -> StoredFile:
    drawn = draw_anew(content, longest)
    return _store(
        drawn.content,
        uploader_id,
        media_type=PICTURE_TYPE,
        shown_name=shown_name,
        width=drawn.width,
        height=drawn.height,
    )


def _content(upload: Upload, most: int) -> bytes:
    if (upload.size or 0) > most:
        raise too_large(most)
    content = upload.read(most + 1)
    if not content:
        raise ValidationError(_("This file is empty."), code="empty")
    if len(content) > most:
        raise too_large(most)
    return content


def _named(called: str, ending: str) -> str:
    """One line that no header, folder or reader takes for something else; its ending is true."""
    try:
        line = clean_line(called)
    except ValidationError:
        line = ""
    kept = "".join(sign for sign in line if sign.isalnum() or sign in " -_.,()’'").strip(" .")
    return ".".join((kept[:LONGEST_NAME] or _("file"), ending))


def _store(content: bytes, uploader_id: int | None, **about: Any) -> StoredFile:
    """Bytes first: should the transaction not be, the sweep finds them without a row."""
    name = secrets.token_hex(16)
    path = path_of(name)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return StoredFile.objects.create(name=name, uploader_id=uploader_id, size=len(content), **about)


def path_of(name: str) -> Path:
    """Names are ours alone: whoever asks for a file names its owner, never a path."""
    return Path(settings.ESSAIM_FILES) / name[:2] / name


def opened(stored: StoredFile) -> IO[bytes]:
    return path_of(stored.name).open("rb")


def drop_file(stored: StoredFile | None) -> None:
    """Its owner is gone, or has another one: the row goes now, its bytes within a minute."""
    if stored:
        stored.delete()


def erase_what_was_dropped() -> int:
    """Each minute: the bytes of rows that went, whoever deleted them (a trigger notes it)."""
    erased = 0
    with transaction.atomic():
        for dropped in DroppedFile.objects.select_for_update(skip_locked=True)[:1000]:
            path_of(dropped.name).unlink(missing_ok=True)
            dropped.delete()
            erased += 1
    return erased


def sweep_orphans() -> tuple[int, int]:
    """Every night: rows that nobody refers to, and bytes without a row. How many of each."""
    before = now() - GRACE
    orphans = StoredFile.objects.filter(stored_at__lt=before)
    for owner in _owners():
        held = owner.model._base_manager.filter(**{owner.name: OuterRef("pk")})
        orphans = orphans.filter(~Exists(held))
    rows, _by_model = orphans.delete()
    # A disk dates by the machine’s own clock, wherever ours stands.
    return rows, _sweep_bytes(time.time() - GRACE.total_seconds())


def _owners() -> list[Any]:
    """Every field that refers to a file, also those that no file leads back from."""
    related: list[Any] = list(StoredFile._meta.get_fields(include_hidden=True))
    return [one.field for one in related if one.auto_created and not one.concrete]


def _sweep_bytes(before: float) -> int:
    folder = Path(settings.ESSAIM_FILES)
    lying = {
        path.name: path
        for path in (folder.glob("??/*") if folder.exists() else ())
        if path.stat().st_mtime < before
    }
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name FROM unnest(%s::text[]) AS lying (name)"
            " WHERE NOT EXISTS (SELECT 1 FROM foundation_storedfile s WHERE s.name = lying.name)",
            [list(lying)],
        )
        found = [name for (name,) in cursor.fetchall()]
    for name in found:
        lying[name].unlink(missing_ok=True)
    return len(found)
