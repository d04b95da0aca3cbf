"""Places come in from files of every quality."""

import threading
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import connection

from essaim.foundation.models import FactRow
from essaim.places.actions import import_places
from essaim.places.forms import UnreadableFile, read_places
from essaim.places.models import Level, Place, Postcode, place_key
from essaim.places.tests.factories import COMMUNES, import_text, small_france

HEADER = "code,nom,dep,reg,pop,cps,lat,lon\n"
NAY = "64417,Nay,64,75,3400,64800,43.18,-0.26\n"


@pytest.mark.django_db
def test_communes_come_in_below_their_department_region_and_country() -> None:
    done = import_text(COMMUNES)
    assert (done.added, done.changed, done.unchanged) == (17, 0, 0)
    nay = Place.objects.get(level=Level.COMMUNE, code="64417")
    chain = []
    above = nay.parent
    while above:
        chain.append((above.level, above.name))
        above = above.parent
    assert chain == [
        ("department", "Pyrénées-Atlantiques"),
        ("region", "Nouvelle-Aquitaine"),
        ("country", "France"),
    ]
    assert (nay.population, nay.latitude, nay.longitude) == (3400, 43.18, -0.26)
    assert [postcode.code for postcode in nay.postcodes.all()] == ["64800"]
    nouvelle_aquitaine = Place.objects.get(level=Level.REGION, code="75")
    below = Place.objects.all().below(nouvelle_aquitaine)
    assert set(below.values_list("name", flat=True)) == {
        "Pyrénées-Atlantiques",
        "Nay",
        "Arros-de-Nay",
        "Pau",
        "Saint-Jean-de-Luz",
    }


@pytest.mark.django_db
def test_a_collectivity_written_as_region_and_department_is_one_place() -> None:
    small_france()
    saint_pierre = Place.objects.select_related("parent__parent").get(code="97502")
    assert saint_pierre.parent is not None
    assert saint_pierre.parent.name == "Saint-Pierre-et-Miquelon"
    assert saint_pierre.parent.parent is not None
    assert saint_pierre.parent.parent.level == Level.COUNTRY
    assert not Place.objects.filter(level=Level.REGION, code="975").exists()


@pytest.mark.django_db
def test_the_same_file_again_changes_nothing_and_says_so() -> None:
    small_france()
    before = (list(Place.objects.order_by("id").values()), list(Postcode.objects.values()))
    facts = FactRow.objects.count()
    done = import_text(COMMUNES)
    assert done.changed_nothing
    assert done.unchanged == 17
    assert (list(Place.objects.order_by("id").values()), list(Postcode.objects.values())) == before
    assert FactRow.objects.count() == facts


@pytest.mark.django_db
def test_an_import_that_brings_something_is_a_fact_once() -> None:
    small_france()
    fact = FactRow.objects.get(kind="places.PlacesImported")
    assert fact.details == {
        "country_id": Place.objects.get(level=Level.COUNTRY).pk,
        "added": 17,
        "changed": 0,
    }


@pytest.mark.django_db
def test_a_changed_line_changes_its_place_and_keeps_its_public_id() -> None:
    small_france()
    before = Place.objects.get(code="64417")
    done = import_text(HEADER + "64417,Nay-en-Béarn,64,75,3500,64800 64801,43.18,-0.26\n")
    assert (done.added, done.changed, done.unchanged) == (0, 1, 0)
    after = Place.objects.get(code="64417")
    assert after.public_id == before.public_id
    assert (after.name, after.key, after.population) == ("Nay-en-Béarn", "nay en bearn", 3500)
    assert {one.code for one in after.postcodes.all()} == {"64800", "64801"}


@pytest.mark.django_db
def test_a_changed_postcode_alone_counts_as_a_change() -> None:
    small_france()
    done = import_text(HEADER + NAY.replace("64800", "64801"))
    assert (done.added, done.changed, done.unchanged) == (0, 1, 0)
    assert [one.code for one in Postcode.objects.filter(place__code="64417")] == ["64801"]


@pytest.mark.django_db
def test_what_a_file_does_not_say_stays_as_it_was() -> None:
    small_france()
    done = import_text("code,name,dep,reg\n64417,Nay,64,75\n")
    assert done.changed_nothing
    nay = Place.objects.get(code="64417")
    assert (nay.population, nay.latitude) == (3400, 43.18)
    assert nay.postcodes.count() == 1


