"""Uploads: by their content alone, nothing kept but pixels and words, gone with what owns them."""

import io
import os
import zipfile
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import Http404
from PIL import Image, ImageFile, PngImagePlugin

from essaim.foundation.clock import at, now
from essaim.foundation.files import (
    MOST_PICTURE_BYTES,
    drop_file,
    erase_what_was_dropped,
    keep_document,
    keep_picture,
    keep_picture_and_small,
    reencode,
    served,
    sweep_orphans,
)
from essaim.foundation.files.keeping import path_of
from essaim.foundation.files.pictures import draw_anew
from essaim.foundation.models import StoredFile

pytestmark = pytest.mark.django_db

WHERE = "43.2951,-0.3708"
PDF = b"%PDF-1.7\n1 0 obj\n<< >>\nendobj\ntrailer\n<< >>\n%%EOF\n"


def upload(content: bytes, name: str = "picture.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def picture(
    kind: str = "JPEG", size: tuple[int, int] = (60, 40), mode: str = "RGB", **saved: object
) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, "red" if mode == "RGB" else (255, 0, 0, 90)).save(out, kind, **saved)
    return out.getvalue()


def office(*parts: str, first: tuple[str, str] | None = None) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        if first:
            archive.writestr(*first)
        for part in parts:
            archive.writestr(part, "words")
    return out.getvalue()


def bytes_lie(stored: StoredFile) -> bool:
    return path_of(stored.name).exists()


def kept(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(draw_anew(content).content))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_is_drawn_anew_as_one_type(kind: str) -> None:
    stored = keep_picture(upload(picture(kind)), uploader_id=7)
    assert stored.media_type == "image/webp"
    assert (stored.width, stored.height) == (60, 40)
    with path_of(stored.name).open("rb") as file:
        assert Image.open(file).format == "WEBP"


def test_position_camera_and_comments_of_a_picture_are_gone() -> None:
    exif = Image.Exif()
    exif[0x010F] = "A camera of Nadia"
    exif.get_ifd(0x8825)[1] = "N"
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", WHERE)
    for content in (
        picture(exif=exif, comment=WHERE.encode()),
        picture("PNG", pnginfo=info, exif=exif),
        picture("WEBP", exif=exif, xmp=WHERE.encode()),
    ):
        assert b"Nadia" in content or WHERE.encode() in content
        drawn = draw_anew(content).content
        assert b"Nadia" not in drawn
        assert WHERE.encode() not in drawn
        assert not dict(kept(content).getexif())
        assert not {"exif", "xmp", "icc_profile", "comment"} & kept(content).info.keys()


def test_a_picture_taken_sideways_stands_upright_and_a_large_one_is_reduced() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    assert kept(picture(exif=exif)).size == (40, 60)
    assert kept(picture(size=(4000, 2000))).size == (1600, 800)
    both = keep_picture_and_small(upload(picture(size=(4000, 2000))), uploader_id=1, small=480)
    assert [(one.width, one.height) for one in both] == [(1600, 800), (480, 240)]


def test_what_is_transparent_stays_so() -> None:
    assert kept(picture("PNG", mode="RGBA")).mode == "RGBA"


@pytest.mark.parametrize(
    "content",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"GIF89a<script>alert(1)</script>",
        b"\x89PNG\r\n\x1a\n<html>",
        b"\xff\xd8\xff",
        b"<html><body>hello",
        PDF,
    ],
)
def test_what_is_no_picture_is_refused_whatever_it_is_called(content: bytes) -> None:
    with pytest.raises(ValidationError, match="not a picture"):
        keep_picture(upload(content), uploader_id=None)


def test_what_hides_behind_a_picture_is_not_kept() -> None:
    hidden = b"<script>alert(1)</script>"
    for content in (picture() + hidden, picture("PNG") + office("evil.js") + hidden):
        stored = keep_picture(upload(content), uploader_id=None)
        assert hidden not in path_of(stored.name).read_bytes()
        assert b"evil.js" not in path_of(stored.name).read_bytes()


def test_bombs_are_refused_by_what_they_say_and_none_of_their_pixels_is_unpacked(
    monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    bomb = _flat(20_000, 20_000)
    with pytest.raises(ValidationError, match="too many pixels"):
        draw_anew(bomb)
    lying = bytearray(picture("PNG"))
    lying[16:24] = (60_000).to_bytes(4, "big") * 2  # says more than it has
    with pytest.raises(ValidationError):
        draw_anew(bytes(lying))
    unpacked: list[object] = []
    monkeypatch.setattr("resource.setrlimit", lambda *_bound: None)  # of this process
    monkeypatch.setattr(ImageFile.ImageFile, "load", unpacked.append)
    for content in (bomb, _flat(10_000, 4_001)):
        monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(content)))
        assert reencode.main() == reencode.TOO_MANY_PIXELS
    assert not unpacked
    assert not capfdbinary.readouterr().out


def test_large_and_empty_files_are_refused() -> None:
    with pytest.raises(ValidationError, match="10 MB"):
        keep_picture(upload(picture() + bytes(10_000_000)), uploader_id=None)
    with pytest.raises(ValidationError, match="empty"):
        keep_picture(upload(b""), uploader_id=None)


