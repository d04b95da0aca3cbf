"""The completion, the field without JavaScript, and the API."""

import json
from typing import Any

import pytest
from django import forms
from django.http import QueryDict
from django.template import engines
from django.test import Client
from django.urls import reverse

from essaim.foundation.privacy import REGISTER
from essaim.places.actions import PlaceRow, import_places
from essaim.places.forms import PlaceField
from essaim.places.models import Level, Place, Postcode
from essaim.places.queries import ANY_LEVEL, place_lines
from essaim.places.tests.factories import small_france

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def france(db: None) -> None:
    small_france()


def commune(code: str) -> Place:
    return Place.objects.get(level=Level.COMMUNE, code=code)


class Where(forms.Form):
    place = PlaceField(required=False, label="Your place")
    anywhere = PlaceField(required=False, levels=ANY_LEVEL)


class WhereNeeded(forms.Form):
    place = PlaceField(label="Your place")


def sent(form: type[forms.Form], **values: str) -> forms.Form:
    data = QueryDict(mutable=True)
    data.update(values)
    return form(data)


# Completion


def completed(client: Client, **asked: str) -> list[dict[str, str]]:
    answer = client.get(reverse("places_complete"), asked)
    assert answer.status_code == 200
    items: list[dict[str, str]] = answer.json()["items"]
    return items


def test_anyone_may_complete_without_a_cookie(client: Client) -> None:
    answer = client.get("/places/complete", {"q": "st-etien"})
    assert answer.json() == {
        "items": [
            {
                "value": commune("42218").public_id,
                "label": "Saint-Étienne (42000, 42100, 42230), Loire",
                "note": "",
            }
        ]
    }
    assert not answer.cookies


def test_completion_offers_communes_unless_asked_for_more(client: Client) -> None:
    assert completed(client, q="pyrenees") == []
    (one,) = completed(client, q="pyrenees", level="any")
    assert (one["label"], one["note"]) == ("Pyrénées-Atlantiques, Nouvelle-Aquitaine", "department")
    assert len(completed(client, q="paris", level="department")) == 1
    assert len(completed(client, q="paris", level="nonsense")) == 1


@pytest.mark.parametrize("text", ["", "\x00", "%", "x" * 5000, "<script>", "' OR 1=1"])
def test_hostile_text_completes_to_nothing(client: Client, text: str) -> None:
    assert completed(client, q=text) == []


def test_completion_changes_nothing_and_refuses_other_methods(client: Client) -> None:
    assert client.post("/places/complete", {"q": "nay"}).status_code in {403, 405}


# The field


def test_a_text_that_means_one_place_is_understood_without_javascript() -> None:
    form = sent(Where, place="Pau", place_id="")
    assert form.is_valid()
    assert form.cleaned_data["place"] == commune("64445")


def test_a_postcode_of_one_place_is_understood() -> None:
    form = sent(Where, place="94390", place_id="")
    assert form.is_valid()
    assert form.cleaned_data["place"].name == "Paray-Vieille-Poste"


def test_homonyms_are_offered_as_choices_that_differ_and_a_choice_is_taken() -> None:
    form = sent(Where, place="Nay", place_id="")
    assert not form.is_valid()
    assert "Several places match “Nay”" in form.errors["place"][0]
    html = str(form["place"])
    pyrenees, manche = commune("64417").public_id, commune("50368").public_id
    assert html.count('type="radio"') == 3
    assert 'type="hidden"' not in html
    assert "64800 · Pyrénées-Atlantiques" in html
    assert "50190 · Manche" in html
    for public_id in (pyrenees, manche):
        assert f'value="{public_id}"' in html
    assert html.count('name="place_id"') == 3
    again = sent(Where, place="Nay", place_id=manche)
    assert again.is_valid()
    assert again.cleaned_data["place"] == commune("50368")


@pytest.mark.parametrize(("typed", "offered"), [("51300", 46), ("51300 village", 46), ("vill", 20)])
def test_a_postcode_offers_all_its_places_and_a_name_the_first_twenty(
    typed: str, offered: int
) -> None:
    import_places(
        country="FR",
        rows=[
            PlaceRow(line=n, code=f"51{n:03}", name=f"Village {n}", postcodes=("51300",))
            for n in range(46)
        ],
    )
    form = sent(Where, place=typed, place_id="")
    assert not form.is_valid()
    assert str(form["place"]).count('type="radio"') == offered
    assert ("Many places" in form.errors["place"][0]) == (offered == 20)


def test_a_choice_made_by_completion_is_taken_with_its_label() -> None:
    line = place_lines([commune("64417").pk])[commune("64417").pk]
    form = sent(Where, place=line.label, place_id=line.public_id)
    assert form.is_valid()
    assert form.cleaned_data["place"] == commune("64417")


def test_a_choice_gone_stale_gives_way_to_the_text() -> None:
    form = sent(Where, place="Pau", place_id=commune("64417").public_id)
    assert form.is_valid()
    assert form.cleaned_data["place"] == commune("64445")


def test_a_text_emptied_without_javascript_takes_the_place_away() -> None:
    form = sent(Where, place="", place_id=commune("64417").public_id)
    assert form.is_valid()
    assert form.cleaned_data["place"] is None


