import pytest
from django.test import Client

from essaim.communities.models import Audience, Visibility
from essaim.ideas.models import Idea
from essaim.ideas.tests import factories as make

pytestmark = pytest.mark.django_db


def test_ideas_come_by_pages_that_lead_to_each_other(client: Client) -> None:
    debate = make.make_debate()
    titles = [make.propose(debate).title for _ in range(3)]
    address: str | None = f"/api/v1/communities/{debate.community.slug}/ideas?limit=2"
    found: list[str] = []
    while address:
        answer = client.get(address).json()
        assert set(answer) == {"items", "next"}
        found += [item["title"] for item in answer["items"]]
        address = answer["next"]
    assert found == titles[::-1]


@pytest.mark.parametrize("limit", ["0", "101", "many"])
def test_a_limit_beyond_a_hundred_is_refused(client: Client, limit: str) -> None:
    community = make.make_community()
    address = f"/api/v1/communities/{community.slug}/ideas?limit={limit}"
    assert client.get(address).status_code == 422


def test_debates_say_where_they_stand(client: Client) -> None:
    debate = make.make_debate()
    make.propose(debate)
    answer = client.get(f"/api/v1/communities/{debate.community.slug}/debates").json()
    (item,) = answer["items"]
    assert (item["stage"], item["ideas"]) == ("open", 1)


def test_an_idea_brings_its_fate_and_its_answer(client: Client) -> None:
    debate = make.make_closed()
    idea = Idea.objects.get()
    make.adopt(idea, make.make_decider(debate.community))
    answer = client.get(f"/api/v1/ideas/{idea.public_id}").json()
    assert answer["answer"]["decision"] == "adopted"
    assert [step["label"] for step in answer["fate"]][:3] == ["Proposed", "Debated", "Adopted"]


def test_the_api_says_to_members_no_more_than_to_anyone(client: Client) -> None:
    hidden = make.make_debate(make.make_community(visibility=Visibility.MEMBERS))
    members = make.make_debate(audience=Audience.MEMBERS)
    idea = make.propose(members)
    assert idea.author
    client.force_login(idea.author)
    assert client.get(f"/api/v1/communities/{hidden.community.slug}/ideas").status_code == 404
    answer = client.get(f"/api/v1/communities/{members.community.slug}/ideas").json()
    assert answer["items"] == []
    assert client.get(f"/api/v1/ideas/{idea.public_id}").status_code == 404
