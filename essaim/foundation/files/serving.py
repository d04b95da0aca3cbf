"""A file as an answer: to whom it is served, a rule has decided before."""

from django.http import FileResponse, Http404, HttpResponseBase

from essaim.foundation.files.keeping import opened
from essaim.foundation.files.pictures import PICTURE_TYPE
from essaim.foundation.models import StoredFile

# Should a browser ever show one as a page: without scripts, forms or anything from elsewhere.
POLICY = "default-src 'none'; sandbox"
# The page a browser makes of a picture by itself has inline styles of the browser's own.
PICTURE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


def served(stored: StoredFile | None, *, inline: bool = False) -> HttpResponseBase:
    """The bytes with their true type; only pictures are ever shown within a page.

    No cache but the reader's own keeps it, and that one asks again each time.
    """
    if stored is None:
        raise Http404
    try:
        file = opened(stored)
    except FileNotFoundError as error:
        raise Http404 from error
    is_shown = inline and stored.media_type == PICTURE_TYPE
    response = FileResponse(
        file,
        as_attachment=not is_shown,
        filename=stored.shown_name or f"{stored.name}.webp",
        content_type=stored.media_type,
    )
    if is_shown:
        del response.headers["Content-Disposition"]
    response.headers["Content-Length"] = str(stored.size)
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Content-Security-Policy"] = PICTURE_POLICY if is_shown else POLICY
    return response
