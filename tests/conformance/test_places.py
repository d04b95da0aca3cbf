"""The real list of French communes comes in whole, and its known traps are found."""

import random
from pathlib import Path

import pytest
from django.core.management import call_command

from essaim.places.great_circle import distance_km
from essaim.places.models import Level, Place, Postcode
from essaim.places.queries import nearest, place_lines, place_meant, places_matching
from tests.conformance import DATA

FILE = DATA / "places" / "communes_fr_2026.csv"
COMMUNES, DEPARTMENTS = 34_969, 109

pytestmark = [
    pytest.mark.conformance,
    pytest.mark.django_db,
    pytest.mark.skipif(
        not FILE.exists(), reason=f"!!! {FILE} is not there: places not checked !!!"
    ),
]


def imported(capsys: pytest.CaptureFixture[str], file: Path, *options: str) -> tuple[str, str]:
    call_command("import_places", str(file), *options)
    said = capsys.readouterr()
    return said.out, said.err


def test_the_real_communes_come_in_once_and_are_found(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """One import for all, since it takes seconds."""
    out, err = imported(capsys, FILE)
    assert f"added: {COMMUNES}; changed: 0; unchanged: 0; lines refused: 0." in out
    assert not err
    assert Place.objects.filter(level=Level.COMMUNE).count() == COMMUNES
    assert Place.objects.filter(level=Level.DEPARTMENT).count() == DEPARTMENTS
    assert Place.objects.filter(level=Level.COMMUNE, latitude=None).count() == 94

    _a_second_run_changes_nothing(capsys)
    _postcodes_offer_every_commune()
    _every_label_means_its_commune()
    _the_nearest_are_the_true_ones()
    _a_damaged_copy_is_told_line_by_line(capsys, tmp_path)


def _a_second_run_changes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    before = (Place.objects.order_by("-id").values().first(), Postcode.objects.count())
    out, err = imported(capsys, FILE)
    assert "Nothing changed." in out
    assert f"added: 0; changed: 0; unchanged: {COMMUNES}; lines refused: 0." in out
    assert not err
    assert (Place.objects.order_by("-id").values().first(), Postcode.objects.count()) == before


def _postcodes_offer_every_commune() -> None:
    marne = places_matching("51300")
    assert len(marne) == 46
    assert len({line.label for line in marne}) == 46
    (paray,) = places_matching("94390")
    assert (paray.name, paray.within) == ("Paray-Vieille-Poste", "Essonne")
    department = Place.objects.get(country="FR", level=Level.COMMUNE, code=paray.code).parent
    assert department is not None
    assert department.code == "91"
    assert {line.within for line in places_matching("42620")} == {"Allier", "Loire"}


def _every_label_means_its_commune() -> None:
    ids = list(Place.objects.filter(level=Level.COMMUNE).values_list("id", flat=True))
    for line in place_lines(random.Random(7).sample(ids, 150)).values():  # noqa: S311  a sample
        assert place_meant(line.label, places_matching(line.label, 21)) == line, line.label


def _the_nearest_are_the_true_ones() -> None:
    communes = Place.objects.filter(level=Level.COMMUNE).values_list("latitude", "longitude")
    points = [(lat, lon) for lat, lon in communes if lat is not None and lon is not None]
    for here in [(43.18, -0.26), (48.85, 2.35), (-21.1, 55.5), (51.5, 179.9), (89.0, 10.0)]:
        true = sorted(distance_km(*here, *other) for other in points)[:5]
        assert [one.distance_km for one in nearest(here, 5)] == pytest.approx(true, abs=1e-6)


def _a_damaged_copy_is_told_line_by_line(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    lines = FILE.read_bytes().splitlines()[:200]
    lines[10] = lines[10].replace(b",", b"", 1)
    lines[20] = b'01999,"Un village,01,84,10,01000,46.0,5.0'
    lines[30] = b"01998,Saint-\xc9tienne,01,84,10,01000,46.0,5.0"
    lines[40] = lines[39]
    copy = tmp_path / "damaged.csv"
    copy.write_bytes(b"\xef\xbb\xbf" + b"\r\n".join(lines))
    out, err = imported(capsys, copy, "--dry-run")
    assert "added: 0; changed: 0; unchanged: 195; lines refused: 4." in out
    for number in (11, 21, 31, 41):
        assert f"{copy}, line {number}: " in err
    assert len(err.strip().splitlines()) == 4
