"""A cohort recorded elsewhere comes in with its history, once; what is wrong in it is told."""

import json
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from essaim.projects.betagouv import products_in
from essaim.projects.models import Project, Spell, State

pytestmark = pytest.mark.django_db
OPEN: dict[str, Any] = {
    "title": "Compost",
    "mission": "Less waste.",
    "usertypes": ["particulier"],
    "phases": [
        {"name": "investigation", "start": "2019-06-03", "end": None},
        {"name": "construction", "start": "2019-09-03", "end": None},
        {"name": "abandon", "start": "2021-09-01", "end": None},
    ],
}


def _bring(folder: Path, products: dict[str, Any]) -> tuple[str, str]:
    file = folder / "cohort.json"
    file.write_text(json.dumps(products), encoding="utf-8")
    said, complained = StringIO(), StringIO()
    call_command("import_projects", str(file), stdout=said, stderr=complained)
    return said.getvalue(), complained.getvalue()


def test_a_dry_run_says_the_same_and_writes_nothing(tmp_path: Path) -> None:
    file, said = tmp_path / "cohort.json", StringIO()
    file.write_text(json.dumps({"compost": OPEN}), encoding="utf-8")

    call_command("import_projects", str(file), dry_run=True, stdout=said)

    assert "1 new" in said.getvalue()
    assert not Project.objects.exists()


def _stays(project: Project) -> list[tuple[str, date, date | None]]:
    rows = Spell.objects.filter(project=project).order_by("starts_on")
    return [(one.stage, one.starts_on, one.ends_on) for one in rows]


def test_unknown_ends_are_the_next_start_and_an_abandon_is_an_end(tmp_path: Path) -> None:
    _bring(tmp_path, {"compost": OPEN})

    project = Project.objects.get()
    assert _stays(project) == [
        ("explore", date(2019, 6, 3), date(2019, 9, 3)),
        ("build", date(2019, 9, 3), date(2021, 9, 1)),
    ]
    assert (project.state, project.outcome) == (State.ENDED, "")
    assert project.ended_on == date(2021, 9, 1)


def test_twice_is_the_same(tmp_path: Path) -> None:
    _bring(tmp_path, {"compost": OPEN})
    before = list(Spell.objects.values_list("pk", flat=True))

    said, _complained = _bring(tmp_path, {"compost": OPEN})

    assert "0 new, 0 changed, 0 renamed, 1 as they were" in said
    assert list(Spell.objects.values_list("pk", flat=True)) == before


def test_a_renamed_project_is_recognised_by_its_former_address(tmp_path: Path) -> None:
    _bring(tmp_path, {"bin-battle": {**OPEN, "title": "Bin Battle"}})
    first = Project.objects.get()

    said, _complained = _bring(
        tmp_path, {"compost": {**OPEN, "redirect_from": ["/startups/bin-battle"]}}
    )

    project = Project.objects.get()
    assert (project.pk, project.community.name) == (first.pk, "Compost")
    assert [one.name for one in project.former_names.all()] == ["Bin Battle"]
    assert "1 renamed" in said


def test_a_new_title_keeps_the_name_before(tmp_path: Path) -> None:
    _bring(tmp_path, {"compost": OPEN})
    _bring(tmp_path, {"compost": {**OPEN, "title": "Compost for all"}})

    project = Project.objects.get()
    assert project.community.name == "Compost for all"
    assert [one.name for one in project.former_names.all()] == ["Compost"]


def test_what_is_wrong_is_told_with_its_row(tmp_path: Path) -> None:
    phases = [
        {"name": "investigation", "start": "2019-01-01", "end": "2020-01-01"},
        {"name": "construction", "start": "2019-06-01", "end": None},
        {"name": "moonshot", "start": "2020-01-01", "end": None},
        {"name": "", "start": None, "end": None},
    ]

    _said, complained = _bring(tmp_path, {"odd": {**OPEN, "phases": phases}})

    for words in ("odd: ", "moonshot", "phase 4", "cut there"):
        assert words in complained


def test_a_file_that_holds_no_products_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "list.json"
    file.write_text("[]", encoding="utf-8")

    with pytest.raises(CommandError, match="no products"):
        call_command("import_projects", str(file))


def test_the_reader_makes_up_no_outcome() -> None:
    (product,) = products_in({"compost": OPEN})

    assert not hasattr(product, "outcome")
