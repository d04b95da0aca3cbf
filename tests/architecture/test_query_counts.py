"""Every page that lists something costs the same number of queries at one item and at three."""

from datetime import timedelta
from functools import partial

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from essaim.communities.models import Community, Kind, Role
from essaim.communities.tests.factories import manifesto_factory
from essaim.discussions.actions import decide_report, report_post, write_post
from essaim.discussions.models import Report, ReportReason
from essaim.foundation.activity import deliver_pending
from essaim.foundation.clock import at, now
from essaim.ideas import actions
from essaim.ideas.models import Debate, Idea
from essaim.ideas.tests import factories as make
from essaim.members.models import Member

pytestmark = pytest.mark.django_db

# Whole requests of a member who runs the community, moderates and answers in it.
COUNTS = {
    "today": 13,
    "notices": 14,
    "communities": 7,
    "community": 29,
    "community_groups": 13,
    "community_members": 12,
    "mandates": 11,
    "manifesto": 12,
    "debates": 10,
    "debate": 17,
    "idea": 17,
    "answers": 13,
    "debate_answer_group": 17,
    "programme": 16,
    "programme_edit": 18,
    "commitments": 11,
    "moderation": 13,
    "my_data": 5,
}
FRONT_PAGE = 2  # of somebody unknown


@pytest.fixture(params=[1, 3], ids=["one item", "three items"])
def items(request: pytest.FixtureRequest) -> int:
    return int(request.param)


def test_a_list_costs_the_same_whatever_its_length(items: int, client: Client) -> None:
    addresses, reader = world(items)
    front = cost(client, reverse("home"))
    client.force_login(reader)
    found = {name: cost(client, address) for name, address in addresses.items()}
    assert (found, front) == (COUNTS, FRONT_PAGE)


def cost(client: Client, address: str) -> int:
    client.get(address)  # what is remembered for a whole process is not a page's own
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200, address
    return len(captured)


def world(items: int) -> tuple[dict[str, str], Member]:
    """As many of everything: their addresses and who reads them."""
    roots = [make.make_community() for _ in range(items)]
    community = roots[0]
    reader = make.make_host(community)
    make.entrust(reader, community, Role.ELECTED, make.TITLE)
    for version in range(1, items + 1):
        manifesto_factory(community, version=version)
        above = {"parent": community, "ancestor_ids": [community.pk]}
        make.make_host(make.make_community(kind=Kind.COMMITTEE, **above))
    debate, idea = _debates(community, reader, items)
    _answers(community, reader, items)
    below = _below(community, items)
    _moderation(idea, reader, items)
    deliver_pending()
    at_slug = partial(reverse, args=[community.slug])
    of_debate = {"debate": debate, "debate_answer_group": below}
    addresses = {name: reverse(name) for name in ("today", "notices", "communities", "my_data")}
    addresses |= {
        name: reverse(name, args=[community.slug, one.public_id]) for name, one in of_debate.items()
    }
    addresses["idea"] = reverse("idea", args=[idea.public_id])
    addresses |= {name: at_slug(name) for name in COUNTS.keys() - addresses.keys()}
    return addresses, reader


def _debates(community: Community, reader: Member, items: int) -> tuple[Debate, Idea]:
    debates = [make.make_debate(community, reader) for _ in range(items)]
    ideas = [make.propose(debates[0]) for _ in range(items)]
    for idea in ideas:
        make.support(idea)
        for _ in range(items):
            said = write_post(member=reader, thread=idea.thread, text="When?")
            writer = make.make_person(community)
            write_post(member=writer, thread=idea.thread, text="In May.", parent=said)
    return debates[0], ideas[0]


def _answers(community: Community, reader: Member, items: int) -> None:
    """As many late, promised and delivered; the programme holds what was adopted."""
    make.make_closed(community, ideas=items)
    for is_delivered in (False, True):
        for idea in Idea.objects.filter(debate=make.make_closed(community, ideas=items)):
            make.adopt(idea, reader)
            if is_delivered:
                actions.keep_delivery(member=reader, idea=idea, text="It runs.")
    deliver_pending()
    actions.publish_programme(member=reader, community=community)
    item = community.programme.versions.get().sections.all()[0].items.all()[0]
    actions.change_item(
        member=reader, community=community, number=item.number, title="A bus", section="Roads"
    )


def _below(community: Community, items: int) -> Debate:
    """A closed debate whose ideas stayed below its threshold; its answer is due first."""
    with at(now() - timedelta(days=20)):
        debate = make.make_debate(
            community, closes_at=now() + timedelta(days=19), answer_delay_days=30
        )
        for _ in range(items):
            make.propose(debate)
    return make.close(debate)


def _moderation(idea: Idea, reader: Member, items: int) -> None:
    """As many messages that wait for a decision as were decided."""
    for number in range(2 * items):
        writer, reporter = (make.make_person(idea.debate.community) for _ in range(2))
        post = write_post(member=writer, thread=idea.thread, text="Buy shoes.")
        report_post(member=reporter, post=post, reason=ReportReason.SPAM)
        if number % 2:
            report = Report.objects.get(post=post)
            decide_report(member=reader, report=report, hide=True, reason="Advertising.")
