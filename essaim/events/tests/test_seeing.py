"""Who reads which gathering: the rule and its twin say the same of everybody."""

from datetime import timedelta

import pytest

from essaim.communities.models import Community, Membership, Role, Visibility
from essaim.communities.readers import ANONYMOUS, Reader, fresh_reader
from essaim.communities.tests.factories import community_factory, in_role, member_of
from essaim.events import actions, rules
from essaim.events.models import CoHolder, Event, Openness, Registration, State
from essaim.events.queries.events import event_for_page, event_to_read
from essaim.events.queries.lists import Filters, events_page
from essaim.events.tests.factories import given, invite, make_event, make_host, make_registration
from essaim.foundation.access import Refused
from essaim.foundation.clock import now
from essaim.members.tests.factories import member_factory

pytestmark = pytest.mark.django_db


def _readers(*communities: Community) -> dict[str, Reader]:
    found = {"anonymous": ANONYMOUS, "stranger": fresh_reader(member_factory())}
    for number, community in enumerate(communities):
        for role in (Role.HOST, Role.MODERATOR, Role.ADMINISTRATOR, Role.LEAD, Role.TREASURER):
            found[f"{role} of {number}"] = fresh_reader(in_role(community, role))
        found[f"member of {number}"] = fresh_reader(member_of(community))
    return found


def _events(own: Community, other: Community) -> list[Event]:
    """Of every openness in every state, some hidden, some held by two, in two communities."""
    found = []
    for community in (own, other):
        for openness in Openness:
            found += [
                make_event(community, openness=openness, state=state, reason="Because.")
                for state in State
            ]
            found.append(make_event(community, openness=openness, hidden_at=now()))
            together = make_event(community, openness=openness)
            holder = other if community == own else own
            CoHolder.objects.create(event=together, community=holder, accepted_at=now())
            asked = make_event(community, openness=openness)
            CoHolder.objects.create(event=asked, community=holder)
            found += [together, asked]
    return found


def test_the_rule_and_its_twin_agree_on_everybody_and_every_gathering() -> None:
    above = community_factory()
    own = community_factory(parent=above)
    secret = community_factory(visibility=Visibility.MEMBERS)
    readers = _readers(above, own, secret)
    events = _events(own, secret)
    guest = member_factory()
    invite(events[10], guest)
    readers["invited"] = fresh_reader(guest)
    for name, reader in readers.items():
        seen = set(rules.events_visible_to(reader).values_list("pk", flat=True))
        for event in events:
            read = Event.objects.select_related("community").get(pk=event.pk)
            said = bool(rules.may_see_event(reader, read))
            assert said == (event.pk in seen), (name, event.openness, event.state)


def test_what_is_for_whoever_has_the_address_stands_in_no_list() -> None:
    community = community_factory()
    host, member = make_host(community), member_of(community)
    event = make_event(community, openness=Openness.LINK)
    for reader in (ANONYMOUS, fresh_reader(member)):
        assert event_to_read(reader, event.public_id)
        assert not events_page(reader, community, Filters()).items
    assert events_page(fresh_reader(host), community, Filters()).items
    make_registration(event, member)
    assert events_page(fresh_reader(member), community, Filters()).items


def test_the_link_is_told_to_who_comes_and_to_nobody_else() -> None:
    community = community_factory()
    url = "https://live.example/room"
    event = make_event(community, online_url=url, capacity=1)
    host, goes, maybe, waits, none = make_host(community), *(member_of(community) for _ in range(4))
    actions.register(member=goes, event=event)
    actions.register(member=maybe, event=event, answer="maybe")
    actions.register(member=waits, event=event)

    def told(reader: Reader) -> str:
        page = event_for_page(reader, event_to_read(reader, event.public_id))
        assert url not in str(page.linked)
        return page.mine.online_url if page.mine else ""

    assert told(fresh_reader(goes)) == told(fresh_reader(host)) == url
    assert [told(fresh_reader(one)) for one in (maybe, waits, none)] == ["", "", ""]
    assert told(ANONYMOUS) == ""
    actions.register(member=goes, event=event, answer="not")
    assert told(fresh_reader(goes)) == ""


@pytest.mark.parametrize("role", [Role.MODERATOR, Role.TREASURER, Role.ELECTED, None])
def test_only_those_who_run_a_community_plan_its_gatherings(role: Role | None) -> None:
    community = community_factory()
    member = in_role(community, role) if role else member_of(community)
    with pytest.raises(Refused, match="Those who run this community"):
        actions.draft_event(member=member, community=community, **given())