@pytest.mark.django_db
def test_a_department_that_moves_takes_along_places_the_file_does_not_name() -> None:
    small_france()
    done = import_text(HEADER + NAY.replace(",64,75,", ",64,76,"))
    assert done.parents == 2  # the new region, and the department that moved
    pau = Place.objects.get(code="64445")
    occitanie = Place.objects.get(level=Level.REGION, code="76")
    assert occitanie.pk in pau.ancestor_ids


@pytest.mark.django_db
def test_a_dry_run_says_what_would_happen_and_changes_nothing() -> None:
    done = import_text(COMMUNES, dry_run=True)
    assert done.added == 17
    assert not Place.objects.exists()
    assert not FactRow.objects.exists()


@pytest.mark.django_db
def test_places_of_another_country_need_names_for_what_is_above_them() -> None:
    done = import_text(
        "code;name;region;region_name;population;postcodes;latitude;longitude\n"
        "371;Konstanz;08;Baden-Württemberg;85000;78462|78464;47,66;9,18\n",
        country="DE",
    )
    assert done.added == 1
    konstanz = Place.objects.select_related("parent__parent").get(code="371")
    assert (konstanz.latitude, konstanz.parent and konstanz.parent.name) == (
        47.66,
        "Baden-Württemberg",
    )
    assert Place.objects.get(level=Level.COUNTRY).name == "Deutschland"
    file = read_places(b"code,name,region\n1,Bern,BE\n")
    problems = import_places(country="CH", rows=file.rows).problems
    assert [(one.line, "BE" in one.reason) for one in problems] == [(2, True)]
    assert not Place.objects.filter(name="Bern").exists()


@pytest.mark.django_db
def test_a_country_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValidationError, match="not the code of a country"):
        import_places(country="ZZ", rows=read_places(b"code,name\n1,Here\n").rows)
    assert not Place.objects.exists()


@pytest.mark.django_db
def test_lines_that_contradict_another_are_refused_and_the_rest_goes_in() -> None:
    file = read_places(
        (
            HEADER + NAY + NAY + "64445,Pau,64,76,1,64000,,\n" + "99001,Nulle Part,99,75,1,,,\n"
        ).encode()
    )
    done = import_places(country="FR", rows=file.rows)
    assert [problem.line for problem in done.problems] == [3, 4, 5]
    already, elsewhere, nameless = (problem.reason for problem in done.problems)
    assert "line 2" in already
    assert "“75” on line 2" in elsewhere
    assert "“99” is not known" in nameless
    assert done.added == 1


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1", "cp1252"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_files_of_every_usual_encoding_are_read(encoding: str, newline: str) -> None:
    text = f"code;nom{newline}42218;Saint-Étienne{newline}"
    assert [row.name for row in read_places(text.encode(encoding)).rows] == ["Saint-Étienne"]


def test_one_line_of_another_encoding_is_refused_alone() -> None:
    content = "code,nom\n1,Orléans\n".encode() + "2,Béziers\n".encode("latin-1") + b"3,Pau\n"
    file = read_places(content)
    assert [row.name for row in file.rows] == ["Orléans", "Pau"]
    assert [(one.line, "UTF-8" in one.reason) for one in file.problems] == [(3, True)]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"\n  \n", "empty"),
        (b"code,nom\n", "no line below"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "not a text file"),
        ("code,nom\n1,Pau\n".encode("utf-16"), "UTF-16"),
        (b"<!doctype html>\n<p>hello</p>\n", "not a CSV file of places"),
        (b"nom,dep\nPau,64\n", "a column is missing: code"),
        (b"code,nom,lat\n1,Pau,43\n", "a column is missing: longitude"),
        (b"code,nom,code\n1,Pau,1\n", "the column “code” is repeated"),
        (b"code,nom,name\n1,Pau,Pau\n", "“nom” and “name” say the same"),
    ],
)
def test_a_file_that_cannot_be_used_is_told_in_a_sentence(content: bytes, reason: str) -> None:
    with pytest.raises(UnreadableFile, match=reason):
        read_places(content)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("1,Pau,many,64000,43,0", "“many” is not a whole number of people"),
        ("1,Pau,-5,64000,43,0", "not a whole number"),
        ("1,Pau,1_000,64000,43,0", "not a whole number"),
        ("1,Pau,99999999999,64000,43,0", "not a whole number"),
        ("1,Pau,5,64000,north,0", "“north” is not a latitude"),
        ("1,Pau,5,64000,nan,0", "not a latitude"),
        ("1,Pau,5,64000,91,0", "latitude 91 is not between"),
        ("1,Pau,5,64000,43,181", "longitude 181 is not between"),
        ("1,Pau,5,64000,43,", "go together"),
        (",Pau,5,64000,43,0", "“code” is empty"),
        ("1,,5,64000,43,0", "“name” is empty"),
        (f"1,{'x' * 201},5,64000,43,0", "longer than 200"),
        (f"{'1' * 21},Pau,5,64000,43,0", "longer than 20"),
        ("1,Pau,5,1234567890123,43,0", "not a postcode"),
        ("1,Pau", "2 columns"),
        ('1,"Pau,5,64000,43,0', "quotation marks"),
        ("1,Pa\x07u,5,64000,43,0", "invisible character"),
        ("1,Pa\u2028u,5,64000,43,0", "one line"),
    ],
)
def test_a_damaged_line_is_refused_with_its_number_and_reason(line: str, reason: str) -> None:
    text = f"code,nom,pop,cps,lat,lon\n64445,Pau,77000,64000,43.3,-0.35\n{line}\n2,Nay,,,,\n"
    file = read_places(text.encode())
    assert [row.code for row in file.rows] == ["64445", "2"]
    (problem,) = file.problems
    assert problem.line == 3
    assert reason in problem.reason


