"""Whoever left a community changes nothing in it, and takes back what is theirs."""

import pytest
from django.test import Client
from django.urls import reverse

from essaim.communities.actions import leave_community
from essaim.communities.models import Visibility
from essaim.discussions.actions import name_current, write_post
from essaim.foundation.access import Refused
from essaim.foundation.activity import deliver_pending
from essaim.foundation.clock import now
from essaim.ideas import actions
from essaim.ideas.tests import factories as make

pytestmark = pytest.mark.django_db


def test_whoever_left_rewrites_nothing_and_still_withdraws() -> None:
    debate = make.make_debate()
    author = make.make_person(debate.community)
    idea = make.propose(debate, author, title="A bus")
    author.memberships.update(left_at=now())
    with pytest.raises(Refused):
        actions.edit_idea(member=author, idea=idea, title="Ads", text="Buy this.")
    assert make.fresh(idea).title == "A bus"
    actions.withdraw_idea(member=author, idea=idea)
    assert make.fresh(idea).withdrawn_at


def test_what_one_wrote_can_be_taken_back_from_where_one_may_no_longer_read() -> None:
    community = make.make_community(visibility=Visibility.MEMBERS)
    host, member = make.make_host(community), make.make_person(community)
    debate = make.make_debate(community, host, audience="members")
    idea = make.propose(debate, member, title="Mine alone")
    other = make.propose(debate)
    post = write_post(member=member, thread=other.thread, text="Mine.")
    carried = write_post(member=member, thread=other.thread, text="Mine too.")
    current = name_current(member=host, thread=other.thread, name="Them", posts=[carried])
    leave_community(member=member, community=community)
    deliver_pending()
    stranger, client = Client(), Client(headers={"accept-language": "en"})
    stranger.force_login(make.make_member())
    client.force_login(member)
    assert client.get(reverse("idea", args=[idea.public_id])).status_code == 404
    for address in (
        reverse("post_withdraw", args=[post.public_id]),
        reverse("current_leave", args=[current.public_id]),
        reverse("idea_withdraw", args=[idea.public_id]),
    ):
        assert stranger.post(address).status_code == 404, address
        answer = client.post(address)
        assert (answer.status_code, answer["Location"]) == (302, reverse("me")), address
    post.refresh_from_db()
    idea.refresh_from_db()
    current.refresh_from_db()
    assert (post.text, idea.title, current.name) == ("", "", "")
    assert post.withdrawn_at
    assert idea.withdrawn_at
