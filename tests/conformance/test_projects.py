"""A real cohort of beta.gouv.fr comes in with its history, and again without a change."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from essaim.projects.models import FormerName, Project, Spell
from tests.conformance import real_files

pytestmark = [pytest.mark.conformance, pytest.mark.django_db]


@pytest.fixture(scope="module")
def cohort() -> Path:
    return real_files("betagouv") / "pau_cohort.json"


def _bring(cohort: Path) -> str:
    said = StringIO()
    call_command("import_projects", "--format", "betagouv", str(cohort), stdout=said)
    return said.getvalue()


def test_a_cohort_comes_in_with_its_history_and_twice_the_same(cohort: Path) -> None:
    first = _bring(cohort)
    rows = list(Spell.objects.order_by("pk").values_list())

    second = _bring(cohort)

    assert "7 new" in first
    assert "0 new, 0 changed, 0 renamed, 7 as they were" in second
    assert list(Spell.objects.order_by("pk").values_list()) == rows
    assert Spell.objects.count() == 10
    assert Project.objects.filter(state="ended").count() == 6
    assert set(Project.objects.values_list("outcome", flat=True)) == {""}
    assert FormerName.objects.get().source_key == "poubelles-battle"
    assert not Spell.objects.filter(ends_on__isnull=True).exclude(project__state="running").exists()
