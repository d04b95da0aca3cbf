"""What search engines are told, and sheets of paper: public facts, plain addresses, no trackers."""

import json
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from essaim.communities.models import Community
from essaim.communities.tests.factories import manifesto_factory
from essaim.foundation.text import for_xml, linked_data
from essaim.ideas import actions
from essaim.ideas.actions import withdraw_idea
from essaim.ideas.models import Debate, Idea
from essaim.ideas.tests import factories as make

pytestmark = pytest.mark.django_db

LINKED = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)


@pytest.fixture
def community() -> Community:
    made = make.make_community(slug="valley", name="The Valley", tagline="Side & side")
    manifesto_factory(made)
    return made


@pytest.fixture
def idea(community: Community) -> Idea:
    debate = make.make_debate(community, question="How to get to town?")
    return make.propose(
        debate, title="A bus </script><script>alert(1)</script>", text="On <Sundays> & more."
    )


def programme_of(community: Community) -> None:
    about: dict[str, Any] = {"member": make.make_host(community), "community": community}
    item = actions.add_item(**about, title="Getting around", section="First")
    actions.write_sentence(**about, number=item.number, text="Trams.", stated_reason="So be it.")
    actions.publish_programme(**about, summary="First.")


def facts_of(client: Client, address: str) -> dict[str, Any]:
    (found,) = LINKED.findall(client.get(address).text)
    told: dict[str, Any] = json.loads(found)
    assert told["@context"] == "https://schema.org"
    return told


def test_each_public_page_says_what_it_is_about(
    client: Client, community: Community, idea: Idea
) -> None:
    programme_of(community)
    debate: Debate = idea.debate
    told = facts_of(client, reverse("community", args=["valley"]))
    assert (told["@type"], told["name"], told["description"]) == (
        "Organization",
        "The Valley",
        "Side & side",
    )
    assert told["url"] == "http://testserver/communities/valley/"
    told = facts_of(client, reverse("debate", args=["valley", debate.public_id]))
    assert told["@type"] == "DiscussionForumPosting"
    assert told["headline"] == "How to get to town?"
    told = facts_of(client, reverse("idea", args=[idea.public_id]))
    assert told["@type"] == "DiscussionForumPosting"
    assert told["headline"] == idea.title
    assert told["text"] == "On <Sundays> & more."
    for name in ("programme", "manifesto"):
        told = facts_of(client, reverse(name, args=["valley"]))
        assert (told["@type"], told["version"]) == ("CreativeWork", "1")


def test_a_page_that_is_for_members_tells_search_engines_nothing(
    client: Client, community: Community, idea: Idea
) -> None:
    Community.objects.filter(pk=community.pk).update(visibility="members")
    client.force_login(make.make_person(community))
    assert "ld+json" not in client.get(reverse("idea", args=[idea.public_id])).text


def test_what_its_author_took_back_is_no_posting_of_theirs_though_it_stays_readable(
    client: Client, idea: Idea
) -> None:
    address = reverse("idea", args=[idea.public_id])
    make.support(idea)
    assert "ld+json" in client.get(address).text
    assert idea.author
    withdraw_idea(member=idea.author, idea=idea)
    page = client.get(address).text
    assert "On &lt;Sundays&gt;" in page
    assert "ld+json" not in page


@given(st.text(), st.text())
def test_no_text_ends_the_element_it_stands_in(one: str, other: str) -> None:
    told = linked_data({"name": one, "more": {"text": other}, "nothing": None})
    assert not set("<>&\u2028\u2029") & set(told)
    read = json.loads(told)
    assert read["more"]["text"] == other
    assert read.get("name", "") == one


@given(st.text())
def test_what_is_left_for_xml_is_what_xml_may_hold(text: str) -> None:
    kept = for_xml(text)
    assert all(letter in "\t\n\r" or ord(letter) >= 0x20 for letter in kept)
    assert not set(kept) & {"\ufffe", "\uffff"}
    assert for_xml(kept) == kept


@pytest.mark.parametrize(
    ("name", "of"),
    [("idea_print", "idea"), ("manifesto_print", "manifesto"), ("programme_print", "programme")],
)
def test_a_sheet_holds_the_words_and_the_way_back(
    client: Client, community: Community, idea: Idea, name: str, of: str
) -> None:
    programme_of(community)
    key = idea.public_id if of == "idea" else "valley"
    page = client.get(reverse(of, args=[key])).text
    assert reverse(name, args=[key]) in page
    answer = client.get(reverse(name, args=[key]), headers={"accept-language": "en"})
    address = f"http://testserver{reverse(of, args=[key])}"
    assert f'<p class="sheet-address">{address}</p>' in answer.text
    assert f'aria-label="Leads to {address}"' in answer.text
    assert '<meta name="robots" content="noindex">' in answer.text
    assert not answer.cookies
    assert "http-equiv" not in answer.text
    words = {"idea": "Sundays", "manifesto": "Nobody answers.", "programme": "Trams."}[of]
    assert words in answer.text


def test_sharing_needs_nobody_else(client: Client, idea: Idea) -> None:
    page = client.get(reverse("idea", args=[idea.public_id])).text
    address = f"http://testserver/ideas/{idea.public_id}/"
    assert f'value="{address}"' in page
    assert "mailto:?subject=" in page
    assert "utm_" not in page
    assert not re.search(r'(?:href|src|action)="https?://(?!testserver/)', page)
