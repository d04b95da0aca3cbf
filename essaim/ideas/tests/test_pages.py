import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from essaim.communities.models import Audience, Role
from essaim.discussions.actions import write_post
from essaim.foundation.clock import at, now
from essaim.ideas import actions
from essaim.ideas.models import Debate, Idea, Support
from essaim.ideas.tests import factories as make
from essaim.members.models import Member

pytestmark = pytest.mark.django_db

Signed = Callable[[Member], Client]


@pytest.fixture
def signed() -> Signed:
    def sign_in(member: Member) -> Client:
        client = Client()
        client.force_login(member)
        return client

    return sign_in


def page_of(thing: Debate | Idea) -> str:
    if isinstance(thing, Idea):
        return reverse("idea", args=[thing.public_id])
    return reverse("debate", args=[thing.community.slug, thing.public_id])


def shown(client: Client, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status, response.content[:500]
    return response.content.decode()


def test_everyone_reads_an_open_debate_its_promise_and_its_ideas(client: Client) -> None:
    debate = make.make_debate(introduction="Four cars in five carry **one** person.")
    idea = make.propose(debate, title="A Sunday bus")
    page = shown(client, page_of(debate))
    assert "How to get around without a car?" in page
    assert "<strong>one</strong>" in page
    assert "from 2 supports an idea gets its own answer" in page
    assert make.TITLE in page
    assert "A Sunday bus" in page
    assert "Join to take part" in page
    assert "A Sunday bus" in shown(client, page_of(idea))


def test_anonymous_pages_set_no_cookie_and_hold_no_token(client: Client) -> None:
    debate = make.make_debate()
    idea = make.propose(debate)
    for address in (
        page_of(debate),
        page_of(idea),
        reverse("debates", args=[debate.community.slug]),
    ):
        response = client.get(address)
        assert not response.cookies
        assert b"csrfmiddlewaretoken" not in response.content


def test_the_list_of_debates_hides_drafts_from_those_without_a_role(
    client: Client, signed: Signed
) -> None:
    community = make.make_community()
    host = make.make_host(community)
    draft = make.make_draft(community, host, question="A draft question?")
    address = reverse("debates", args=[community.slug])
    assert "A draft question?" not in shown(client, address)
    assert "A draft question?" in shown(signed(host), address)
    shown(client, page_of(draft), status=404)
    assert "Open the debate" in shown(signed(host), page_of(draft))


def test_a_host_asks_completes_and_opens_a_debate(signed: Signed) -> None:
    community = make.make_community()
    host = signed(make.make_host(community))
    response = host.post(
        reverse("debate_new", args=[community.slug]),
        {"question": "How to heat?", "audience": "public", "language": "en"},
    )
    debate = Debate.objects.get()
    assert response.status_code == 302
    page = shown(host, page_of(debate))
    assert "a threshold of at least one support" in page
    assert "Open the debate" not in page
    values = {
        "question": "How to heat our homes?",
        "introduction": "",
        "audience": "public",
        "language": "en",
        "closes_at": (now() + timedelta(days=9)).strftime("%Y-%m-%dT%H:%M"),
        "support_threshold": "3",
        "answer_delay_days": "30",
        "answering_role": Role.ELECTED,
        "answering_title": "deputy mayor for housing",
    }
    host.post(reverse("debate_edit", args=[community.slug, debate.public_id]), values)
    assert "Nobody in the community holds the role" in shown(host, page_of(debate))
    host.post(reverse("debate_open", args=[community.slug, debate.public_id]))
    debate.refresh_from_db()
    assert debate.is_open
    assert debate.question == "How to heat our homes?"


def test_a_wrong_draft_comes_back_with_what_was_typed_and_a_sentence(signed: Signed) -> None:
    community = make.make_community()
    host = signed(make.make_host(community))
    response = host.post(
        reverse("debate_new", args=[community.slug]),
        {
            "question": "How?",
            "audience": "public",
            "language": "en",
            "support_threshold": "0",
            "closes_at": "soon",
        },
    )
    page = response.content.decode()
    assert response.status_code == 422
    assert "Write a number between 1 and" not in page  # the date is wrong first
    assert "Write a day and an hour" in page
    assert 'value="How?"' in page
    assert not Debate.objects.exists()


def test_a_refused_act_says_why(signed: Signed) -> None:
    debate = make.make_debate()
    somebody = signed(make.make_person(debate.community))
    response = somebody.post(
        reverse("debate_close", args=[debate.community.slug, debate.public_id])
    )
    assert response.status_code == 403
    assert "Only those who run this community" in response.content.decode()


def propose_address(debate: Debate) -> str:
    return reverse("idea_new", args=[debate.community.slug, debate.public_id])


def idea_values(**values: Any) -> dict[str, Any]:
    given = {"title": "A Sunday bus to Pau", "text": "One each way.", "place": "", "language": "en"}
    return given | values


def test_a_member_proposes_an_idea(debate: Debate, signed: Signed) -> None:
    member = make.make_person(debate.community, "Nadia")
    client = signed(member)
    assert "Your idea in one line" in shown(client, propose_address(debate))
    response = client.post(propose_address(debate), idea_values())
    idea = Idea.objects.get()
    assert response["Location"] == page_of(idea)
    page = shown(client, page_of(idea))
    assert "Nadia" in page
    assert "This idea is yours" in page


def test_without_javascript_similar_ideas_are_a_step_before_publishing(
    debate: Debate, signed: Signed
) -> None:
    near = make.propose(debate, title="A bus on Sunday to Pau")
    client = signed(make.make_person(debate.community))
    response = client.post(propose_address(debate), idea_values())
    page = response.content.decode()
    assert response.status_code == 200
    assert "Does one of these say it already?" in page
    assert "Publish mine all the same" in page
    assert "One each way." in page
    assert Idea.objects.count() == 1
    client.post(propose_address(debate), idea_values(seen=near.public_id))
    assert Idea.objects.count() == 2


def test_while_the_title_is_typed_only_the_similar_ideas_are_sent(
    debate: Debate, signed: Signed
) -> None:
    near = make.propose(debate, title="A bus on Sunday to Pau")
    client = signed(make.make_person(debate.community))
    response = client.get(
        propose_address(debate), {"title": "Sunday bus to Pau"}, headers={"HX-Request": "true"}
    )
    page = response.content.decode()
    assert near.public_id in page
    assert "<html" not in page
    assert "<h1" not in page


def test_hostile_markdown_is_harmless(debate: Debate, client: Client) -> None:
    idea = make.propose(
        debate,
        title="<script>alert(1)</script>",
        text="<script>alert(2)</script> [x](javascript:alert(3)) <img src=x onerror=alert(4)>",
    )
    page = shown(client, page_of(idea))
    assert "<script>alert" not in page
    assert "javascript:alert" not in page.replace("[x](javascript:alert(3))", "")
    assert "<img" not in page


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"title": ""}, "Give your idea a title."),
        ({"text": ""}, "Describe your idea"),
        ({"title": "x" * 200}, "160"),
        ({"place": "Nowhere-at-all"}, "We know no place"),
    ],
)
def test_a_wrong_idea_comes_back_with_a_sentence_beside_its_field(
    debate: Debate, signed: Signed, values: dict[str, str], sentence: str
) -> None:
    client = signed(make.make_person(debate.community))
    response = client.post(propose_address(debate), idea_values(**values))
    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert not Idea.objects.exists()


