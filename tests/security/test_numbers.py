"""Each weakness that others had is tried here by its number, or SECURITY.md says why not."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
NUMBERS = {*range(1, 32), 41, 42}


def test_each_number_has_a_test_or_a_line_that_says_why_it_does_not_apply() -> None:
    tested = {
        int(number)
        for file in Path(__file__).parent.glob("test_*.py")
        for number in re.findall(r"^def test_v(\d\d)_", file.read_text("utf-8"), re.MULTILINE)
    }
    explained = {
        int(number)
        for number in re.findall(
            r"^- V(\d\d): .{20,}", (ROOT / "SECURITY.md").read_text("utf-8"), re.MULTILINE
        )
    }
    assert tested | explained == NUMBERS
    assert not tested & explained, "It applies, and it does not."
