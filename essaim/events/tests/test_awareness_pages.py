"""What pages tell of plans to make something known: how far they are, whom they reached."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import localtime

from essaim.communities.models import Community
from essaim.communities.readers import fresh_reader
from essaim.communities.tests.factories import community_factory, member_of
from essaim.events.models import AwarenessPlan, AwarenessStep, Event, Openness, State
from essaim.events.queries.awareness import (
    AwarenessPage,
    awareness_for_page,
    events_to_link,
    plan_named,
    plans_for_list,
)
from essaim.events.tests.factories import (
    make_awareness,
    make_event,
    make_held,
    make_host,
    make_step,
)
from essaim.events.tests.rooms import signed_in
from essaim.foundation.clock import now, today
from essaim.members.models import Member

pytestmark = pytest.mark.django_db
SOON = {"launches_on": today() + timedelta(weeks=2)}  # five weeks before it are over


@pytest.fixture
def community() -> Community:
    return community_factory(language="en", is_political=True)


def page_of(member: Member, plan: AwarenessPlan) -> AwarenessPage:
    reader = fresh_reader(member)
    found = plan_named(reader, plan.community, plan.public_id)
    assert found
    return awareness_for_page(reader, found)


def address(plan: AwarenessPlan, name: str = "awareness", *more: str) -> str:
    return reverse(name, args=[plan.community.slug, plan.public_id, *more])


def typed(plan: AwarenessPlan, **values: Any) -> dict[str, Any]:
    return {
        "title": plan.title,
        "why": plan.why,
        "launches_on": plan.launches_on.isoformat(),
        "language": "en",
    } | values


STEP = {"whom": "The night shift", "kind": "online", "weeks_before": "2", "to_reach": "12"}


# ---- what became of each step


def test_each_step_says_what_became_of_it(community: Community) -> None:
    plan = make_awareness(community)
    past = now() - timedelta(days=2)
    events = {
        "to plan": None,
        "draft": make_event(community, state=State.DRAFT, published_at=None),
        "planned": make_event(community),
        "held": make_event(community, starts_at=past),
        "postponed": make_event(community, state=State.POSTPONED, reason="Rain."),
        "cancelled": make_event(community, state=State.CANCELLED, reason="Rain."),
        "hidden": make_event(community, hidden_at=now(), hiding_reason="No."),
    }
    for word, event in events.items():
        make_step(plan, event, whom=word)
    page = page_of(make_host(community), plan)
    assert {one.whom: one.badge for one in page.steps} == {word: word for word in events}
    assert {one.whom for one in page.steps if one.may_plan} == {"to plan", "cancelled", "hidden"}
    assert (page.held, len(page.steps), page.days_left, page.came) == (1, 7, 70, None)


def test_a_step_whose_day_has_passed_is_late_in_words(community: Community) -> None:
    plan = make_awareness(community, **SOON)
    past = now() - timedelta(days=2)
    events = {
        "nothing": None,
        "draft": make_event(community, state=State.DRAFT, published_at=None),
        "planned": make_event(community),
        "held": make_event(community, starts_at=past),
        "cancelled": make_event(community, state=State.CANCELLED, reason="Rain."),
    }
    for word, event in events.items():
        make_step(plan, event, whom=word)
    make_step(plan, whom="to come", weeks_before=1)
    make_step(plan, whom="today", weeks_before=2)
    late = {one.whom: one.said for one in page_of(member_of(community), plan).steps}
    assert {whom: said for whom, said in late.items() if "passed" in said} == {
        "nothing": "Its day has passed without a gathering.",
        "draft": "Its day has passed, and its gathering is still a draft.",
        "cancelled": "Its day has passed, and its gathering did not take place.",
    }
    text = signed_in(member_of(community)).get(address(plan)).content.decode()
    assert text.count("Its day has passed") == 3
    AwarenessPlan.objects.update(ended_at=now())
    assert not any("passed" in one.said for one in page_of(member_of(community), plan).steps)


def test_of_a_hidden_gathering_it_is_not_said_that_it_did_not_take_place(
    community: Community,
) -> None:
    plan, hidden = make_awareness(community, **SOON), make_held(community, 12)
    Event.objects.filter(pk=hidden.pk).update(hidden_at=now())
    make_step(plan, hidden)
    (step,) = page_of(member_of(community), plan).steps
    assert (step.badge, step.said) == ("late", "This gathering was hidden by a moderator.")
    assert step.gathering is None


def test_how_many_came_is_told_beside_how_many_should_have(community: Community) -> None:
    community.is_political = False
    community.save()
    plan = make_awareness(community)
    make_step(plan, make_held(community, 24), to_reach=30)
    make_step(plan, make_held(community, 5), to_reach=None)
    make_step(plan, make_held(community, 0))
    make_step(plan, make_held(community, 9, counted_at=None))
    make_step(plan, make_event(community, headcount=7))
    page = page_of(member_of(community), plan)
    assert [one.said for one in page.steps] == [
        "24 people came; 30 were to be reached.",
        "5 people came.",
        "Nobody was counted at its door.",
        "Those who came are not counted yet.",
        "",
    ]
    assert (page.came, page.held) == (29, 4)
    assert page.came_note == "Whoever came twice is counted twice."
    text = signed_in(member_of(community)).get(address(plan)).content.decode()
    assert "counted twice" in text
    assert "24 people came; 30 were to be reached." in text


@pytest.mark.parametrize(("is_political", "smallest"), [(True, 11), (False, 5)])
def test_small_numbers_are_told_to_those_who_hold_it_alone(
    community: Community, is_political: bool, smallest: int
) -> None:
    community.is_political = is_political
    community.save()
    plan = make_awareness(community)
    make_step(plan, make_held(community, smallest - 1), to_reach=40)
    make_step(plan, make_held(community, smallest))
    page = page_of(member_of(community), plan)
    small = f"Fewer than {smallest} people came: small numbers are not told."
    assert [one.said for one in page.steps] == [small, f"{smallest} people came."]
    assert page.came == smallest, "or the small one could be subtracted"
    assert "are left out" in page.came_note
    page = page_of(make_host(community), plan)
    assert page.steps[0].said == f"{smallest - 1} people came; 40 were to be reached."
    assert (page.came, page.came_note) == (
        2 * smallest - 1,
        "Whoever came twice is counted twice.",
    )


def test_what_a_member_may_not_read_is_a_step_and_nothing_more(community: Community) -> None:
    plan = make_awareness(community)
    events = [
        make_event(community, title="Kanari draft", state=State.DRAFT, published_at=None),
        make_event(community, title="Kanari invited", openness=Openness.INVITED),
        make_held(community, 37, title="Kanari among few", openness=Openness.INVITED),
        make_event(community, title="Kanari hidden", hidden_at=now(), hiding_reason="No."),
    ]
    for event in events:
        make_step(plan, event)
    shown = make_event(community, title="For all of us", openness=Openness.MEMBERS)
    make_step(plan, shown)
    page = page_of(member_of(community), plan)
    assert [one.gathering is not None for one in page.steps] == [False] * 4 + [True]
    assert page.came is None
    text = signed_in(member_of(community)).get(address(plan)).content.decode()
    assert "For all of us" in text
    assert "Kanari" not in text
    assert "37 people" not in text
    assert not [one for one in events if one.public_id in text]
    text = signed_in(make_host(community)).get(address(plan)).content.decode()
    assert text.count("Kanari") == len(events)
    assert "37 people came" in text


def test_before_on_and_after_the_day_on_which_it_begins(community: Community) -> None:
    client = signed_in(member_of(community))
    for days, words in ((3, "Days until it begins"), (0, "today"), (-2, "It began")):
        plan = make_awareness(community, launches_on=today() + timedelta(days=days))
        text = client.get(address(plan)).content.decode()
        assert words in text
        assert "There is no step yet." in text


# ---- where it is found


def test_the_list_of_gatherings_has_a_line_for_members(community: Community) -> None:
    plan = make_awareness(community)
    make_step(plan, make_held(community, 3))
    make_step(plan)
    make_awareness(community, title="Over", launches_on=today() - timedelta(days=1))
    make_awareness(community, title="Ended", ended_at=now() + timedelta(hours=1))
    line = "Before “The call of spring”: 1 of 2 gatherings held"
    over = "Before “Over”: 0 of 0 gatherings held"

    def told(member: Member) -> list[str]:
        return [one.words for one in plans_for_list(fresh_reader(member), community)]

    assert told(member_of(community)) == [line]
    assert told(make_host(community)) == [over, line]
    assert told(member_of()) == []
    every, new = (reverse(name, args=[community.slug]) for name in ("events", "awareness_new"))
    text = signed_in(member_of(community)).get(every).content.decode()
    assert line in text
    assert new not in text
    assert new in signed_in(make_host(community)).get(every).content.decode()
    for client in (Client(), signed_in(member_of())):
        assert "The call of spring" not in client.get(every).content.decode()
    assert "Ended" in signed_in(make_host(community)).get(new).content.decode()


@pytest.mark.parametrize("number", [1, 3])
def test_pages_cost_the_same_for_any_number_of_steps_and_plans(
    community: Community, number: int
) -> None:
    plan = make_awareness(community)
    for _ in range(number):
        step = make_step(plan, make_held(community, 20, place=None))
        make_step(plan, make_event(community))
        make_step(plan)
        make_step(make_awareness(community))
        make_event(community)
    pages = {
        ("member", address(plan)): 8,
        ("host", address(plan)): 7,
        ("member", reverse("events", args=[community.slug])): 7,
        ("host", address(plan, "awareness_step", step.public_id)): 7,
    }
    people = {"member": signed_in(member_of(community)), "host": signed_in(make_host(community))}
    costs = {}
    for who, where in pages:
        people[who].get(where)
        with CaptureQueriesContext(connection) as queries:
            assert people[who].get(where).status_code == 200
        costs[who, where] = len(queries)
    assert costs == pages


# ---- the forms


def test_a_plan_is_made_changed_and_ended_on_its_pages(community: Community) -> None:
    client, new = signed_in(make_host(community)), reverse("awareness_new", args=[community.slug])
    assert client.get(new).status_code == 200
    begun = make_awareness(community)
    wrong = client.post(new, typed(begun, launches_on=today().isoformat()))
    assert wrong.status_code == 422
    assert "A day from tomorrow on" in wrong.content.decode()
    begun.delete()
    made = client.post(new, typed(begun))
    plan = AwarenessPlan.objects.get()
    assert made.headers["Location"] == address(plan)
    text = client.get(address(plan)).content.decode()
    assert "0 of 5" in text
    assert text.count("Plan this gathering") == 5
    edit = address(plan, "awareness_edit")
    assert client.post(edit, typed(plan, title="")).status_code == 422
    assert client.post(edit, typed(plan, title="The call of May")).status_code == 302
    assert "The call of May" in client.get(edit).content.decode()
    assert client.post(address(plan, "awareness_end")).status_code == 302
    text = client.get(address(plan)).content.decode()
    assert "This plan has ended" in text
    assert "Plan this gathering" not in text
    assert client.get(edit).status_code == 403


def test_steps_are_added_changed_and_removed_on_the_page(community: Community) -> None:
    plan, client = make_awareness(community), signed_in(make_host(community))
    wrong = client.post(address(plan), STEP | {"weeks_before": "53"})
    assert wrong.status_code == 422
    assert not plan.steps.exists()
    assert client.post(address(plan), STEP).status_code == 302
    step = plan.steps.get()
    here = address(plan, "awareness_step", step.public_id)
    assert "The night shift" in client.get(here).content.decode()
    assert client.post(here, STEP | {"whom": ""}).status_code == 422
    assert client.post(here, STEP | {"whom": "The day shift", "to_reach": ""}).status_code == 302
    step.refresh_from_db()
    assert (step.whom, step.to_reach) == ("The day shift", None)
    assert client.post(f"{here}remove/").status_code == 302
    assert client.get(here).status_code == 404


def test_a_step_leads_to_the_form_of_a_new_gathering_and_gets_it(community: Community) -> None:
    plan, client = make_awareness(community), signed_in(make_host(community))
    step = make_step(plan, kind="open_door")
    new = reverse("event_new", args=[community.slug]) + f"?step={step.public_id}"
    assert new in client.get(address(plan)).content.decode()
    initial = client.get(new).content.decode()
    assert "Open door: The call of spring" in initial
    assert "For: The reception desks" in initial
    assert "Three teams get a year." in initial
    assert f'value="{step.due_on.isoformat()}T19:00' in initial
    sent = {
        "title": "Open door: The call of spring",
        "kind": "open_door",
        "text": "",
        "starts_at": f"{step.due_on.isoformat()}T19:00",
        "ends_at": f"{step.due_on.isoformat()}T21:00",
        "openness": "members",
        "language": "en",
    }
    assert client.post(new, sent | {"ends_at": ""}).status_code == 422
    assert client.post(new, sent | {"publish": "1"}).status_code == 422, "it has no place"
    assert not Event.objects.exists()
    made = client.post(new, sent)
    assert made.headers["Location"] == address(plan)
    step.refresh_from_db()
    assert step.event is not None
    assert (step.event.state, localtime(step.event.starts_at).date()) == ("draft", step.due_on)
    assert client.get(new).status_code == 403, "it is planned"
    late = client.post(new, sent | {"text": "What we would lose."})
    assert late.status_code == 422
    assert "A gathering is planned for this step already." in late.content.decode()
    assert "What we would lose." in late.content.decode()
    assert Event.objects.count() == 1


def test_what_would_lie_behind_us_is_proposed_for_tomorrow(community: Community) -> None:
    step = make_step(make_awareness(community, **SOON))
    new = reverse("event_new", args=[community.slug]) + f"?step={step.public_id}"
    text = signed_in(make_host(community)).get(new).content.decode()
    assert f'value="{(today() + timedelta(days=1)).isoformat()}T19:00' in text


def test_a_step_of_another_community_proposes_nothing(community: Community) -> None:
    step = make_step(make_awareness(community_factory()))
    client = signed_in(make_host(community))
    for given in (step.public_id, "none"):
        new = reverse("event_new", args=[community.slug]) + f"?step={given}"
        assert client.get(new).status_code == 404


def test_a_gathering_that_is_there_is_chosen_and_let_go(community: Community) -> None:
    plan, client = make_awareness(community), signed_in(make_host(community))
    step, event = make_step(plan), make_event(community)
    others = [
        make_event(community, state=State.CANCELLED, reason="Rain."),
        make_event(community, hidden_at=now(), hiding_reason="No."),
        make_event(community_factory(parent=community)),
    ]
    make_step(plan, make_event(community))
    assert events_to_link(plan) == [event]
    here = address(plan, "awareness_step", step.public_id)
    for one in others:
        wrong = client.post(f"{here}link/", {"event": one.public_id})
        assert wrong.status_code == 422
    assert not AwarenessStep.objects.filter(pk=step.pk, event__isnull=False).exists()
    assert event.title in client.get(here).content.decode()
    assert client.post(f"{here}link/", {"event": event.public_id}).status_code == 302
    text = client.get(address(plan)).content.decode()
    assert reverse("event", args=[event.public_id]) in text
    assert client.post(f"{here}link/", {"event": event.public_id}).status_code == 403
    text = client.get(here).content.decode()
    assert reverse("event", args=[event.public_id]) in text
    assert f"{here}unlink/" in text
    assert client.post(f"{here}unlink/").status_code == 302
    assert f"{here}unlink/" not in client.get(here).content.decode()
    assert not AwarenessStep.objects.filter(pk=step.pk, event__isnull=False).exists()


def test_members_change_nothing_and_others_find_no_page(community: Community) -> None:
    plan = make_awareness(community)
    step = make_step(plan)
    member, stranger = signed_in(member_of(community)), signed_in(member_of())
    assert member.get(address(plan)).status_code == 200
    assert member.post(address(plan), STEP).status_code == 403
    step_page = address(plan, "awareness_step", step.public_id)
    for page in (address(plan, "awareness_edit"), step_page):
        assert member.get(page).status_code == 403
    for page in (address(plan), address(plan, "awareness_edit"), step_page):
        assert stranger.get(page).status_code == 404
        assert Client().get(page).status_code == 302
    Community.objects.filter(pk=community.pk).update(switched_off=["events"])
    assert signed_in(make_host(community)).get(address(plan)).status_code == 404
