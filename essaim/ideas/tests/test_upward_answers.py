from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from essaim.commitments.models import Commitment, CommitmentKind
from essaim.communities.models import Community, Kind, Role, Visibility
from essaim.communities.readers import ANONYMOUS, fresh_reader
from essaim.discussions.actions import write_post
from essaim.foundation.access import Refused
from essaim.foundation.activity import deliver_pending
from essaim.foundation.clock import at, now
from essaim.ideas import actions, queries
from essaim.ideas.models import Debate, Decision, Idea, Support, Synthesis
from essaim.ideas.queries.upward import fate_above
from essaim.ideas.tests import factories as make
from essaim.ideas.tests.test_upward import WORDS, Levels, below, person
from essaim.members.models import Member
from essaim.outreach.models import Notice

pytestmark = pytest.mark.django_db


def answered_above(levels: Levels) -> Member:
    """The target closes and its idea is adopted there."""
    levels.send()
    decider = make.make_decider(levels.movement)
    levels.target = make.close(levels.target)
    with at(make.closing_moment(levels.target) + timedelta(days=2)):
        make.adopt(levels.carried, decider, due_on=(now() + timedelta(days=90)).date())
        deliver_pending()
    return decider


def told(kind: str) -> list[int]:
    rows = Notice.objects.filter(kind=kind).order_by("member_id")
    return list(rows.values_list("member_id", flat=True))


def test_the_answer_comes_back_down_to_everyone_once() -> None:
    levels = Levels()
    talker = person(levels.committee, levels.movement)
    write_post(member=talker, thread=levels.idea.thread, text="Yes, on Sundays.")
    write_post(member=levels.supporters[0], thread=levels.idea.thread, text="Yes.")
    levels.send()
    above, upper = person(levels.movement), person(levels.movement)
    actions.support_idea(member=above, idea=levels.carried)
    actions.support_idea(member=levels.supporters[0], idea=levels.carried)
    write_post(member=upper, thread=levels.carried.thread, text="In our valley too.")
    deliver_pending()
    everyone_below = {levels.author, *levels.supporters, talker}
    assert told("ideas.carried") == sorted(one.pk for one in everyone_below)
    decider = make.make_decider(levels.movement)
    levels.target = make.close(levels.target)
    make_answer(levels, decider)
    assert told("ideas.answered") == sorted(one.pk for one in {*everyone_below, above, upper})


def make_answer(levels: Levels, decider: Member) -> None:
    actions.answer_idea(
        member=decider, idea=levels.carried, decision=Decision.NOT_ADOPTED, reasons="Too dear."
    )
    deliver_pending()


def test_who_only_talked_about_it_is_told_so() -> None:
    levels = Levels()
    talker = person(levels.committee, levels.movement)
    write_post(member=talker, thread=levels.idea.thread, text="Yes, on Sundays.")
    levels.send()
    levels.target = make.close(levels.target)
    make_answer(levels, make.make_decider(levels.movement))
    page = as_seen(talker, reverse("notices"))
    assert "which you talked about, has its answer" in page
    assert "which you supported, has its answer" in as_seen(
        levels.supporters[0], reverse("notices")
    )


def as_seen(member: Member | None, address: str) -> str:
    client = Client(headers={"accept-language": "en"})
    if member:
        client.force_login(member)
    response = client.get(address)
    assert response.status_code == 200, response.content[:300]
    return response.content.decode()


def page_of(thing: Debate | Idea, member: Member | None = None) -> str:
    if isinstance(thing, Idea):
        return as_seen(member, reverse("idea", args=[thing.public_id]))
    return as_seen(member, reverse("debate", args=[thing.community.slug, thing.public_id]))


