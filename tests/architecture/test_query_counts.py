"""What each page that lists something costs, from the request to the answer, for a member.

The numbers are literal and hold for one thing and for three: a list that asks once more for each
of its rows fails here, and so does a page that becomes dearer without anybody saying so.
"""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from essaim.communities.models import Community, Kind, Manifesto, Role
from essaim.communities.tests.factories import (
    community_factory,
    founder_factory,
    in_role,
    manifesto_factory,
    member_of,
)
from essaim.demo.models import Mail
from essaim.discussions.actions import decide_case, report_post, write_post
from essaim.discussions.models import POST, Case, Thread
from essaim.foundation.activity import deliver_pending
from essaim.foundation.clock import now
from essaim.ideas import actions as ideas
from essaim.ideas.models import Debate, Idea
from essaim.ideas.tests import factories as make
from essaim.members.models import Member
from essaim.needs.actions import confirm_help
from essaim.needs.models import State
from essaim.needs.tests import factories as needs
from essaim.places.models import Level, Place
from essaim.places.tests.factories import small_france
from essaim.projects.tests import factories as projects

pytestmark = pytest.mark.django_db

Scene = Callable[[int], tuple[Member, str]]


def movement() -> Community:
    community = community_factory(kind=Kind.MOVEMENT)
    manifesto_factory(community)
    return community


def host_of(community: Community) -> Member:
    return make.entrust(make.make_person(community), community, Role.HOST)


def list_of_communities(number: int) -> tuple[Member, str]:
    reader = member_of(movement())
    for _ in range(number):
        in_role(movement(), Role.HOST)
    return reader, reverse("communities")


def communities_of_one_kind(number: int) -> tuple[Member, str]:
    reader, _address = list_of_communities(number)
    return reader, reverse("communities") + "?kind=movement"


def landing_with_groups(number: int) -> tuple[Member, str]:
    above = movement()
    for _ in range(number):
        in_role(community_factory(kind=Kind.COMMITTEE, parent=above), Role.HOST)
        founder_factory(above, confirmed_at=now())
        in_role(above, Role.HOST)
    return member_of(above), reverse("community", args=[above.slug])


def groups(number: int) -> tuple[Member, str]:
    reader, address = landing_with_groups(number)
    return reader, f"{address}groups/"


def landing_with_debates(number: int) -> tuple[Member, str]:
    community = movement()
    for _ in range(number):
        debate = make.make_closed(community, ideas=number)
        make.adopt(debate.ideas.order_by("pk")[0], make.make_decider(community))
        make.propose(make.make_debate(community))
    deliver_pending()
    return member_of(community), reverse("community", args=[community.slug])


def landing_with_projects(number: int) -> tuple[Member, str]:
    """And with needs, some of them met."""
    community = movement()
    for _ in range(number):
        needs.make_need(community)
        met = needs.make_match(needs.make_need(community), state=State.ACCEPTED)
        assert met.need.contact
        confirm_help(member=met.need.contact, match=met, minutes=30)
        projects.running(community)
    deliver_pending()
    return member_of(community), reverse("community", args=[community.slug])


def debates(number: int) -> tuple[Member, str]:
    reader, address = landing_with_debates(number)
    return reader, f"{address}debates/"


def members(number: int) -> tuple[Member, str]:
    community = movement()
    for _ in range(number):
        in_role(community, Role.FACILITATOR)
    return member_of(community), reverse("community_members", args=[community.slug])


def mandates(number: int) -> tuple[Member, str]:
    community = movement()
    for _ in range(number):
        in_role(community, Role.FACILITATOR)
    return in_role(community), reverse("mandates", args=[community.slug])


def versions_of_a_manifesto(number: int) -> tuple[Member, str]:
    community = movement()
    for version in range(2, number + 2):
        manifesto_factory(community, version=version)
    return member_of(community), reverse("manifesto", args=[community.slug])


def founders(number: int) -> tuple[Member, str]:
    community = community_factory(kind=Kind.MOVEMENT, opened_at=None)
    Manifesto.objects.create(community=community, version=1)
    for _ in range(number):
        founder_factory(community)
    return in_role(community), reverse("community_founding", args=[community.slug])


def ideas_of_an_open_debate(number: int) -> tuple[Member, str]:
    small_france()
    debate = make.make_debate()
    for place in Place.objects.filter(level=Level.COMMUNE)[:number]:
        make.support(make.propose(debate, place=place), 2)
    write_post(
        member=make.make_person(debate.community),
        thread=Thread.objects.get(pk=debate.thread_id),
        text="A good question.",
    )
    return make.make_person(debate.community), page_of(debate)


