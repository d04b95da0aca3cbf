"""What people upload: looked at by its content, kept under a random name, served by a rule.

    stored = keep_picture(upload, uploader_id=member.pk)        # in the action's transaction
    return served(stored, inline=True)                          # in a view that has asked its rule

Whoever owns a file holds a foreign key to `StoredFile`. A row that goes takes its bytes with it, a
row that nobody refers to any more goes by itself.
"""

from essaim.foundation.files.documents import ACCEPTED_DOCUMENTS, MOST_DOCUMENT_BYTES
from essaim.foundation.files.keeping import (
    drop_file,
    erase_what_was_dropped,
    keep_document,
    keep_picture,
    keep_picture_and_small,
    sweep_orphans,
)
from essaim.foundation.files.pictures import ACCEPTED_PICTURES, MOST_PICTURE_BYTES
from essaim.foundation.files.serving import served

__all__ = [
    "ACCEPTED_DOCUMENTS",
    "ACCEPTED_PICTURES",
    "MOST_DOCUMENT_BYTES",
    "MOST_PICTURE_BYTES",
    "drop_file",
    "erase_what_was_dropped",
    "keep_document",
    "keep_picture",
    "keep_picture_and_small",
    "served",
    "sweep_orphans",
]
