"""Real files that nobody here wrote: they are not in the repository.

The variable ESSAIM_DATA names their folder.
"""

import os
from pathlib import Path

import pytest

# Without the variable, a folder `shared/data` that somebody laid beside the checkout.
BESIDE = Path(__file__).resolve().parents[3] / "shared" / "data"
DATA = Path(os.environ.get("ESSAIM_DATA") or BESIDE)


def real_files(name: str) -> Path:
    """The folder or file of this name, or a skip that says what is missing."""
    path = DATA / name
    if not path.exists():
        pytest.skip(
            f"!!! {name}: the real files are not there (ESSAIM_DATA names their folder) !!!"
        )
    return path
