"""The vocabulary of skills: how it comes in, what a word means, how one is completed."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from essaim.foundation.models import FactRow
from essaim.members.actions import import_skills
from essaim.members.forms import UnreadableFile, read_skills
from essaim.members.models import EVERYDAY, Skill, SkillBroader, SkillName
from essaim.members.queries import skill_names_matching, skills_around, skills_meant
from essaim.members.tests.factories import member_factory

pytestmark = pytest.mark.django_db

HEADER = "uri,type,label,alternative_labels\n"
FILE = (
    HEADER
    + """http://example.org/1,knowledge,comptabilité,
http://example.org/2,skill/competence,enseigner le tricot,donner des cours de tricot|tricoter
http://example.org/3,knowledge,droit rural,
http://example.org/4,knowledge,conduite de la vigne,
"""
)


def bring(tmp_path: Path, text: str = FILE, *options: str) -> tuple[str, str]:
    file = tmp_path / "skills.csv"
    file.write_text(text)
    said, complained = StringIO(), StringIO()
    call_command("import_skills", str(file), *options, stdout=said, stderr=complained)
    return said.getvalue(), complained.getvalue()


def everything() -> list[object]:
    return [
        sorted(model.objects.values_list())
        for model in (Skill, SkillName, SkillBroader)  # identifiers too: nothing is made anew
    ]


@pytest.fixture
def everyday() -> None:
    import_skills(source="esco", rows=())


def skill(name: str) -> int:
    found = SkillName.objects.get(name=name, skill__source=EVERYDAY)
    return int(found.skill_id)


def test_a_vocabulary_comes_in_once_with_our_own_tree(tmp_path: Path) -> None:
    said, complained = bring(tmp_path)
    assert complained == ""
    assert Skill.objects.filter(source="esco").count() == 4
    assert Skill.objects.filter(source=EVERYDAY).exists()
    before = everything()
    said, _complained = bring(tmp_path)
    assert "Nothing changed." in said
    assert everything() == before
    assert FactRow.objects.filter(kind="members.SkillsImported").count() == 1


def test_a_dry_run_says_the_same_and_writes_nothing(tmp_path: Path) -> None:
    said, _complained = bring(tmp_path, FILE, "--dry-run")
    assert "Dry run" in said
    assert not Skill.objects.exists()


def test_what_a_new_file_says_replaces_names_and_keeps_skills(tmp_path: Path) -> None:
    bring(tmp_path)
    kept = Skill.objects.get(uri="http://example.org/2").public_id
    changed = HEADER + "http://example.org/2,skill/competence,enseigner la maille,tricoter\n"
    said, _complained = bring(tmp_path, changed)
    assert "changed: 1" in said
    known = Skill.objects.get(uri="http://example.org/2")
    assert (known.public_id, known.label) == (kept, "enseigner la maille")
    assert set(known.names.values_list("name", "is_label")) == {
        ("enseigner la maille", True),
        ("tricoter", False),
    }
    assert Skill.objects.filter(uri="http://example.org/4").exists()


def test_bad_lines_are_told_by_number_and_spoil_no_other(tmp_path: Path) -> None:
    bad = (
        FILE
        + """http://example.org/1,knowledge,encore,
no address,knowledge,quelque chose,
http://example.org/5,trade,quelque chose,
http://example.org/6,knowledge,,
http://example.org/7,knowledge
http://example.org/8,knowledge,"ouvert,
http://example.org/9,knowledge,"""
        + "x" * 200
        + ",\n"
    )
    _said, complained = bring(tmp_path, bad)
    lines = complained.splitlines()
    assert [f"line {number}:" in line for number, line in enumerate(lines, 6)] == [True] * 7
    assert Skill.objects.filter(source="esco").count() == 4


@pytest.mark.parametrize("content", [b"", b"  \n", b"uri,label\n", b'"uri,type\n'])
def test_a_file_of_which_nothing_can_be_used_is_refused(content: bytes) -> None:
    with pytest.raises(UnreadableFile):
        read_skills(content)


def test_a_missing_file_and_the_name_of_our_own_tree_are_refused(tmp_path: Path) -> None:
    with pytest.raises(CommandError):
        call_command("import_skills", str(tmp_path / "none.csv"))
    with pytest.raises(CommandError):
        call_command("import_skills", "--source", EVERYDAY)
    with pytest.raises(ValidationError):
        import_skills(source=EVERYDAY, rows=())


def test_skills_stand_below_a_family_only_where_it_is_true(tmp_path: Path) -> None:
    """The same name, or the head word of a family; the training of vines is not driving."""
    bring(tmp_path)
    steps = set(
        SkillBroader.objects.filter(narrower__source="esco").values_list(
            "narrower__label", "broader__label"
        )
    )
    assert steps == {("comptabilité", "comptabilité"), ("droit rural", "droit")}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Comptable", "comptabilité"),
        ("COMPTABILITE", "comptabilité"),
        ("comptabilté", "comptabilité"),  # a letter is missing
        ("jardiniers", "jardinage"),
        ("gardening", "jardinage"),
        ("droits du travail", "droit du travail"),
        ("cours de francais", "français langue étrangère"),
        ("photografe", "photographie"),  # two slips in a long word
        ("trésorière d’association", "budget"),
        ("professeur de chant", "chant"),
        ("électricienne", "électricité"),
        ("astrologie", None),
        ("", None),
    ],
)
@pytest.mark.usefixtures("everyday")
def test_what_people_type_means_a_skill(typed: str, meant: str | None) -> None:
    assert skills_meant([typed])[typed] == (skill(meant) if meant else None)


@pytest.mark.usefixtures("everyday")
def test_known_names_are_found_in_one_query(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    with django_assert_num_queries(1):
        skills_meant(["comptable", "jardiniers", "law"])
    with django_assert_num_queries(3):
        skills_meant(["comptable", "jardiniers", "astrologie"])
    ids = [skill("droit"), skill("jardinage")]
    with django_assert_num_queries(1):
        skills_around(ids)


@pytest.mark.usefixtures("everyday")
def test_what_is_wider_and_narrower_is_known_two_steps_away() -> None:
    around = skills_around([skill("paie"), skill("démarches administratives")])
    assert around[skill("paie")].wider == {
        skill("comptabilité"): 1,
        skill("démarches administratives"): 2,
    }
    assert around[skill("démarches administratives")].narrower[skill("paie")] == 2
    assert skills_around([]) == {}


@pytest.mark.usefixtures("everyday")
def test_the_last_words_of_a_field_are_completed() -> None:
    assert skill_names_matching("comptab")[0] == "comptabilité"
    assert skill_names_matching("droit, COMPTÀB")[0] == "droit, comptabilité"
    assert "droit, comptabilité" not in skill_names_matching("comptabilite, comptab")
    assert skill_names_matching("jardiniage")[0] == "jardinage"
    assert skill_names_matching("garden", "en")[0] == "gardening"
    assert skill_names_matching("potager")[0] == "potager"
    assert skill_names_matching(" , ") == []


@pytest.mark.usefixtures("everyday")
def test_the_page_completes_for_members(client: Client) -> None:
    address = reverse("skills_complete")
    assert client.get(address, {"q": "compta"}).status_code == 302
    client.force_login(member_factory())
    answer = client.get(address, {"q": "compta\0b"}).json()
    assert answer["items"][0] == {"value": "comptabilité", "label": "comptabilité"}
    assert client.get(address).json() == {"items": []}
