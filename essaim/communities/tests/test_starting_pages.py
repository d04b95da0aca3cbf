"""Starting a committee, asking, checking: on the pages and by the API."""

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from essaim.communities.models import Community, Kind, OpeningAsk, Role
from essaim.communities.tests.beginning import REASON, Scene
from essaim.communities.tests.factories import community_factory, in_role, member_of
from essaim.foundation.activity import deliver_pending
from essaim.members.actions import make_token
from essaim.members.models import Member
from essaim.members.tests.factories import member_factory
from essaim.places.models import Place
from essaim.places.tests.factories import small_france

pytestmark = pytest.mark.django_db


def client_of(member: Member) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(member)
    return client


def test_three_fields_begin_a_committee_and_the_first_steps_follow() -> None:
    small_france()
    movement = community_factory(kind=Kind.MOVEMENT, slug="movement")
    founder = member_of(movement)
    client = client_of(founder)
    page = client.get("/communities/movement/start/").content.decode()
    assert "nobody has to allow it" in page
    fields = {"place": "64000", "name": "Pau", "purpose": "To ride to school.", "agree": "on"}
    wrong = client.post("/communities/movement/start/", {**fields, "place": ""})
    assert wrong.status_code == 422

    answer = client.post("/communities/movement/start/", fields)

    assert answer.headers["Location"] == "/communities/pau/founding/"
    begun = Community.objects.get(slug="pau")
    assert (begun.kind, begun.place, begun.opened_at) == (
        Kind.COMMITTEE,
        Place.objects.get(name="Pau"),
        None,
    )
    page = client.get("/communities/pau/founding/").content.decode()
    assert "Invite two people" in page
    assert "1 of 5" in page or "20" in page
    ticked = client.post(reverse("first_steps", args=["pau"]), {"step": "meeting", "done": "yes"})
    assert ticked.headers["Location"] == "/communities/pau/founding/"
    assert client.post("/communities/pau/open/").headers["Location"] == "/communities/pau/"
    page = client.get(reverse("first_steps", args=["pau"])).content.decode()
    assert "Not done after all" in page


def test_whoever_is_new_joins_first() -> None:
    community_factory(kind=Kind.MOVEMENT, slug="movement")
    answer = client_of(member_factory()).get("/communities/movement/start/")
    assert answer.headers["Location"] == "/communities/movement/join/"


def test_the_founder_asks_is_refused_reads_why_and_asks_again() -> None:
    scene = Scene()
    founder, referent = client_of(scene.founder), client_of(scene.referent)
    founding = reverse("community_founding", args=[scene.draft.slug])
    assert "Ask to open it" in founder.get(founding).content.decode()
    founder.post(reverse("community_open", args=[scene.draft.slug]))
    page = founder.get(founding).content.decode()
    assert "It waits for the check" in page
    assert "without one it opens by itself" in page
    deliver_pending()

    assert "asks to open in The movement" in referent.get("/notices/").content.decode()
    desk = referent.get(reverse("community_desk", args=[scene.movement.slug])).content.decode()
    assert "What asks to open" in desk
    queue = referent.get(reverse("community_openings", args=[scene.movement.slug]))
    assert "Rosa Referent, referent" in queue.content.decode()
    ask = OpeningAsk.objects.get()
    at = [ask.public_id]
    assert (
        "To ride to school together." in referent.get(reverse("opening", args=at)).content.decode()
    )
    assert referent.post(reverse("opening_refuse", args=at), {"reason": ""}).status_code == 422
    referent.post(
        reverse("opening_refuse", args=at), {"reason": REASON, "word": "Come and see us."}
    )
    deliver_pending()

    page = founder.get(founding).content.decode()
    assert "It was refused" in page
    assert "by the referent" in page
    assert REASON in page
    assert "Come and see us." in page
    assert "Or ask somebody else" in page
    assert REASON in founder.get("/notices/").content.decode()
    founder.post(reverse("community_open", args=[scene.draft.slug]))
    again = OpeningAsk.objects.waiting().get()
    referent.post(reverse("opening_grant", args=[again.public_id]))
    deliver_pending()
    assert "is open: everyone can join" in founder.get("/notices/").content.decode()


def test_those_who_run_it_say_how_things_open() -> None:
    movement = community_factory(kind=Kind.MOVEMENT, slug="movement")
    host, referent = in_role(movement, Role.HOST), in_role(movement, Role.REFERENT)
    client = client_of(host)
    address = reverse("opening_policy", args=["movement"])
    values = {"is_checked": "yes", "days": "3", "referent": referent.public_id}
    assert client.post(address, {**values, "days": "90"}).status_code == 422
    client.post(address, values)
    policy = movement.opening_policy
    assert (policy.is_checked, policy.days, policy.referent) == (True, 3, referent)


def test_programs_find_start_ask_and_answer() -> None:
    small_france()
    scene = Scene()

    def send(
        member: Member, method: str, path: str, body: object = None
    ) -> tuple[int, dict[str, Any]]:
        _token, text = make_token(
            member=member, name="Try", scopes=["read", "communities:write"], days=1
        )
        answer = Client(headers={"authorization": f"Bearer {text}"}).generic(
            method, f"/api/v1{path}", json.dumps(body) if body else "", "application/json"
        )
        return answer.status_code, answer.json()

    pau = Place.objects.get(name="Pau")
    body = {"name": "Pau", "purpose": "To ride.", "place": pau.public_id, "agrees": True}
    slug = scene.movement.slug
    status, begun = send(scene.founder, "POST", f"/communities/{slug}/groups", body)
    assert (status, begun["is_open"]) == (201, False)
    status, asked = send(scene.founder, "PUT", f"/communities/{begun['community']}/opening")
    assert (status, asked["state"], asked["is_open"]) == (200, "asked", False)
    assert asked["answer_by"]
    status, queue = send(scene.referent, "GET", f"/communities/{slug}/openings")
    assert [one["name"] for one in queue["waiting"]] == ["Pau"]
    assert send(scene.founder, "GET", f"/communities/{slug}/openings")[0] == 404
    answer = f"/openings/{queue['waiting'][0]['id']}/answer"
    assert send(scene.referent, "PUT", answer, {"opens": False})[0] == 422
    status, refused = send(scene.referent, "PUT", answer, {"opens": False, "reason": REASON})
    assert (status, refused["state"], refused["reason"]) == (200, "refused", REASON)
    send(scene.founder, "PUT", f"/communities/{begun['community']}/opening")
    again = OpeningAsk.objects.waiting().get().public_id
    status, opened = send(scene.host, "PUT", f"/openings/{again}/answer", {"opens": True})
    assert (status, opened["is_open"]) == (200, True)
    near = Client().get(f"/api/v1/communities/{slug}/nearest?latitude=43.18&longitude=-0.26")
    assert [(one["name"], one["distance_km"]) for one in near.json()["nearest"]] == [("Pau", 17)]