def test_a_choice_of_another_level_than_the_field_takes_is_not_taken() -> None:
    department = Place.objects.get(level=Level.DEPARTMENT, code="64").public_id
    text = "Pyrénées-Atlantiques, Nouvelle-Aquitaine"
    assert not sent(Where, place=text, place_id=department).is_valid()
    form = sent(Where, anywhere=text, anywhere_id=department)
    assert form.is_valid()
    assert form.cleaned_data["anywhere"].level == Level.DEPARTMENT


@pytest.mark.parametrize("text", ["Atlantis", "99999", "%", "\x00", "<b>"])
@pytest.mark.parametrize("chosen", ["", "nonsense", "\x00"])
def test_an_unknown_place_is_refused_with_what_can_be_done(text: str, chosen: str) -> None:
    form = sent(Where, place=text, place_id=chosen)
    assert not form.is_valid()
    assert "check its spelling, or type its postcode" in form.errors["place"][0]
    assert "<b>" not in str(form["place"])


def test_a_needed_place_is_asked_for() -> None:
    form = sent(WhereNeeded, place=" ", place_id="")
    assert form.errors["place"] == ["Type the name or the postcode of a place."]
    assert sent(Where, place=" ").is_valid()


def test_the_field_shows_its_initial_place_and_keeps_it(
    django_assert_num_queries: Any,
) -> None:
    nay = commune("64417")
    line = place_lines([nay.pk])[nay.pk]
    form = Where(initial={"place": line})
    with django_assert_num_queries(0):
        html = str(form["place"])
    assert 'value="Nay (64800), Pyrénées-Atlantiques"' in html
    assert f'type="hidden" name="place_id" value="{nay.public_id}"' in html
    assert str(Where(initial={"place": nay})["place"]) == html
    kept = Where({"place": line.label, "place_id": nay.public_id}, initial={"place": line})
    assert not kept.has_changed()
    assert kept.is_valid()


def test_what_was_typed_is_shown_again_beside_its_error() -> None:
    form = sent(Where, place="Atlantis & <Co>", place_id="")
    form.is_valid()
    assert 'value="Atlantis &amp; &lt;Co&gt;"' in str(form["place"])


def test_the_field_carries_what_completion_and_labels_need() -> None:
    html = str(Where()["place"].as_widget(attrs={"data-suggest": "/places/complete"}))
    assert 'data-suggest="/places/complete"' in html
    assert 'data-suggest-into="place_id"' in html
    assert 'id="id_place"' in html
    assert html.count("id=") == 1
    assert "required" not in html
    assert 'required=""' in str(WhereNeeded()["place"])


def test_the_macro_shows_label_help_and_completion() -> None:
    env = engines["jinja2"].env  # type: ignore[attr-defined]  # the Jinja2 backend has it
    page = env.from_string(
        '{% from "places/field.html" import place_field with context %}'
        '{{ place_field(form["place"], help="Where you live") }}'
    )
    html = page.render(form=Where())
    assert '<label class="field-label" for="id_place">Your place' in html
    assert "Where you live" in html
    assert 'data-suggest="/places/complete"' in html
    assert html.count("data-suggest-into=") == 1


# The API


def test_the_api_lists_places_page_by_page(client: Client) -> None:
    address: str | None = "/api/v1/places?level=commune&country=fr&limit=7"
    names: list[str] = []
    pages = 0
    while address:
        body = client.get(address).json()
        assert set(body) == {"items", "next"}
        names += [item["name"] for item in body["items"]]
        address = body["next"]
        pages += 1
    assert (len(names), len(set(names)), pages) == (17, 16, 3)


def test_the_api_finds_places_by_name_or_postcode(client: Client) -> None:
    body = client.get("/api/v1/places", {"q": "94390"}).json()
    assert body == {
        "items": [
            {
                "public_id": commune("91479").public_id,
                "name": "Paray-Vieille-Poste",
                "path": "Paray-Vieille-Poste, Essonne",
                "level": "commune",
                "country": "FR",
                "code": "91479",
                "postcodes": ["91550", "94390"],
                "population": 7600,
                "latitude": 48.71,
                "longitude": 2.36,
            }
        ],
        "next": None,
    }


def test_the_api_shows_one_place_and_404_for_none(client: Client) -> None:
    nay = commune("64417")
    assert client.get(f"/api/v1/places/{nay.public_id}").json()["name"] == "Nay"
    for nonsense in ("zzzzzzzzzzzz", str(nay.pk), "%00"):
        assert client.get(f"/api/v1/places/{nonsense}").status_code == 404


@pytest.mark.parametrize(
    "asked", ["limit=101", "limit=0", "limit=x", "country=F%00", "country=FRA", "level=moon"]
)
def test_the_api_refuses_what_it_cannot_mean(client: Client, asked: str) -> None:
    answer = client.get(f"/api/v1/places?{asked}")
    assert answer.status_code == 422
    assert json.loads(answer.content)["detail"]


@pytest.mark.parametrize("limit", [1, 3])
def test_the_api_costs_the_same_for_one_place_and_for_three(
    client: Client, limit: int, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(3):
        body = client.get(f"/api/v1/places?level=commune&limit={limit}").json()
    assert len(body["items"]) == limit


def test_every_field_is_declared_for_privacy() -> None:
    for model in (Place, Postcode):
        fields = {field.name for field in model._meta.get_fields() if field.concrete}
        assert REGISTER[model].fields == fields
        assert REGISTER[model].on_erasure is None
