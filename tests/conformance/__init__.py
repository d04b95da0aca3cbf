"""Real files that nobody here wrote; they lie beside the project, not in it."""

import os
from pathlib import Path

import pytest

BESIDE = Path(__file__).resolve().parents[3] / "shared" / "data"


def real_files(name: str) -> Path:
    """The folder or file of this name, or a skip that says what is missing."""
    path = Path(os.environ.get("ESSAIM_DATA") or BESIDE) / name
    if not path.exists():
        pytest.skip(
            f"!!! {name}: the real files are not there (ESSAIM_DATA names their folder) !!!"
        )
    return path