def test_an_answer_given_below_stays_when_the_idea_goes_up() -> None:
    levels = Levels()
    decider = make.make_decider(levels.committee)
    actions.answer_idea(
        member=decider, idea=levels.idea, decision=Decision.NEEDS_MORE, reasons="Ask above."
    )
    levels.send()
    assert Commitment.objects.get(kind=CommitmentKind.ANSWER).kept_at
    page = page_of(levels.idea)
    assert "Ask above." in page
    assert "Carried to" in page


def test_the_page_below_shows_what_became_of_it_above() -> None:
    levels = Levels()
    levels.send()
    page = page_of(levels.idea)
    assert f"Carried to {levels.movement.name}" in page
    assert reverse("idea", args=[levels.carried.public_id]) in page
    assert "carried to a community above" in page_of(levels.debate)
    assert "answered" in page_of(levels.debate)  # nothing is owed there any more
    levels = Levels()
    answered_above(levels)
    page = page_of(levels.idea)
    for words in ("Adopted", make.TITLE, "Promised"):
        assert words in page


def test_the_page_above_shows_who_carried_it_and_what_was_said_below() -> None:
    levels = Levels()
    write_post(member=levels.author, thread=levels.idea.thread, text="It leaves at nine.")
    levels.send()
    page = page_of(levels.carried)
    for words in (f"Carried by {levels.committee.name}", WORDS, "It leaves at nine."):
        assert words in page
    assert reverse("idea", args=[levels.idea.public_id]) in page
    for debate in (levels.debate, levels.target):
        assert WORDS in page_of(debate)


def test_its_author_is_not_asked_to_join_where_they_belong() -> None:
    levels = Levels()
    levels.send()
    page = page_of(levels.carried, levels.author)
    assert "This idea is yours" in page
    assert "Join to support it" not in page


def test_the_chain_tells_nobody_more_than_they_may_see() -> None:
    """What stands above for members is a step without a name to everyone else."""
    levels = Levels()
    levels.send()
    Community.objects.filter(pk=levels.movement.pk).update(visibility=Visibility.MEMBERS)
    steps = fate_above(ANONYMOUS, levels.idea)
    assert [step.label for step in steps] == ["Carried to a community above"]
    assert steps[0].href is None
    assert fate_above(fresh_reader(levels.author), levels.idea)[0].href
    page = page_of(levels.debate)
    assert levels.target.question not in page
    assert WORDS not in page
    Community.objects.filter(pk=levels.movement.pk).update(visibility=Visibility.PUBLIC)
    Community.objects.filter(pk=levels.committee.pk).update(visibility=Visibility.MEMBERS)
    write_post(member=levels.author, thread=levels.idea.thread, text="Only among us.")
    page = page_of(levels.carried)
    assert "Only among us." not in page
    assert reverse("idea", args=[levels.idea.public_id]) not in page


def test_ideas_go_up_level_by_level() -> None:
    movement = make.make_community()
    department = below(movement, Kind.CHAPTER)
    committee = below(department)
    host = person(committee, department, movement)
    for community in (committee, department):
        make.entrust(host, community, Role.HOST)
    supporter = person(committee, department, movement)
    with at(now() - timedelta(days=40)):
        debate = make.make_debate(committee, host, closes_at=now() + timedelta(days=10))
        idea = make.propose(debate, person(committee, department, movement))
        actions.support_idea(member=supporter, idea=idea)
        middle = make.make_debate(department, host, closes_at=now() + timedelta(days=20))
    debate = make.close(debate)
    with at(now() - timedelta(days=25)):
        actions.send_upward(
            member=host, debate=debate, target=middle, ideas=[idea], synthesis=WORDS
        )
        carried = Idea.objects.get(carried_from=idea)
        actions.support_idea(member=person(department, movement), idea=carried)
    middle = make.close(middle)
    target = make.make_debate(movement)
    actions.send_upward(
        member=host, debate=middle, target=target, ideas=[carried], synthesis="All of us."
    )
    top = Idea.objects.get(carried_from=carried)
    assert top.supporters == 2
    target = make.close(target)
    actions.answer_idea(
        member=make.make_decider(movement),
        idea=top,
        decision=Decision.NOT_ADOPTED,
        reasons="Too dear.",
    )
    deliver_pending()
    assert supporter.pk in told("ideas.answered")
    labels = [step.label for step in fate_above(fresh_reader(supporter), idea)]
    assert labels == [
        f"Carried to {department.name}",
        f"Carried to {movement.name}",
        "Not adopted",
    ]


