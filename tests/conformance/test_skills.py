"""The French ESCO skills come in whole and once, and our everyday words meet them."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from essaim.members.models import EVERYDAY, Skill, SkillBroader, SkillName
from essaim.members.queries import skill_names_matching, skills_meant
from tests.conformance import real_files

pytestmark = [pytest.mark.conformance, pytest.mark.django_db]


@pytest.fixture(scope="module")
def file() -> Path:
    return real_files("skills/esco_skills_fr.csv")


def bring(file: Path) -> str:
    said, complained = StringIO(), StringIO()
    call_command("import_skills", str(file), stdout=said, stderr=complained)
    assert complained.getvalue() == ""
    return said.getvalue()


def everything() -> list[object]:
    return [sorted(model.objects.values_list()) for model in (Skill, SkillName, SkillBroader)]


def test_every_skill_comes_in_with_its_names_and_again_changes_nothing(file: Path) -> None:
    bring(file)
    theirs = Skill.objects.exclude(source=EVERYDAY)
    assert theirs.count() == 13_485
    assert theirs.filter(kind="knowledge").count() == 2_902
    labels = SkillName.objects.filter(skill__in=theirs, is_label=True)
    assert labels.count() == 13_485
    # Some alternative labels repeat the label, or differ from it by capitals and accents only.
    assert 1_450 <= SkillName.objects.filter(skill__in=theirs, is_label=False).count() <= 1_506
    before = everything()
    assert "Nothing changed." in bring(file)
    assert everything() == before


def test_its_words_are_found_and_stand_below_ours(file: Path) -> None:
    bring(file)
    play = Skill.objects.get(label="ludothérapie")
    assert skills_meant(["Thérapies par le jeu", "ludotherapie", "ludothérpaie"]) == {
        "Thérapies par le jeu": play.pk,
        "ludotherapie": play.pk,
        "ludothérpaie": play.pk,
    }
    assert skill_names_matching("droit électo")[0] == "droit électoral"
    assert SkillBroader.objects.filter(
        narrower__label="droit électoral", broader__label="droit", broader__source=EVERYDAY
    ).exists()


def test_a_damaged_copy_brings_the_rest_and_names_each_damaged_line(
    file: Path, tmp_path: Path
) -> None:
    lines = file.read_bytes().splitlines(keepends=True)
    lines[9] = b"http://data.europa.eu/esco/skill/x,skill/competence\n"
    lines[99] = lines[99].replace(b",", b",\xff", 1)
    copy = tmp_path / "damaged.csv"
    copy.write_bytes(b"".join(lines))
    said, complained = StringIO(), StringIO()
    call_command("import_skills", str(copy), stdout=said, stderr=complained)
    assert [
        line.split(":")[0].rsplit(" ", 1)[1] for line in complained.getvalue().splitlines()
    ] == [
        "10",
        "100",
    ]
    assert Skill.objects.exclude(source=EVERYDAY).count() == 13_483
