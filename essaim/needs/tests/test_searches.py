"""Searches that are kept: what they tell of, and from when."""

from datetime import timedelta
from typing import Any

import pytest

from essaim.communities.models import Role
from essaim.discussions.models import Waiting
from essaim.foundation.access import Refused
from essaim.foundation.clock import at, now
from essaim.members.models import Member
from essaim.needs import actions, tasks
from essaim.needs.actions import moderation
from essaim.needs.models import Need, NeedKind, SavedSearch
from essaim.needs.tests.factories import entrust, make_community, make_need, make_person
from essaim.outreach.actions import notify
from essaim.outreach.models import Notice

pytestmark = pytest.mark.django_db


def _searcher(need: Need) -> Member:
    member = make_person(need.community)
    actions.save_search(member=member, community=need.community, params={"remote": True})
    return member


def _told(member: Member) -> int:
    return Notice.objects.filter(member=member, kind="needs.found").count()


def test_what_waited_for_a_first_look_is_told_once_it_is_shown() -> None:
    need = make_need(make_community(), hidden_at=now(), waiting_for=Waiting.LOOK, readable_at=None)
    member = _searcher(need)
    with at(now() + timedelta(days=1)):
        tasks.tell_what_searches_found()
        assert _told(member) == 0
    with at(now() + timedelta(days=1, hours=1)):
        thing = moderation._lock_need(need.pk)
        moderation._show_need(thing, None)
    with at(now() + timedelta(days=2)):
        tasks.tell_what_searches_found()
        assert _told(member) == 1
    with at(now() + timedelta(days=3)):
        tasks.tell_what_searches_found()
        assert _told(member) == 1


def test_what_waited_for_a_facilitator_is_told_once_it_is_taken_on() -> None:
    need = make_need(make_community(), kind=NeedKind.OFFICIAL)
    facilitator = entrust(make_person(need.community), need.community, Role.FACILITATOR)
    member = _searcher(need)
    with at(now() + timedelta(days=1)):
        tasks.tell_what_searches_found()
        assert _told(member) == 0
    with at(now() + timedelta(days=1, hours=1)):
        actions.take_on(member=facilitator, need=need)
    with at(now() + timedelta(days=2)):
        tasks.tell_what_searches_found()
        assert _told(member) == 1


def test_what_everybody_reads_at_once_is_told_the_next_morning() -> None:
    community = make_community()
    poster, member = make_person(community), make_person(community)
    actions.save_search(member=member, community=community, params={"remote": True})
    need = actions.post_need(
        member=poster,
        community=community,
        title="Carry two tables",
        what_for="We set up a stall.",
        deliverable="Two tables are there.",
        minutes=60,
        remote="remote",
    )
    assert (need.readable_at is None) == bool(need.hidden_at)
    if need.hidden_at:
        moderation._show_need(moderation._lock_need(need.pk), None)
    with at(now() + timedelta(days=1)):
        tasks.tell_what_searches_found()
    assert _told(member) == 1


@pytest.mark.parametrize("fails", ["notify", "searched_until"])
def test_a_search_that_fails_keeps_no_other_and_is_told_the_next_time(
    monkeypatch: pytest.MonkeyPatch, fails: str
) -> None:
    need = make_need(make_community(), readable_at=now() + timedelta(hours=1))
    first, second = _searcher(need), _searcher(need)
    unlucky = SavedSearch.objects.get(member=first)
    real: Any = notify if fails == "notify" else actions.searched_until

    def fails_for_one(*given: Any, **named: Any) -> Any:
        assert named.get("member_ids") != [first.pk]
        assert unlucky not in given
        return real(*given, **named)

    with at(now() + timedelta(days=1)):
        with monkeypatch.context() as killed:
            killed.setattr(tasks if fails == "notify" else actions, fails, fails_for_one)
            tasks.tell_what_searches_found()
        assert (_told(first), _told(second)) == (0, 1)
        tasks.tell_what_searches_found()
        assert (_told(first), _told(second)) == (1, 1)


def test_a_search_for_offers_is_not_kept() -> None:
    community = make_community()
    member = make_person(community)
    with pytest.raises(Refused, match="Only searches for needs are kept"):
        actions.save_search(member=member, community=community, params={"kind": "offers"})
    assert not SavedSearch.objects.exists()


def test_what_a_facilitator_carries_is_not_said_otherwise_by_its_poster() -> None:
    need = make_need(make_community(), kind=NeedKind.OFFICIAL)
    poster = need.posted_by
    assert poster
    given: dict[str, Any] = {
        "what_for": need.what_for,
        "deliverable": need.deliverable,
        "minutes": 45,
        "remote": "remote",
        "place": None,
        "by_on": None,
        "people": 1,
        "audience": "public",
        "language": "en",
        "must": (),
        "nice": (),
    }
    actions.edit_need(member=poster, need=need, title="Hear us", **given)
    facilitator = entrust(make_person(need.community), need.community, Role.FACILITATOR)
    actions.take_on(member=facilitator, need=need)
    with pytest.raises(Refused, match="as it is worded"):
        actions.edit_need(member=poster, need=need, title="Give us money", **given)
    assert Need.objects.get().title == "Hear us"
