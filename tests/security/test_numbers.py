"""Each weakness that others had is tried here by its number, or SECURITY.md says why not."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
NUMBERS = {*range(1, 32), 41, 42}


def _tests() -> dict[int, set[str]]:
    """By number: the files in which it is tried."""
    found: dict[int, set[str]] = {}
    for file in Path(__file__).parent.glob("test_*.py"):
        for number in re.findall(r"^def test_v(\d\d)_", file.read_text("utf-8"), re.MULTILINE):
            found.setdefault(int(number), set()).add(file.name)
    return found


def test_each_number_has_a_test_or_a_line_that_says_why_it_does_not_apply() -> None:
    tested = set(_tests())
    said = (ROOT / "SECURITY.md").read_text("utf-8")
    explained = {int(number) for number in re.findall(r"^- V(\d\d): .{20,}", said, re.MULTILINE)}
    assert tested | explained == NUMBERS
    assert not tested & explained, "It applies, and it does not."


def test_the_table_names_for_each_number_the_files_in_which_it_is_tried() -> None:
    said = (ROOT / "SECURITY.md").read_text("utf-8")
    rows = re.findall(r"^\| V(\d\d) \| .{10,} \| (.+) \|$", said, re.MULTILINE)
    assert len(rows) == len(dict(rows))
    assert {int(number): set(re.findall(r"`(\S+)`", files)) for number, files in rows} == _tests()
