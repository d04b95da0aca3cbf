from pathlib import Path

import pytest

from essaim.ideas.actions.archives import import_decidim
from essaim.ideas.models import Idea

pytestmark = pytest.mark.django_db

HEADER = "id;title;body;votes;created_at;url"
GOOD = {
    "id": "1",
    "title": "A bench",
    "body": "In the shade.",
    "votes": "2",
    "created_at": "2019-02-01 10:00:00 UTC",
    "url": "https://example.org/proposals/1",
}


def exported(folder: Path, **damage: str) -> Path:
    """A folder with two proposals: a good one, then one with this damage."""
    first, second = {**GOOD, "id": "7"}, {**GOOD, **damage}
    lines = [HEADER, *(";".join(row.values()) for row in (first, second))]
    (folder / "proposals.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("damage", "code"),
    [
        ({"id": "9" * 60}, "too_long"),
        ({"created_at": "9999-12-31 23:59:59 UTC"}, "date"),
        ({"created_at": "0001-01-01 00:00:00 +1400"}, "date"),
    ],
)
def test_a_value_that_no_database_holds_is_told_and_the_rest_comes_in(
    tmp_path: Path, damage: dict[str, str], code: str
) -> None:
    report = import_decidim(slug="there", folder=exported(tmp_path, **damage))
    assert [(problem.line, problem.code) for problem in report.problems] == [(3, code)]
    assert Idea.objects.count() == 1


@pytest.mark.parametrize("url", ["https://[::1", "javascript:alert(1)", "data:text/html,x"])
def test_an_address_that_is_none_of_the_web_is_left_out(tmp_path: Path, url: str) -> None:
    import_decidim(slug="there", folder=exported(tmp_path, url=url))
    assert set(Idea.objects.values_list("source_url", flat=True)) == {GOOD["url"], ""}
