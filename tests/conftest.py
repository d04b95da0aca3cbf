"""For tests that walk through the whole site as one person."""

from datetime import timedelta

import pytest

from essaim.members import confirmation


@pytest.fixture(autouse=True)
def _walks_longer_than_five_minutes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hundreds of pages on a busy machine: who confirmed before the first has at the last one."""
    monkeypatch.setattr(confirmation, "HOLDS_FOR", timedelta(hours=1))