@pytest.mark.parametrize("says", [1, 0, None])
def test_an_upload_that_lies_about_its_size_is_refused_by_the_bytes_read(says: int | None) -> None:
    for keep in (keep_picture, keep_document):
        lying = Lying(says)
        with pytest.raises(ValidationError, match="10 MB"):
            keep(lying, uploader_id=None)
        assert lying.read_so_far == MOST_PICTURE_BYTES + 1  # and no more of it
    assert not StoredFile.objects.exists()


class Lying:
    """A picture without an end, that says it is small."""

    name = "small.jpg"

    def __init__(self, size: int | None) -> None:
        self.size = size
        self.read_so_far = 0

    def read(self, amount: int = -1, /) -> bytes:
        assert amount >= 0, "read to its end, and it has none"
        self.read_so_far += amount
        return picture().ljust(amount, b"0")


def _flat(width: int, height: int) -> bytes:
    """A picture of one colour: few bytes, many pixels."""
    out = io.BytesIO()
    Image.new("1", (width, height)).save(out, "PNG")
    return out.getvalue()


def test_names_are_random_and_the_folder_is_ours_alone() -> None:
    one, other = (keep_picture(upload(picture()), uploader_id=1) for _ in range(2))
    assert one.name != other.name
    assert len(one.name) == 32
    assert path_of(one.name).stat().st_mode & 0o077 == 0
    assert path_of(one.name).parent.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("content", "ending"),
    [
        (PDF, "pdf"),
        (office("[Content_Types].xml", "word/document.xml"), "docx"),
        (office("[Content_Types].xml", "xl/workbook.xml"), "xlsx"),
        (
            office("content.xml", first=("mimetype", "application/vnd.oasis.opendocument.text")),
            "odt",
        ),
        ("Une liste, à cocher.\n".encode(), "txt"),
        (picture(), "webp"),
    ],
)
def test_documents_are_told_by_what_they_hold(content: bytes, ending: str) -> None:
    stored = keep_document(upload(content, "../../Le kit\r\nX: 1.exe"), uploader_id=1)
    assert stored.shown_name.endswith(f".{ending}")
    assert not set("/\\\r\n:") & set(stored.shown_name)


@pytest.mark.parametrize(
    "content",
    [
        b"<html><script>alert(1)</script>",
        b"MZ\x90\x00\x03",
        b"words <script>alert(1)</script>",
        PDF + office("evil.js"),
        b"\n<script>" + PDF,
        b"%PDF-1.7<html><script>alert(1)</script>%%EOF",
        office("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"),
        office("a.txt"),
        office("word/document.xml"),
        office("xl/workbook.xml", "content.xml"),
        b"<!--" + office("[Content_Types].xml", "word/document.xml"),
        b"PK\x03\x04 nothing",
    ],
)
def test_pages_programs_macros_and_files_that_are_two_things_are_refused(content: bytes) -> None:
    with pytest.raises(ValidationError, match="cannot be passed on"):
        keep_document(upload(content, "kit.pdf"), uploader_id=1)
    assert not StoredFile.objects.exists()


def test_a_packed_bomb_is_refused_unopened(monkeypatch: pytest.MonkeyPatch) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "x")
        archive.writestr("word/document.xml", bytes(250_000_000))
    unpacked: list[object] = []
    monkeypatch.setattr(zipfile.ZipFile, "open", lambda _archive, *part: unpacked.append(part))
    with pytest.raises(ValidationError, match="cannot be passed on"):
        keep_document(upload(out.getvalue(), "kit.docx"), uploader_id=1)
    assert not unpacked


def test_only_pictures_are_shown_and_all_else_is_handed_over() -> None:
    shown = served(keep_picture(upload(picture()), uploader_id=1), inline=True)
    assert shown.headers["Content-Type"] == "image/webp"
    assert "Content-Disposition" not in shown.headers
    assert shown.headers["Cache-Control"] == "private, no-cache"
    policy = shown.headers["Content-Security-Policy"]
    assert policy == "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    text = served(keep_document(upload("À lire".encode(), "Été.txt"), uploader_id=1), inline=True)
    assert text.headers["Content-Disposition"].startswith("attachment; filename*=utf-8''")
    assert text.headers["Content-Type"].startswith("text/plain")
    assert text.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    with pytest.raises(Http404):
        served(None)


def test_bytes_go_with_their_row_whoever_deletes_it() -> None:
    one, other, stays = (keep_picture(upload(picture()), uploader_id=1) for _ in range(3))
    drop_file(one)
    StoredFile.objects.filter(pk=other.pk).delete()
    assert erase_what_was_dropped() == 2
    assert not bytes_lie(one)
    assert not bytes_lie(other)
    assert bytes_lie(stays)
    with pytest.raises(Http404):
        served(other)


def test_what_nobody_owns_goes_by_itself_after_a_while() -> None:
    stored = keep_picture(upload(picture()), uploader_id=1)
    assert sweep_orphans() == (0, 0)
    with at(now() + timedelta(hours=7)):
        assert sweep_orphans()[0] == 1
    erase_what_was_dropped()
    assert not bytes_lie(stored)


def test_bytes_without_a_row_are_swept() -> None:
    lost = Path(settings.ESSAIM_FILES) / "ab" / ("ab" + "0" * 30)
    lost.parent.mkdir(parents=True, exist_ok=True)
    lost.write_bytes(b"left by a crash")
    sweep_orphans()
    assert lost.exists()
    os.utime(lost, (0, 0))
    sweep_orphans()
    assert not lost.exists()
