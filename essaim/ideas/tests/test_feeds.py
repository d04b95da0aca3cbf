"""Atom feeds: valid, absolute, the same for everyone, and without what is for some."""

from datetime import timedelta
from xml.etree import ElementTree as ET

import pytest
from django.test import Client
from django.utils.http import http_date

from essaim.communities.models import Audience, Community
from essaim.foundation.clock import at, now
from essaim.ideas import actions
from essaim.ideas.models import Debate, Idea
from essaim.ideas.tests import factories as make

pytestmark = pytest.mark.django_db

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def community() -> Community:
    return make.make_community(slug="valley", name="The Valley", tagline="Side by side")


@pytest.fixture
def debate(community: Community) -> Debate:
    return make.make_debate(
        community, question="How to get to town?", introduction="Without *cars*."
    )


def feed_of(client: Client, address: str) -> ET.Element:
    answer = client.get(address, headers={"accept-language": "fr"})
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    assert not answer.cookies
    feed = ET.fromstring(answer.content)  # noqa: S314  what we have just written ourselves
    assert feed.tag == f"{ATOM}feed"
    for needed in ("id", "title", "updated", "author"):
        assert feed.find(f"{ATOM}{needed}") is not None, needed
    for entry in feed.iter(f"{ATOM}entry"):
        for needed in ("id", "title", "updated", "link"):
            assert entry.find(f"{ATOM}{needed}") is not None, needed
    for link in feed.iter(f"{ATOM}link"):
        assert link.attrib["href"].startswith("http://testserver/")
        assert "?" not in link.attrib["href"]
    return feed


def titles(feed: ET.Element) -> list[str | None]:
    return [entry.findtext(f"{ATOM}title") for entry in feed.iter(f"{ATOM}entry")]


def test_the_questions_of_a_community(client: Client, community: Community, debate: Debate) -> None:
    make.make_debate(community, question="And inside?", audience=Audience.MEMBERS)
    make.make_draft(community, question="And perhaps?")
    for reader in (None, make.make_host(community)):
        if reader:
            client.force_login(reader)
        feed = feed_of(client, "/communities/valley/debates/atom.xml")
        assert titles(feed) == ["How to get to town?"]
    entry = next(feed.iter(f"{ATOM}entry"))
    assert "<em>cars</em>" in (entry.findtext(f"{ATOM}summary") or "")
    assert feed.findtext(f"{ATOM}title") == "Debates of The Valley"  # in the community's language


def test_the_ideas_of_a_debate_the_newest_first(client: Client, debate: Debate) -> None:
    make.propose(debate, title="First & <b>bold</b>")
    make.propose(debate, title="Second")
    gone = make.propose(debate, title="Gone")
    assert gone.author
    actions.withdraw_idea(member=gone.author, idea=gone)
    address = f"/communities/valley/debates/{debate.public_id}/atom.xml"
    assert titles(feed_of(client, address)) == ["Second", "First & <b>bold</b>"]


def test_answers_by_themselves_and_to_many_ideas_at_once(
    client: Client, community: Community
) -> None:
    debate = make.make_closed(community, ideas=1, question="Which way?")
    decider = make.make_decider(community)
    make.adopt(debate.ideas.get(), decider)
    feed = feed_of(client, "/communities/valley/answers/atom.xml")
    title = debate.ideas.get().title
    assert titles(feed) == [f"Adopted · {title}"]
    assert "Yes, as a trial." in (feed.findtext(f"{ATOM}entry/{ATOM}summary") or "")
    inner = make.make_closed(community, audience=Audience.MEMBERS, question="Inside?")
    make.adopt(inner.ideas.get(), decider)
    assert titles(feed_of(client, "/communities/valley/answers/atom.xml")) == [f"Adopted · {title}"]