def test_an_idea_that_is_merged_above_is_followed_to_the_one_that_is_answered() -> None:
    levels = Levels()
    levels.send()
    kept = make.propose(levels.target, person(levels.movement), title="All buses")
    above = make.make_host(levels.movement)
    actions.merge_ideas(member=above, survivor=kept, ideas=[levels.carried], reason="The same.")
    levels.target = make.close(levels.target)
    actions.answer_idea(
        member=make.make_decider(levels.movement),
        idea=kept,
        decision=Decision.NOT_ADOPTED,
        reasons="Too dear.",
    )
    deliver_pending()
    assert "Not adopted" in [step.label for step in fate_above(ANONYMOUS, levels.idea)]
    assert levels.supporters[0].pk in told("ideas.answered")


def test_the_form_offers_what_may_be_sent_and_sends_it() -> None:
    levels = Levels()
    client = Client(headers={"accept-language": "en"})
    client.force_login(levels.host)
    address = reverse("debate_send", args=[levels.committee.slug, levels.debate.public_id])
    assert address in page_of(levels.debate, levels.host)
    assert address not in page_of(levels.debate, levels.author)
    page = client.get(address).content.decode()
    for words in (levels.target.question, levels.idea.title):
        assert words in page
    assert client.post(address, {"synthesis": ""}).status_code == 422
    values = {
        "target": levels.target.public_id,
        "ideas": [levels.idea.public_id],
        "synthesis": WORDS,
    }
    sent = client.post(address, values, follow=True).content.decode()
    assert "The answers will come back to the one it comes from." in sent
    assert f"carried by {levels.committee.name}" in sent
    synthesis = sent.split('id="syntheses"')[1].split("</article>")[0]
    assert reverse("idea", args=[levels.carried.public_id]) in synthesis
    assert levels.carried.supporters == 2
    assert "No debate above takes ideas now." in client.get(address).content.decode()


def test_the_form_takes_no_idea_and_no_debate_that_it_did_not_offer() -> None:
    levels = Levels()
    elsewhere = make.make_debate()
    client = Client(headers={"accept-language": "en"})
    client.force_login(levels.host)
    address = reverse("debate_send", args=[levels.committee.slug, levels.debate.public_id])
    values = {
        "target": elsewhere.public_id,
        "ideas": [make.propose(elsewhere).public_id],
        "synthesis": WORDS,
    }
    assert client.post(address, values).status_code == 422
    assert not Synthesis.objects.exists()


def test_erasing_whoever_sent_it_leaves_the_synthesis() -> None:
    levels = Levels()
    levels.send()
    Synthesis.objects.update(sent_by=None)
    assert WORDS in page_of(levels.carried)


def test_waiting_and_late_lists_leave_out_what_was_carried() -> None:
    levels = Levels(answer_delay_days=1)
    reader = fresh_reader(levels.host)
    assert queries.ideas_for_list(reader, levels.debate, fate="waiting").items
    levels.send()
    assert not queries.ideas_for_list(reader, levels.debate, fate="waiting").items


@pytest.mark.django_db(transaction=True)
def test_sending_fifty_times_at_once_sends_once() -> None:
    levels = Levels()

    def one(_number: int) -> bool:
        try:
            levels.send()
        except Refused:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(max_workers=10) as pool:
        came = list(pool.map(one, range(50)))
    assert came.count(True) == Synthesis.objects.count() == 1
    assert Idea.objects.filter(carried_from=levels.idea).count() == 1
    assert levels.carried.supporters == Support.objects.count() == 2