def ideas_of_an_answered_debate(number: int) -> tuple[Member, str]:
    debate = make.make_closed(ideas=number)
    decider = make.make_decider(debate.community)
    for idea in Idea.objects.filter(debate=debate):
        make.adopt(idea, decider)
    deliver_pending()
    return make.make_person(debate.community), page_of(debate)


def page_of(debate: Debate) -> str:
    return reverse("debate", args=[debate.community.slug, debate.public_id])


def messages_about_an_idea(number: int) -> tuple[Member, str]:
    idea = make.propose(make.make_debate())
    for _ in range(number):
        make.support(idea)
        post = write_post(
            member=make.make_person(idea.debate.community), thread=idea.thread, text="Yes."
        )
        for _ in range(number):
            write_post(
                member=make.make_person(idea.debate.community),
                thread=idea.thread,
                text="No.",
                parent=post,
            )
    return make.make_person(idea.debate.community), reverse("idea", args=[idea.public_id])


def group_of_ideas(number: int) -> tuple[Member, str]:
    """Merged by as many acts, with what was said about each."""
    debate = make.make_debate()
    host, survivor = host_of(debate.community), make.propose(debate)
    for _ in range(number):
        merged = make.propose(debate)
        make.support(merged)
        write_post(member=host, thread=merged.thread, text="Yes.")
        make.merge(host, survivor, merged)
    return host, reverse("idea", args=[survivor.public_id])


def parts_of_an_idea(number: int) -> tuple[Member, str]:
    idea = make.propose(make.make_debate())
    host = host_of(idea.debate.community)
    make.split(host, idea, *(f"Part {part}" for part in range(number + 1)))
    return host, reverse("idea", args=[idea.public_id])


def ideas_to_merge(number: int) -> tuple[Member, str]:
    debate = make.make_debate()
    for _day in range(number):
        make.support(make.propose(debate, title=f"A bus on day {_day}"))
    return host_of(debate.community), f"{page_of(debate)}group/"


def merge_to_decide(number: int) -> tuple[Member, str]:
    debate = make.make_debate()
    chosen = [make.propose(debate) for _ in range(number + 1)]
    named = "&".join(f"idea={idea.public_id}" for idea in chosen)
    return host_of(debate.community), f"{page_of(debate)}merge/?{named}"


def what_a_community_owes(number: int) -> tuple[Member, str]:
    debate = make.make_closed(ideas=number)
    decider = make.make_decider(debate.community)
    for idea in Idea.objects.filter(debate=debate):
        make.adopt(idea, decider)
    make.make_closed(debate.community, ideas=number)
    return make.make_person(debate.community), reverse("commitments", args=[debate.community.slug])


def desk_of_who_answers(number: int) -> tuple[Member, str]:
    debate = make.make_closed(ideas=number)
    make.make_closed(debate.community, ideas=number)
    slug = debate.community.slug
    return make.make_decider(debate.community), reverse("answers", args=[slug])


def reports(number: int, *, decided: bool) -> Community:
    idea = make.propose(make.make_debate())
    community = idea.debate.community
    moderator = in_role(community, Role.MODERATOR)
    for _ in range(number):
        post = write_post(member=make.make_person(community), thread=idea.thread, text="Buy!")
        report_post(member=make.make_person(community), post=post, reason="spam")
        if decided:
            case = Case.objects.about(POST, post.pk).get()
            decide_case(member=moderator, case=case, hide=True, reason="Spam.")
    return community


def decisions_of_moderators(number: int) -> tuple[Member, str]:
    community = reports(number, decided=True)
    return make.make_person(community), reverse("moderation", args=[community.slug])


def queue_of_moderators(number: int) -> tuple[Member, str]:
    community = reports(number, decided=False)
    return in_role(community, Role.MODERATOR), reverse("moderation", args=[community.slug])


def programme(number: int) -> tuple[Member, str]:
    debate = make.make_closed(ideas=number)
    community, decider = debate.community, make.make_decider(debate.community)
    for idea in Idea.objects.filter(debate=debate):
        write_post(member=make.make_person(community), thread=idea.thread, text="Yes.")
        make.adopt(idea, decider)
    deliver_pending()
    host = host_of(community)
    for item, idea in enumerate(Idea.objects.filter(debate=debate), 1):
        ideas.write_sentence(
            member=host,
            community=community,
            number=item,
            text="More.",
            ideas=[idea],
            posts=Thread.objects.get(pk=idea.thread_id).posts.all(),
        )
    ideas.publish_programme(member=host, community=community)
    return host, reverse("programme", args=[community.slug])