def test_each_feed_and_each_entry_has_an_id_of_its_own(
    client: Client, community: Community
) -> None:
    debate = make.make_debate(community, support_threshold=2)
    alone, _other = make.propose(debate), make.propose(debate)
    debate = make.close(debate)
    decider = make.make_decider(community)
    make.adopt(alone, decider)
    actions.answer_group(member=decider, debate=debate, reasons="Too few of us.")
    feeds = [
        feed_of(client, f"/communities/valley/{which}atom.xml")
        for which in ("debates/", "answers/", f"debates/{debate.public_id}/")
    ]
    ids = [one.text for feed in feeds for one in feed.iter(f"{ATOM}id")]
    assert len(ids) == 3 + 1 + 2 + 2
    assert len(set(ids)) == len(ids)


def test_what_no_xml_may_hold_is_left_out(client: Client, debate: Debate) -> None:
    idea = make.propose(debate, title="Plain")
    Idea.objects.filter(pk=idea.pk).update(title="A\x0b\x1fB\ufffe", text="C\x02D ]]> &amp; <x>")
    address = f"/communities/valley/debates/{debate.public_id}/atom.xml"
    assert titles(feed_of(client, address)) == ["AB"]


def test_a_reader_of_feeds_that_has_it_is_told_so(client: Client, debate: Debate) -> None:
    address = "/communities/valley/debates/atom.xml"
    tag = client.get(address).headers["ETag"]
    assert client.get(address, headers={"if-none-match": tag}).status_code == 304
    make.make_debate(debate.community, question="A new one?")
    assert client.get(address, headers={"if-none-match": tag}).status_code == 200


@pytest.mark.parametrize("act", ["hide", "withdraw", "edit"])
def test_whoever_has_it_learns_that_words_went_or_changed(
    client: Client, debate: Debate, act: str
) -> None:
    idea = make.propose(debate, title="Words")
    address = f"/communities/valley/debates/{debate.public_id}/atom.xml"
    first = client.get(address)
    before = feed_of(client, address).findtext(f"{ATOM}updated") or ""
    assert idea.author
    if act == "hide":
        actions.hide_idea(member=make.make_host(debate.community), idea=idea, reason="Insult.")
    elif act == "withdraw":
        actions.withdraw_idea(member=idea.author, idea=idea)
    else:
        with at(now() + timedelta(hours=1)):
            actions.edit_idea(member=idea.author, idea=idea, title="Others", text="Mended.")
    assert "Last-Modified" not in first.headers  # the newest entry says nothing of the others
    known = {"if-none-match": first.headers["ETag"], "if-modified-since": http_date()}
    assert client.get(address, headers=known).status_code == 200
    feed = feed_of(client, address)
    assert titles(feed) == (["Others"] if act == "edit" else [])
    if act == "edit":
        assert (feed.findtext(f"{ATOM}updated") or "") > before
        assert (feed.findtext(f"{ATOM}entry/{ATOM}updated") or "") > before


def test_pages_tell_of_their_feeds_only_where_there_is_one(
    client: Client, community: Community, debate: Debate
) -> None:
    page = client.get("/communities/valley/debates/").text
    for address in ("/communities/valley/debates/atom.xml", "/communities/valley/answers/atom.xml"):
        assert f'type="application/atom+xml" href="{address}"' in page.replace("\n", "")
    address = f"/communities/valley/debates/{debate.public_id}/"
    assert f'<a href="{address}atom.xml">' in client.get(address).text
    Community.objects.filter(pk=community.pk).update(visibility="members")
    client.force_login(make.make_person(community))
    assert "atom.xml" not in client.get("/communities/valley/debates/").text
    assert "atom.xml" not in client.get(address).text
    assert client.get("/communities/valley/debates/atom.xml").status_code == 404


def test_a_feed_without_entries_is_as_old_as_the_community(
    client: Client, community: Community
) -> None:
    feed = feed_of(client, "/communities/valley/answers/atom.xml")
    assert community.opened_at
    assert (feed.findtext(f"{ATOM}updated") or "").startswith(f"{community.opened_at:%Y-%m-%d}")
