"""What comes in with a form: on disk, never more of it than the largest file that is taken."""

from typing import Any

from django.core.files.uploadhandler import TemporaryFileUploadHandler

MOST_BYTES = 10_000_000


class CappedUpload(TemporaryFileUploadHandler):
    """The rest of what is too large is read and forgotten, so that its form can say so."""

    seen = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        self.seen = 0
        super().new_file(*args, **kwargs)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.seen += len(raw_data)
        if self.seen <= MOST_BYTES:
            super().receive_data_chunk(raw_data, start)
