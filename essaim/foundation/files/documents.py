"""Which files teams pass on: told by their content alone, whatever they call themselves.

PDF, office documents without macros, plain text. A file that is two things at once (a page and a
picture, a PDF and an archive) is none of them.
"""

import zipfile
from dataclasses import dataclass
from io import BytesIO

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from essaim.foundation.files.pictures import too_large

MOST_DOCUMENT_BYTES = 10_000_000
MOST_UNPACKED_BYTES = 200_000_000
MOST_PARTS = 2_000
ACCEPTED_DOCUMENTS = (
    ".pdf,.docx,.xlsx,.pptx,.odt,.ods,.odp,.txt,.csv,image/jpeg,image/png,image/webp"
)

_OPEN_DOCUMENT = {
    "application/vnd.oasis.opendocument.text": "odt",
    "application/vnd.oasis.opendocument.spreadsheet": "ods",
    "application/vnd.oasis.opendocument.presentation": "odp",
}
_OFFICE = {
    "word/document.xml": (
        "docx",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ),
    "xl/workbook.xml": (
        "xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
    "ppt/presentation.xml": (
        "pptx",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ),
}
_MACROS = ("vbaproject.bin", "basic/", "scripts/", "activex/")
_END_OF_ARCHIVE = b"PK\x05\x06"
_TAIL = 66_000  # as far from its end as an archive's directory may begin
_WORDS_OF_PAGES = (b"<script", b"<html", b"<!doctype", b"<svg", b"<?xml", b"<?php")


@dataclass(frozen=True, slots=True)
class Kind:
    """What a file is."""

    media_type: str
    ending: str


def kind_of_document(content: bytes) -> Kind:
    """Raises ValidationError with a sentence for the field when it is nothing we pass on."""
    if len(content) > MOST_DOCUMENT_BYTES:
        raise too_large(MOST_DOCUMENT_BYTES)
    found = _pdf(content) or _archive(content) or _text(content)
    if found is None:
        raise ValidationError(
            _(
                "This kind of file cannot be passed on: send a PDF, an office document without"
                " macros, a text or a picture."
            ),
            code="wrong_kind",
        )
    return found


def _pdf(content: bytes) -> Kind | None:
    is_whole = content.startswith(b"%PDF-") and b"%%EOF" in content[-1024:]
    if not is_whole or _END_OF_ARCHIVE in content[-_TAIL:]:
        return None
    return None if _is_page(content[:1024]) else Kind("application/pdf", "pdf")


def _archive(content: bytes) -> Kind | None:
    if not content.startswith(b"PK\x03\x04"):
        return None
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            return _office(archive)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError, OSError):
        return None


def _office(archive: zipfile.ZipFile) -> Kind | None:
    parts = archive.infolist()
    names = {part.filename for part in parts}
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED_BYTES:
        return None
    if any(mark in name.lower() for name in names for mark in _MACROS):
        return None
    if parts[0].filename == "mimetype" and parts[0].file_size < 100:  # noqa: PLR2004  bytes
        declared = archive.read(parts[0]).decode("ascii", "replace")
        ending = _OPEN_DOCUMENT.get(declared)
        return Kind(declared, ending) if ending and "content.xml" in names else None
    if "[Content_Types].xml" not in names:
        return None
    for part, (ending, media_type) in _OFFICE.items():
        if part in names:
            return Kind(media_type, ending)
    return None


def _text(content: bytes) -> Kind | None:
    """Words in UTF-8, and nothing that a browser might take for a page."""
    try:
        words = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None
    controls = any(ord(sign) < 32 and sign not in "\n\r\t\f" for sign in words)  # noqa: PLR2004  blanks
    if not words.strip() or controls or _is_page(content):
        return None
    return Kind("text/plain; charset=utf-8", "txt")


def _is_page(content: bytes) -> bool:
    lower = content.lower()
    return any(word in lower for word in _WORDS_OF_PAGES)
