import re

import pytest
from django.test import Client
from django.urls import reverse

from essaim.communities.readers import fresh_reader
from essaim.discussions.actions import write_post
from essaim.foundation.activity import deliver_pending
from essaim.foundation.clock import now
from essaim.ideas import actions
from essaim.ideas.actions import Part
from essaim.ideas.models import Debate, Idea, Regrouping
from essaim.ideas.tests.factories import make_person, propose, support
from essaim.members.models import Member
from essaim.outreach.models import Notice
from essaim.outreach.queries import notices_for_page

pytestmark = pytest.mark.django_db


@pytest.fixture
def bus(debate: Debate) -> Idea:
    return propose(debate, title="A bus on Sundays")


@pytest.fixture
def coach(debate: Debate) -> Idea:
    return propose(debate, title="A Sunday coach")


def browser(member: Member | None = None) -> Client:
    client = Client(headers={"accept-language": "en"})
    if member:
        client.force_login(member)
    return client


def words(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def page(name: str, thing: Debate | Idea, **asked: object) -> str:
    if isinstance(thing, Debate):
        return reverse(name, args=[thing.community.slug, thing.public_id], query=asked)
    return reverse(name, args=[thing.public_id], query=asked)


def merge(host: Member, survivor: Idea, *others: Idea) -> Regrouping:
    return actions.merge_ideas(
        member=host, survivor=survivor, ideas=[survivor, *others], reason="The same bus."
    )


def told_to(member: Member) -> list[str]:
    return [line.text for line in notices_for_page(fresh_reader(member)).items]


def test_a_host_chooses_ideas_sees_what_a_merge_changes_and_merges(
    debate: Debate, host: Member, bus: Idea, coach: Idea
) -> None:
    support(bus, 2)
    client = browser(host)
    assert page("debate_group", debate) in client.get(page("debate", debate)).text
    asked = client.get(page("debate_group", debate, idea=[bus.public_id])).text
    assert "A Sunday coach" in asked
    preview = client.get(page("debate_merge", debate, idea=[bus.public_id, coach.public_id])).text
    assert "2 people, each counted once" in words(preview)
    assert "4 people: who proposed" in words(preview)
    form = {"idea": [bus.public_id, coach.public_id], "survivor": bus.public_id}
    address = page("debate_merge", debate)
    without_reason = client.post(address, form)
    assert without_reason.status_code == 422
    assert "the reason is public" in without_reason.text
    done = client.post(address, {**form, "reason": "The same bus."}, follow=True)
    assert done.redirect_chain[-1][0] == page("idea", bus)
    said = words(done.text)
    assert "The same bus." in said
    assert "Merged into “A bus on Sundays”: “A Sunday coach”" in said
    assert "by the role: host" in said
    act = Regrouping.objects.get()
    assert done.text.count(reverse("regrouping_undo", args=[act.public_id])) == 1
    back = client.post(reverse("regrouping_undo", args=[act.public_id]), follow=True)
    assert "each idea stands by itself again" in words(back.text)
    assert client.get(page("idea", coach)).status_code == 200


def test_one_idea_alone_is_sent_back_with_the_reason(
    debate: Debate, host: Member, bus: Idea
) -> None:
    done = browser(host).get(page("debate_merge", debate, idea=[bus.public_id]), follow=True)
    assert "Choose at least two ideas." in words(done.text)
    assert "checked" in done.text


def test_what_resembles_another_idea_comes_first(debate: Debate, host: Member) -> None:
    propose(debate, title="A bus on Sunday mornings")
    propose(debate, title="A bus on Sunday evenings")
    propose(debate, title="Chestnuts")
    said = words(browser(host).get(page("debate_group", debate)).text)
    alike, others = said.split("Other ideas of this debate")
    assert "mornings" in alike
    assert "evenings" in alike
    assert "Chestnuts" in others


def test_words_find_ideas_and_what_is_ticked_stays_chosen(
    debate: Debate, host: Member, bus: Idea
) -> None:
    late = propose(debate, title="When the cinema closes", text="There should be a **bus** home.")
    propose(debate, title="Chestnuts", text="Roasted.")
    client = browser(host)
    said = words(client.get(page("debate_group", debate, q="bus")).text)
    assert "With “bus”" in said
    assert "A bus on Sundays" in said
    assert late.title in said
    assert "Chestnuts" not in said
    html = client.get(page("debate_group", debate, q="chestnut", idea=[late.public_id])).text
    assert "1 idea chosen When the cinema closes" in words(html)
    assert html.count("checked") == 1
    assert f'formaction="{page("debate_merge", debate)}"' in html
    assert "Chestnuts" in html
    assert "A bus on Sundays" not in html
    every = client.get(page("debate_group", debate, q="bus", all=1, idea=[late.public_id])).text
    assert "Chestnuts" in every
    assert "1 idea chosen" in words(every)


def test_words_that_no_idea_has_are_said_to_find_nothing(
    debate: Debate, host: Member, bus: Idea
) -> None:
    said = words(browser(host).get(page("debate_group", debate, q="xylophone")).text)
    assert "Nothing found with “xylophone”." in said
    assert bus.title not in said


def test_a_page_of_candidates_leads_to_the_next_with_what_was_ticked(
    debate: Debate, host: Member
) -> None:
    for number in range(22):
        propose(debate, title=f"{number} {chr(97 + number) * 9}")
    client = browser(host)
    first = client.get(page("debate_group", debate)).text
    after = re.findall(r'name="after"\s+value="([^"]+)"', first)
    chosen = Idea.objects.latest("pk")
    second = client.get(
        page("debate_group", debate, q="", idea=[chosen.public_id], after=after[0])
    ).text
    assert f"1 idea chosen {chosen.title}" in words(second)
    assert "0 aaaaaaaaa" in second


def test_a_merged_idea_leads_where_it_goes_on_and_is_kept_there_with_its_conversation(
    debate: Debate, host: Member, bus: Idea, coach: Idea
) -> None:
    assert coach.author
    write_post(member=coach.author, thread=coach.thread, text="Every Sunday.")
    merge(host, bus, coach)
    client = browser()
    answer = client.get(page("idea", coach))
    assert answer.status_code == 302
    assert answer.headers["Location"] == f"{page('idea', bus)}#idea-{coach.public_id}"
    html = client.get(page("idea", bus)).text
    assert f'id="idea-{coach.public_id}"' in html
    assert coach.author.name in html
    assert page("idea_kept", coach) in html
    kept = client.get(page("idea_kept", coach)).text
    assert "Every Sunday." in kept
    assert "This conversation is closed" in words(kept)
    assert client.get(page("idea_kept", bus)).headers["Location"] == page("idea", bus)
    listed = words(client.get(page("debate", debate)).text)
    assert "A bus on Sundays" in listed
    assert "A Sunday coach" not in listed
    assert "1 idea" in listed


def test_a_form_opened_before_the_merge_supports_the_surviving_idea(
    debate: Debate, host: Member, bus: Idea, coach: Idea
) -> None:
    merge(host, bus, coach)
    member = make_person(debate.community)
    client = browser(member)
    answer = client.post(page("idea_support", coach))
    assert answer.headers["Location"] == page("idea", bus) + "#support"
    assert "You support this idea." in client.get(page("idea", bus)).text
    part = client.post(page("idea_unsupport", coach), headers={"hx-request": "true"}).text
    assert "Support this idea" in part


def test_an_author_takes_their_idea_out_on_the_page_of_the_surviving_one(
    debate: Debate, host: Member, bus: Idea, coach: Idea
) -> None:
    merge(host, bus, coach)
    assert coach.author
    client = browser(coach.author)
    html = client.get(page("idea", bus)).text
    assert page("idea_leave_group", coach) in html
    assert "Take mine out of the group" in html
    client.post(page("idea_leave_group", coach))
    assert client.get(page("idea", coach)).status_code == 200
    stranger = browser(make_person(debate.community))
    assert stranger.post(page("idea_leave_group", coach)).status_code == 403


def test_a_host_splits_an_idea_whose_page_leads_to_its_parts(
    debate: Debate, host: Member, bus: Idea
) -> None:
    support(bus)
    client = browser(host)
    form = client.get(page("idea_split", bus)).text
    assert "A bus on Sundays" in form
    values = {"title_1": "A bus", "text_1": "On time.", "title_2": "", "text_2": "", "reason": "2."}
    assert client.post(page("idea_split", bus), values).status_code == 422
    values |= {"title_2": "A path", "text_2": "For bicycles."}
    said = words(client.post(page("idea_split", bus), values, follow=True).text)
    assert "it goes on in its parts" in said
    assert "A bus 1 support A path 1 support" in said
    assert "Support this idea" not in said
    part = Idea.objects.get(title="A path")
    assert "Part of an idea that was split" in words(browser().get(page("idea", part)).text)


def test_each_notice_says_what_was_done(debate: Debate, host: Member, bus: Idea) -> None:
    other = propose(debate, title="Another")
    actions.split_idea(
        member=host,
        idea=other,
        parts=[Part(title="One", text="One."), Part(title="Two", text="Two.")],
        reason="Two things.",
    )
    one = Idea.objects.get(title="One")
    act = merge(host, bus, one)
    deliver_pending()
    Notice.objects.update(mailed_at=now())
    actions.undo_regrouping(member=host, regrouping=act)
    merge(host, bus, one)
    actions.leave_group(member=host, idea=one)
    deliver_pending()
    assert other.author
    told = told_to(other.author)
    for said in ("was split", "were merged", "merge is undone", "stands by itself again"):
        assert any(said in text for text in told), said
    actions.undo_regrouping(member=host, regrouping=Regrouping.objects.get(way="split"))
    deliver_pending()
    assert "“Another”: the split is undone, and the idea is whole again." in told_to(other.author)


def test_what_was_undone_before_anybody_heard_of_it_is_not_told(
    debate: Debate, host: Member, bus: Idea, coach: Idea
) -> None:
    assert bus.author
    assert coach.author
    act = merge(host, bus, coach)
    deliver_pending()
    Notice.objects.filter(member=bus.author).update(read_at=now())
    actions.undo_regrouping(member=host, regrouping=act)
    deliver_pending()
    assert not any("merge" in text for text in told_to(coach.author))
    assert sum("merge" in text for text in told_to(bus.author)) == 2


def test_who_left_a_group_is_not_told_that_it_is_undone(
    debate: Debate, host: Member, bus: Idea, coach: Idea
) -> None:
    other = propose(debate, title="A Sunday train")
    act = merge(host, bus, coach, other)
    assert coach.author
    assert bus.author
    actions.leave_group(member=coach.author, idea=coach)
    deliver_pending()
    Notice.objects.update(read_at=now())
    actions.undo_regrouping(member=host, regrouping=act)
    deliver_pending()
    assert not any("undone" in text for text in told_to(coach.author))
    assert any("undone" in text for text in told_to(bus.author))


def test_an_idea_that_left_its_group_wears_no_undoing_and_the_history_says_who_left(
    debate: Debate, host: Member, bus: Idea, coach: Idea
) -> None:
    other = propose(debate, title="A Sunday train")
    act = merge(host, bus, coach, other)
    client = browser(host)
    client.post(page("idea_leave_group", coach))
    undo = reverse("regrouping_undo", args=[act.public_id])
    alone, group = client.get(page("idea", coach)).text, client.get(page("idea", bus)).text
    assert "notice-good" in group
    assert alone.count("notice-good") == 1  # what was just said, once
    assert undo in alone.split('id="history"')[1]
    assert "“A Sunday coach” left the group on" in words(group)
    assert "“A Sunday train” left the group" not in words(group)
    actions.undo_regrouping(member=host, regrouping=act)
    assert "“A Sunday train” left the group" not in words(client.get(page("idea", bus)).text)


def test_only_those_who_may_see_the_tools(debate: Debate, bus: Idea, coach: Idea) -> None:
    client = browser(make_person(debate.community))
    for address in (
        page("debate_group", debate),
        page("debate_merge", debate, idea=[bus.public_id, coach.public_id]),
        page("idea_split", bus),
    ):
        assert client.get(address).status_code == 403
    html = client.get(page("idea", bus)).text
    assert "debate_group" not in html
    assert "Split it" not in html