def test_a_stranger_is_told_to_join_before_proposing(debate: Debate, signed: Signed) -> None:
    response = signed(make.make_member()).get(propose_address(debate))
    assert response.status_code == 403
    assert "Join this community" in response.content.decode()
    assert Client().get(propose_address(debate)).status_code == 302


def test_support_is_given_and_taken_back_with_and_without_javascript(
    debate: Debate, signed: Signed
) -> None:
    idea = make.propose(debate)
    client = signed(make.make_person(debate.community))
    give, take = (
        reverse(name, args=[idea.public_id]) for name in ("idea_support", "idea_unsupport")
    )
    assert client.post(give)["Location"] == page_of(idea) + "#support"
    assert "Take my support back" in shown(client, page_of(idea))
    part = client.post(take, headers={"HX-Request": "true"}).content.decode()
    assert 'id="support"' in part
    assert "Support this idea" in part
    assert "<html" not in part
    assert not Support.objects.exists()


def test_support_that_comes_too_late_shows_why_in_place(debate: Debate, signed: Signed) -> None:
    idea = make.propose(debate)
    client = signed(make.make_person(debate.community))
    give = reverse("idea_support", args=[idea.public_id])
    with at(make.closing_moment(debate)):
        part = client.post(give, headers={"HX-Request": "true"})
        assert client.post(give).status_code == 403
    assert part.status_code == 200
    assert "The debate is closed" in part.content.decode()


def test_reading_changes_nothing_and_supporting_by_reading_is_impossible(
    debate: Debate, signed: Signed
) -> None:
    idea = make.propose(debate)
    client = signed(make.make_person(debate.community))
    for name in ("idea_support", "idea_unsupport", "idea_withdraw"):
        assert client.get(reverse(name, args=[idea.public_id])).status_code == 405