@pytest.mark.parametrize("role", [Role.HOST, Role.ADMINISTRATOR, Role.LEAD, Role.COORDINATOR])
def test_a_host_publishes_without_asking_anybody(role: Role) -> None:
    community = community_factory()
    member = in_role(community, role)
    event = actions.plan_event(
        member=member, community=community, is_published=True, **given(title="Evening")
    )
    assert event.state == State.PUBLISHED
    assert [one.title for one in events_page(ANONYMOUS, community, Filters()).items] == ["Evening"]


def test_nobody_plans_above_or_beside_where_they_run_something() -> None:
    above = community_factory()
    host = make_host(community_factory(parent=above))
    Membership.objects.create(community=above, member=host)
    with pytest.raises(Refused):
        actions.draft_event(member=host, community=above, **given())
    manager = in_role(above, Role.COMMUNITY_MANAGER)
    below = community_factory(parent=above)
    with pytest.raises(Refused):
        actions.draft_event(member=manager, community=below, **given())


def test_another_community_holds_it_too_once_its_people_say_yes() -> None:
    own, other = community_factory(), community_factory()
    host, theirs = make_host(own), make_host(other)
    inner = make_event(own, openness=Openness.MEMBERS)
    member = member_of(other)
    asked = actions.ask_to_hold(member=host, event=inner, community=other)
    assert asked.accepted_at is None
    assert not event_to_read(fresh_reader(member), inner.public_id)
    with pytest.raises(Refused):
        actions.accept_holding(member=host, asked=asked)
    actions.accept_holding(member=theirs, asked=asked)
    assert event_to_read(fresh_reader(member), inner.public_id)
    assert events_page(fresh_reader(member), other, Filters()).items
    actions.cancel_event(member=theirs, event=inner, reason="We cannot.")
    inner.refresh_from_db()
    assert inner.state == State.CANCELLED


def test_what_was_asked_can_be_declined_or_taken_back() -> None:
    own, other = community_factory(), community_factory()
    host, theirs, nobody = make_host(own), make_host(other), member_of(other)
    event = make_event(own)
    asked = actions.ask_to_hold(member=host, event=event, community=other)
    with pytest.raises(Refused):
        actions.end_holding(member=nobody, asked=asked)
    actions.end_holding(member=theirs, asked=asked)
    again = actions.ask_to_hold(member=host, event=event, community=other)
    actions.end_holding(member=host, asked=again)
    assert not CoHolder.objects.exists()


def test_a_gathering_with_registrants_is_cancelled_never_deleted() -> None:
    community = community_factory()
    host = make_host(community)
    event = make_event(community)
    make_registration(event)
    with pytest.raises(Refused, match="cancel it"):
        actions.delete_draft(member=host, event=event)
    actions.cancel_event(member=host, event=event, reason="No hall.")
    assert Registration.objects.count() == 1
    draft = make_event(community, state=State.DRAFT, published_at=None)
    actions.delete_draft(member=host, event=draft)
    assert not Event.objects.filter(pk=draft.pk).exists()


def test_it_never_becomes_for_fewer_once_somebody_registered() -> None:
    community = community_factory()
    host = make_host(community)
    event = make_event(community)
    same = {"starts_at": event.starts_at, "ends_at": event.ends_at}
    actions.edit_event(member=host, event=event, **given(openness="members", **same))
    actions.edit_event(member=host, event=event, **given(openness="everyone", **same))
    make_registration(event)
    for openness in ("members", "invited"):
        with pytest.raises(Exception, match="opened wider"):
            actions.edit_event(member=host, event=event, **given(openness=openness, **same))
    actions.edit_event(member=host, event=event, **given(openness="link", **same))


@pytest.mark.parametrize("state", [State.CANCELLED, State.HELD])
def test_what_is_over_does_not_change(state: State) -> None:
    community = community_factory()
    host = make_host(community)
    event = make_event(community, state=state, reason="Because.")
    with pytest.raises(Refused):
        actions.edit_event(member=host, event=event, **given())
    with pytest.raises(Refused):
        actions.cancel_event(member=host, event=event, reason="Again.")


def test_the_clock_says_that_it_was_held_once() -> None:
    event = make_event(starts_at=now() - timedelta(hours=3))
    assert actions.say_held(event)
    assert not actions.say_held(event)
    event.refresh_from_db()
    assert event.state == State.HELD
    later = make_event(starts_at=now() - timedelta(hours=1))
    assert not actions.say_held(later)
