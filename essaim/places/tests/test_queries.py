"""Places are found by what people type, and by nearness."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from essaim.places.actions import PlaceRow, import_places
from essaim.places.great_circle import boxes_within, distance_km
from essaim.places.models import Level, Place
from essaim.places.queries import (
    ANY_LEVEL,
    nearest,
    place_lines,
    place_meant,
    place_path,
    places_matching,
    places_page,
)
from essaim.places.tests.factories import small_france

pytestmark = pytest.mark.django_db


@pytest.fixture
def france(db: None) -> None:
    small_france()


def found(text: str, **options: object) -> list[str]:
    return [line.label for line in places_matching(text, **options)]  # type: ignore[arg-type]  # any


@pytest.mark.usefixtures("france")
@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("saint etienne", "Saint-Étienne (42000, 42100, 42230), Loire"),
        ("ST-ETIENNE", "Saint-Étienne (42000, 42100, 42230), Loire"),
        ("st étie", "Saint-Étienne (42000, 42100, 42230), Loire"),
        ("l'aberg", "L'Abergement-de-Varey (01640), Ain"),
        ("L’Abergement", "L'Abergement-de-Varey (01640), Ain"),
        ("abergement", "L'Abergement-de-Varey (01640), Ain"),
        ("oeuilly", "Œuilly (02160), Aisne"),
        ("st jean luz", "Saint-Jean-de-Luz (64500), Pyrénées-Atlantiques"),
        ("y", "Y (80190), Somme"),
        ("64800 nay", "Nay (64800), Pyrénées-Atlantiques"),
        ("nay, manche", "Nay (50190), Manche"),
        ("paris", "Paris (75001 … 75004), Paris"),
        ("75003", "Paris (75001 … 75004), Paris"),
        ("750", "Paris (75001 … 75004), Paris"),
        ("kergu", "Archipel des Kerguelen, Terres australes et antarctiques françaises"),
    ],
)
def test_a_place_is_found_however_its_name_is_typed(text: str, first: str) -> None:
    assert found(text)[0] == first


@pytest.mark.usefixtures("france")
def test_st_while_typing_may_become_strasbourg_or_a_saint() -> None:
    labels = found("st")
    assert labels[0].startswith("Strasbourg")
    assert labels[1].startswith("Saint-Étienne")


@pytest.mark.usefixtures("france")
def test_the_very_name_comes_before_larger_places_that_only_contain_it() -> None:
    import_places(
        country="FR",
        rows=[PlaceRow(line=2, code="64000", name="Nay-la-Grande", population=900_000)],
    )
    assert [label.split(" (")[0] for label in found("nay")] == [
        "Nay",
        "Nay",
        "Nay-la-Grande, France",
        "Arros-de-Nay",
    ]


@pytest.mark.usefixtures("france")
@pytest.mark.parametrize(
    "text", ["", "   ", "%", "_", "'", "(", "zzz", "99999", "\x00", "😀", "nay, zz"]
)
def test_what_means_no_place_finds_none(text: str) -> None:
    assert found(text) == []


def test_a_postcode_offers_every_place_it_serves_whatever_the_limit() -> None:
    rows = [
        PlaceRow(line=n, code=f"51{n:03}", name=f"Village {n}", postcodes=("51300",))
        for n in range(46)
    ]
    import_places(country="FR", rows=rows)
    assert len(found("51300", limit=10)) == 46
    assert len(found("village", limit=10)) == 10


@pytest.mark.usefixtures("france")
def test_the_department_is_never_guessed_from_the_postcode() -> None:
    assert found("94390") == ["Paray-Vieille-Poste (91550, 94390), Essonne"]
    assert found("42620") == [
        "Saint-Martin-d'Estréaux (42620), Loire",
        "Saint-Pierre-Laval (42620), Allier",
    ]


@pytest.mark.usefixtures("france")
def test_every_label_means_its_own_place() -> None:
    ids = Place.objects.values_list("pk", flat=True)
    for line in place_lines(ids).values():
        lines = places_matching(line.label, levels=(line.level,))
        assert place_meant(line.label, lines) == line, line.label


@pytest.mark.usefixtures("france")
def test_a_text_means_a_place_when_it_can_mean_no_other() -> None:
    def meant(text: str) -> str | None:
        line = place_meant(text, places_matching(text))
        return line.code if line else None

    assert meant("nay") is None
    assert meant("nay 64") == "64417"
    assert meant("arros") == "64037"
    assert meant("64800") is None
    assert meant("94390") == "91479"
    assert meant("zzz") is None


@pytest.mark.usefixtures("france")
def test_levels_and_countries_narrow_the_choice() -> None:
    assert found("pyrenees atl") == []
    assert found("pyrenees atl", levels=ANY_LEVEL) == ["Pyrénées-Atlantiques, Nouvelle-Aquitaine"]
    assert found("paris", country="DE") == []
    (paris, departement) = places_matching("paris", levels=ANY_LEVEL)
    assert (paris.note, departement.note) == ("", "department")


@pytest.mark.usefixtures("france")
@pytest.mark.parametrize(("text", "count"), [("pau", 1), ("nay", 3), ("94390", 1), ("64800", 2)])
def test_completion_costs_two_queries_however_many_it_finds(
    text: str, count: int, django_assert_num_queries: object
) -> None:
    with django_assert_num_queries(2):  # type: ignore[operator]  # a fixture's own type
        assert len(places_matching(text)) == count


@pytest.mark.usefixtures("france")
def test_a_path_names_the_place_and_what_contains_it(django_assert_num_queries: object) -> None:
    nay, paris, pierre = (
        Place.objects.select_related("parent").get(level=Level.COMMUNE, code=code)
        for code in ("64417", "75056", "97502")
    )
    with django_assert_num_queries(0):  # type: ignore[operator]  # a fixture's own type
        assert place_path(nay) == "Nay, Pyrénées-Atlantiques"
        assert place_path(paris) == "Paris"
        assert place_path(pierre) == "Saint-Pierre, Saint-Pierre-et-Miquelon"
    assert place_path(Place.objects.get(level=Level.COUNTRY)) == "France"
    assert place_lines([nay.pk])[nay.pk].path == "Nay, Pyrénées-Atlantiques"


@pytest.mark.usefixtures("france")
@pytest.mark.parametrize("size", [1, 3])
def test_the_list_of_places_pages_by_name_at_three_queries(
    size: int, django_assert_num_queries: object
) -> None:
    names: list[str] = []
    after: str | None = ""
    while after is not None:
        with django_assert_num_queries(3):  # type: ignore[operator]  # a fixture's own type
            page = places_page(after=after, size=size, levels=("commune",))
        assert len(page.items) <= size
        names += [line.name for line in page.items]
        after = page.next
    assert len(names) == 17
    assert names[:3] == ["Archipel des Kerguelen", "Arros-de-Nay", "L'Abergement-de-Varey"]
    assert names[-1] == "Y"


@pytest.mark.usefixtures("france")
def test_the_nearest_come_first_with_their_distance() -> None:
    near = nearest((43.19, -0.27), limit=3)
    assert [one.place.name for one in near] == ["Nay", "Arros-de-Nay", "Pau"]
    assert near[0].distance_km == pytest.approx(1.38, abs=0.01)
    assert [one.place.name for one in nearest((43.19, -0.27), within_km=6)] == [
        "Nay",
        "Arros-de-Nay",
    ]
    assert nearest((43.19, -0.27), level=Level.REGION) == []
    assert nearest((43.19, -0.27), country="DE") == []


POINTS = st.tuples(
    st.floats(-90, 90, allow_nan=False), st.floats(-180, 180, allow_nan=False)
) | st.sampled_from([(0.0, 180.0), (0.0, -180.0), (90.0, 0.0), (-90.0, 10.0), (-17.0, 179.9)])


def test_the_nearest_are_the_true_ones_everywhere_even_at_the_date_line_and_the_poles() -> None:
    """Against every distance, from points where flat degrees mislead."""
    around = [
        (latitude, longitude)
        for latitude in (-89.9, -60.0, -17.0, 0.0, 17.0, 65.0, 89.0, 90.0)
        for longitude in (-180.0, -179.9, -95.0, -1.0, 0.0, 1.0, 95.0, 179.0, 180.0)
    ]
    rows = [
        PlaceRow(line=n, code=str(n), name=f"P{n}", latitude=point[0], longitude=point[1])
        for n, point in enumerate(around)
    ]
    import_places(country="FJ", rows=rows)
    for here in [*around, (-17.2, -179.95), (64.0, 179.99), (89.5, 90.0), (45.0, 50.0)]:
        true = sorted(distance_km(*here, *other) for other in around)[:5]
        assert [one.distance_km for one in nearest(here, 5)] == pytest.approx(true, abs=1e-6)


@given(here=POINTS, there=POINTS)
def test_the_boxes_around_a_circle_hold_every_point_within_it(
    here: tuple[float, float], there: tuple[float, float]
) -> None:
    boxes = boxes_within(*here, distance_km(*here, *there))
    latitude, longitude = there
    assert any(
        west <= longitude <= east and south <= latitude <= north
        for west, south, east, north in boxes
    )


def test_distances_agree_with_known_ones() -> None:
    paris, pau = (48.8566, 2.3522), (43.2951, -0.3708)
    assert distance_km(*paris, *pau) == pytest.approx(654, abs=3)
    assert distance_km(0, 0, 0, 180) == pytest.approx(20015, abs=1)
    assert distance_km(10, 179.9, 10, -179.9) == pytest.approx(21.9, abs=0.1)
    assert distance_km(43, 1, 43, 1) == 0
