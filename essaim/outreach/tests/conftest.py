from collections.abc import Iterator

import pytest

from essaim.outreach.queries import NOTICE_WORDING
from essaim.outreach.tests.factories import only_filled_by, say_words


@pytest.fixture(autouse=True)
def _wording() -> Iterator[None]:
    held = only_filled_by(NOTICE_WORDING, say_words)
    yield
    NOTICE_WORDING._fillers[:] = held