def test_authors_rewrite_and_withdraw(debate: Debate, signed: Signed) -> None:
    idea = make.propose(debate)
    assert idea.author
    author = signed(idea.author)
    assert "Rewrite it" in shown(author, page_of(idea))
    author.post(reverse("idea_edit", args=[idea.public_id]), idea_values(title="Better"))
    assert "Better" in shown(author, page_of(idea))
    response = author.post(reverse("idea_withdraw", args=[idea.public_id]))
    assert response["Location"] == reverse("idea_withdrawn", args=[idea.public_id])
    shown(author, page_of(idea), status=302)  # to where it can be undone
    shown(signed(make.make_person(debate.community)), page_of(idea), status=404)


def test_whoever_rewrites_an_idea_knows_who_will_be_told(debate: Debate, signed: Signed) -> None:
    idea = make.propose(debate)
    make.support(idea, 2)
    assert idea.author
    form = shown(signed(idea.author), reverse("idea_edit", args=[idea.public_id]))
    assert "2 people support it: they are told what changed" in form
    assert "stays readable" in form


def test_past_the_threshold_a_count_is_no_share_any_more(debate: Debate, client: Client) -> None:
    idea = make.propose(debate)
    make.support(idea, 3)
    page = " ".join(shown(client, page_of(idea)).split())
    assert "Supports: the threshold of 2 is reached" in page
    assert re.search(r'class="count">\s*3\s*<', page)
    assert 'class="meter-part" width="100"' in page


def test_the_sheet_of_an_idea_says_what_became_of_it_and_invites_only_to_what_one_can_do(
    client: Client,
) -> None:
    still_open = make.propose(make.make_debate())
    assert "support it" in shown(client, reverse("idea_print", args=[still_open.public_id]))
    make.make_closed(answer_delay_days=10)
    idea = Idea.objects.latest("pk")
    address = reverse("idea_print", args=[idea.public_id])
    assert "support it" not in shown(client, address)
    with at(now() + timedelta(days=30)):
        assert "Answer late" in shown(client, address)


def test_a_withdrawn_idea_with_supports_says_so(debate: Debate, client: Client) -> None:
    idea = make.propose(debate)
    make.support(idea)
    assert idea.author
    actions.withdraw_idea(member=idea.author, idea=idea)
    assert "Withdrawn by its author" in shown(client, page_of(idea))
    assert "withdrawn by its author" in shown(client, page_of(debate))


def test_a_moderator_hides_an_idea_and_it_is_gone_for_others(
    debate: Debate, client: Client, signed: Signed
) -> None:
    idea = make.propose(debate, title="An insult")
    moderator = signed(make.entrust(make.make_member(), debate.community, Role.MODERATOR))
    address = reverse("idea_hide", args=[idea.public_id])
    assert moderator.post(address, {"reason": ""}).status_code == 422
    moderator.post(address, {"reason": "It attacks a person."})
    gone = shown(client, page_of(idea), status=410)  # that it was hidden, and why
    assert "It attacks a person." in gone
    assert "An insult" not in gone
    assert "An insult" not in shown(client, page_of(debate))
    assert "It attacks a person." in shown(moderator, page_of(idea))


def test_the_conversation_stands_on_the_page_of_its_idea(debate: Debate, signed: Signed) -> None:
    idea = make.propose(debate)
    member = make.make_person(debate.community)
    write_post(member=member, thread=idea.thread, text="I drive this road.")
    page = shown(signed(member), page_of(idea))
    assert "I drive this road." in page
    assert "1 message" in page


def test_an_archived_idea_shows_its_sources_count_with_its_date(client: Client) -> None:
    idea = make.propose(make.make_debate())
    Debate.objects.update(archived_at=now())
    Idea.objects.update(
        source_supports=7, source_supports_on="2019-01-24", source_ref="12", author=None
    )
    page = shown(client, page_of(idea))
    assert "7 supports counted by the source on 24" in page
    assert "takes no support here" in page
    assert "former member" not in page  # the source named nobody


def test_a_debate_for_members_does_not_exist_for_others(client: Client, signed: Signed) -> None:
    debate = make.make_debate(audience=Audience.MEMBERS)
    idea = make.propose(debate)
    for address in (page_of(debate), page_of(idea)):
        shown(client, address, status=404)
        shown(signed(make.make_member()), address, status=404)
        shown(signed(make.make_person(debate.community)), address)


def test_the_pages_speak_french(client: Client) -> None:
    debate = make.make_debate()
    make.propose(debate)
    client.cookies["language"] = "fr"
    assert '<html lang="fr"' in shown(client, page_of(debate))