@pytest.mark.django_db
def test_the_command_says_what_it_did(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "communes.csv"
    file.write_text(HEADER + NAY + "64445,Pau,64,75,many,64000,,\n")
    call_command("import_places", str(file), "--dry-run")
    assert "Dry run" in capsys.readouterr().out
    assert not Place.objects.exists()
    call_command("import_places", str(file))
    said = capsys.readouterr()
    assert f"{file}, line 3: “many” is not a whole number of people." in said.err
    assert "added: 1; changed: 0; unchanged: 0; lines refused: 1." in said.out
    call_command("import_places", str(file))
    assert "Nothing changed." in capsys.readouterr().out


@pytest.mark.django_db
@pytest.mark.parametrize("country", ["fr", "zz", "F", "../fr"])
def test_the_command_tells_a_wrong_country_in_a_sentence(tmp_path: Path, country: str) -> None:
    file = tmp_path / "communes.csv"
    file.write_text(HEADER + NAY)
    if country == "fr":
        call_command("import_places", str(file), country=country)
        assert Place.objects.filter(country="FR").exists()
    else:
        with pytest.raises(CommandError, match="not the code of a country"):
            call_command("import_places", str(file), country=country)


@pytest.mark.django_db
def test_a_file_whose_lines_are_all_refused_leaves_nothing_behind() -> None:
    file = read_places((HEADER + "99001,Nulle Part,99,75,1,,,\n").encode())
    done = import_places(country="FR", rows=file.rows)
    assert (len(done.problems), done.changed_nothing) == (1, True)
    assert not Place.objects.exists()


def test_the_command_tells_an_absent_or_empty_file_in_a_sentence(tmp_path: Path) -> None:
    absent = tmp_path / "none.csv"
    with pytest.raises(CommandError, match=f"{absent}: there is no such file"):
        call_command("import_places", str(absent))
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("import_places", str(tmp_path))
    (tmp_path / "empty.csv").touch()
    with pytest.raises(CommandError, match="the file is empty"):
        call_command("import_places", str(tmp_path / "empty.csv"))


@pytest.mark.django_db(transaction=True)
def test_two_imports_at_once_leave_each_place_once() -> None:
    faults: list[BaseException] = []

    def bring() -> None:
        try:
            small_france()
        except BaseException as fault:  # noqa: BLE001  told to the test's own thread
            faults.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=bring) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults
    assert Place.objects.filter(level=Level.COMMUNE).count() == 17
    assert Postcode.objects.filter(place__code="64417").count() == 1


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("L'Abergement-de-Varey", "l abergement de varey"),
        ("L’Abergement de Varey", "l abergement de varey"),
        ("St-Étienne", "saint etienne"),
        ("Ste.-Marie", "sainte marie"),
        ("Œuilly", "oeuilly"),
        ("  Sankt   Gallen ", "sankt gallen"),
        ("Strasbourg", "strasbourg"),
    ],
)
def test_a_key_is_the_name_without_its_accidents(name: str, key: str) -> None:
    assert place_key(name) == key