def draft_of_a_programme(number: int) -> tuple[Member, str]:
    host, address = programme(number)
    return host, f"{address}draft/"


def notices(number: int) -> tuple[Member, str]:
    """Of every kind that a debate brings, from several debates."""
    reader = make.make_member()
    for _ in range(number):
        debate = make.make_debate()
        make.join(reader, debate.community)
        mine = make.propose(debate, reader)
        make.support(mine, 2)
        post = write_post(member=reader, thread=mine.thread, text="Why not?")
        other = make.make_person(debate.community)
        write_post(member=other, thread=mine.thread, text="Why?", parent=post)
        make.close(debate)
        make.adopt(Idea.objects.get(pk=mine.pk), make.make_decider(debate.community))
        founder_factory(community_factory(opened_at=None), email=reader.email)
    deliver_pending()
    assert reader.notices.values("kind").distinct().count() > 1
    return reader, reverse("notices")


def today(number: int) -> tuple[Member, str]:
    reader, _address = notices(number)
    for _ in range(number):
        debate = make.make_closed()
        community = debate.community
        make.entrust(make.join(reader, community), community, Role.ELECTED)
        make.propose(make.make_debate(community))
    return reader, reverse("today")


def my_data(number: int) -> tuple[Member, str]:
    reader, _address = notices(number)
    return reader, reverse("my_data")


def leaving(number: int) -> tuple[Member, str]:
    debate = make.make_debate()
    reader = make.make_person(debate.community)
    for _ in range(number):
        make.propose(debate, reader)
        ideas.support_idea(member=reader, idea=make.propose(debate))
    return reader, reverse("community_leave", args=[debate.community.slug])


def mailbox(number: int) -> tuple[Member, str]:
    for _ in range(number):
        Mail.objects.create(recipients="a@example.org", subject="Hello", text="Well.")
    return make.make_member(), reverse("demo_mailbox")


def front(number: int) -> tuple[Member, str]:
    """The front page sends members on; this is what the API says of the same."""
    reader, _address = list_of_communities(number)
    return reader, "/api/v1/communities"


def ideas_in_the_api(number: int) -> tuple[Member, str]:
    reader, address = landing_with_debates(number)
    return reader, f"/api/v1{address}ideas"


def debates_in_the_api(number: int) -> tuple[Member, str]:
    reader, address = landing_with_debates(number)
    return reader, f"/api/v1{address}debates"


def programme_in_the_api(number: int) -> tuple[Member, str]:
    reader, address = programme(number)
    return reader, f"/api/v1{address}".rstrip("/")


COSTS: list[tuple[Scene, int]] = [
    (list_of_communities, 6),
    (communities_of_one_kind, 6),
    (landing_with_groups, 12),
    (groups, 11),
    (landing_with_debates, 12),
    (landing_with_projects, 18),
    (debates, 6),
    (members, 8),
    (mandates, 8),
    (versions_of_a_manifesto, 8),
    (founders, 13),
    (ideas_of_an_open_debate, 10),
    (ideas_of_an_answered_debate, 10),
    (messages_about_an_idea, 9),
    (group_of_ideas, 10),
    (parts_of_an_idea, 11),
    (ideas_to_merge, 7),
    (merge_to_decide, 11),
    (what_a_community_owes, 8),
    (desk_of_who_answers, 7),
    (decisions_of_moderators, 7),
    (queue_of_moderators, 12),
    (programme, 12),
    (draft_of_a_programme, 13),
    (notices, 9),
    (today, 19),
    (my_data, 4),
    (leaving, 12),
    (mailbox, 4),
    (front, 5),
    (ideas_in_the_api, 4),
    (debates_in_the_api, 4),
    (programme_in_the_api, 10),
]


@pytest.mark.parametrize("number", [1, 3])
@pytest.mark.parametrize(("scene", "cost"), COSTS, ids=lambda one: getattr(one, "__name__", ""))
def test_a_page_costs_the_same_however_long_its_list(scene: Scene, cost: int, number: int) -> None:
    member, address = scene(number)
    client = Client(headers={"accept-language": "en"})
    client.force_login(member)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        response = client.get(address)
    assert response.status_code == 200
    asked = "\n".join(query["sql"][:1000] for query in queries.captured_queries)
    assert len(queries) == cost, f"{len(queries)} instead of {cost}:\n{asked}"
