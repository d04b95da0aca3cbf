from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.urls import reverse

from essaim.commitments.models import Commitment, CommitmentKind
from essaim.communities.models import Audience, Community, Kind, Role, Visibility
from essaim.communities.readers import ANONYMOUS, fresh_reader
from essaim.discussions.actions import write_post
from essaim.foundation.access import Refused
from essaim.foundation.activity import deliver_pending
from essaim.foundation.clock import at, now
from essaim.ideas import actions, queries
from essaim.ideas.models import Debate, Decision, Idea, Support, Synthesis
from essaim.ideas.queries.upward import fate_above
from essaim.ideas.tests import factories as make
from essaim.members.models import Member
from essaim.outreach.models import Notice

pytestmark = pytest.mark.django_db

WORDS = "We agree on the bus, not on its price."


def below(parent: Community, kind: Kind = Kind.COMMITTEE) -> Community:
    return make.make_community(
        kind=kind, parent=parent, ancestor_ids=[*parent.ancestor_ids, parent.pk]
    )


def person(*communities: Community) -> Member:
    """A member of all of these, as whoever joins a committee joins the movement."""
    member = make.make_member()
    for community in communities:
        make.join(member, community)
    return member


class Levels:
    """A movement with an open debate, a committee with a closed one of one idea, and its host."""

    def __init__(self, **values: object) -> None:
        self.movement = make.make_community()
        self.committee = below(self.movement)
        self.host = make.entrust(person(self.committee, self.movement), self.committee, Role.HOST)
        self.target = make.make_debate(self.movement, question="And the whole valley?")
        self.author = person(self.committee, self.movement)
        self.supporters = [person(self.committee, self.movement) for _ in range(2)]
        with at(now() - timedelta(days=20)):
            debate = make.make_debate(
                self.committee, self.host, closes_at=now() + timedelta(days=19), **values
            )
            self.idea = make.propose(debate, self.author, title="A bus on Sundays")
            for supporter in self.supporters:
                actions.support_idea(member=supporter, idea=self.idea)
        self.debate = make.close(debate)
        self.idea = Idea.objects.get(pk=self.idea.pk)

    def send(self, *ideas: Idea, **values: object) -> Synthesis:
        given: dict[str, object] = {
            "member": self.host,
            "debate": self.debate,
            "target": self.target,
            "synthesis": WORDS,
        }
        return actions.send_upward(ideas=ideas or [self.idea], **given | values)  # type: ignore[arg-type]  # what a test replaces

    @property
    def carried(self) -> Idea:
        return Idea.objects.select_related("debate__community").get(
            carried_from=self.idea, debate=self.target
        )


def test_an_idea_goes_up_with_its_author_its_supporters_and_the_synthesis() -> None:
    levels = Levels()
    sent = levels.send()
    carried = levels.carried
    assert (carried.author, carried.title) == (levels.author, "A bus on Sundays")
    assert carried.supporters == 2
    assert carried.thread_id != levels.idea.thread_id
    assert (sent.debate, sent.target, sent.text) == (levels.debate, levels.target, WORDS)
    assert make.kinds()[-1] == "SynthesisSent"


def test_whoever_supports_below_and_above_counts_once() -> None:
    levels = Levels()
    levels.send()
    carried = levels.carried
    for member in (*levels.supporters, person(levels.movement)):
        actions.support_idea(member=member, idea=carried)
    assert levels.carried.supporters == 3


def test_v42_one_person_behind_two_committees_ideas_that_are_merged_above_counts_once() -> None:
    levels = Levels()
    other = below(levels.movement)
    both = levels.supporters[0]
    make.join(both, other)
    host = make.entrust(person(other, levels.movement), other, Role.HOST)
    with at(now() - timedelta(days=20)):
        debate = make.make_debate(other, host, closes_at=now() + timedelta(days=19))
        same = make.propose(debate, person(other, levels.movement), title="Sunday buses")
        actions.support_idea(member=both, idea=same)
    levels.send()
    actions.send_upward(
        member=host,
        debate=make.close(debate),
        target=levels.target,
        ideas=[same],
        synthesis="We too.",
    )
    twin = Idea.objects.get(carried_from=same)
    assert (levels.carried.supporters, twin.supporters) == (2, 1)
    above = make.make_host(levels.movement)
    actions.merge_ideas(member=above, survivor=levels.carried, ideas=[twin], reason="The same.")
    assert levels.carried.supporters == 2


def test_only_a_host_of_the_very_community_sends_its_debate() -> None:
    levels = Levels()
    above = make.entrust(person(levels.movement), levels.movement, Role.ADMINISTRATOR)
    for member in (above, levels.author, make.make_member()):
        with pytest.raises(Refused):
            levels.send(member=member)
    assert not Synthesis.objects.exists()


def test_rights_above_are_asked_again() -> None:
    """V04: whoever may speak below may still have no voice above."""
    levels = Levels()
    levels.host.memberships.filter(community=levels.movement).update(left_at=now())
    with pytest.raises(Refused):
        levels.send()


def test_rights_below_are_asked_again() -> None:
    levels = Levels()
    levels.host.mandates.update(ends_on=now().date() - timedelta(days=1))
    with pytest.raises(Refused):
        levels.send()


def test_an_open_debate_is_not_sent() -> None:
    levels = Levels()
    debate = make.make_debate(levels.committee, levels.host)
    idea = make.propose(debate, levels.author)
    with pytest.raises(Refused):
        levels.send(idea, debate=debate)


def test_a_debate_is_sent_to_an_open_one_above_only() -> None:
    levels = Levels()
    elsewhere = make.make_debate()
    make.join(levels.host, elsewhere.community)
    beside = make.make_debate(levels.committee, levels.host)
    with at(now() - timedelta(days=20)):
        early = make.make_debate(levels.movement, closes_at=now() + timedelta(days=3))
    for target in (elsewhere, beside, make.close(early)):
        with pytest.raises(Refused):
            levels.send(target=target)


@pytest.mark.parametrize("narrow", ["idea", "debate", "community"])
def test_what_was_written_for_members_goes_nowhere(narrow: str) -> None:
    levels = Levels(**({"audience": Audience.MEMBERS} if narrow == "debate" else {}))
    if narrow == "idea":
        Idea.objects.update(audience=Audience.MEMBERS)
    if narrow == "community":
        Community.objects.filter(pk=levels.committee.pk).update(visibility=Visibility.MEMBERS)
    with pytest.raises(Refused, match="written for the members"):
        levels.send()
    assert Idea.objects.count() == 1


@pytest.mark.parametrize("gone", ["withdrawn_at", "hidden_at", "divided_at"])
def test_what_no_longer_stands_by_itself_is_not_sent(gone: str) -> None:
    levels = Levels()
    Idea.objects.filter(pk=levels.idea.pk).update(**{gone: now()})
    with pytest.raises(Refused, match="no longer stands"):
        levels.send()


def test_ideas_of_another_debate_are_not_sent_with_it() -> None:
    levels = Levels()
    other = make.propose(make.make_debate(levels.committee, levels.host), levels.author)
    with pytest.raises(Refused):
        levels.send(levels.idea, other)
    assert not Idea.objects.filter(carried_from__isnull=False).exists()


def test_a_synthesis_has_words_and_ideas() -> None:
    levels = Levels()
    for values in ({"synthesis": " "}, {"synthesis": "x" * 2001}):
        with pytest.raises(ValidationError) as caught:
            levels.send(**values)
        assert list(caught.value.message_dict) == ["synthesis"]
    with pytest.raises(ValidationError) as caught:
        actions.send_upward(
            member=levels.host,
            debate=levels.debate,
            target=levels.target,
            ideas=[],
            synthesis=WORDS,
        )
    assert list(caught.value.message_dict) == ["ideas"]


def test_what_its_author_has_proposed_above_already_is_said() -> None:
    levels = Levels()
    make.propose(levels.target, levels.author, title="A bus on sundays")
    with pytest.raises(ValidationError, match="has proposed it there already"):
        levels.send()
    assert not Synthesis.objects.exists()


def test_what_is_answered_above_is_no_longer_owed_below() -> None:
    levels = Levels()
    levels.send()
    released = Commitment.objects.get(kind=CommitmentKind.ANSWER)
    assert released.cancelling_reason == f"Carried to {levels.movement.name}, answered there."
    decider = make.make_decider(levels.committee)
    with pytest.raises(Refused, match="answered there"):
        actions.answer_idea(
            member=decider, idea=levels.idea, decision=Decision.NEEDS_MORE, reasons="Where?"
        )


def test_a_grouped_answer_leaves_out_what_was_carried() -> None:
    levels = Levels(support_threshold=9)
    levels.send()
    released = Commitment.objects.get(kind=CommitmentKind.GROUPED_ANSWER)
    assert released.cancelled_at
    with pytest.raises(Refused):
        actions.answer_group(
            member=make.make_decider(levels.committee), debate=levels.debate, reasons="Too few."
        )


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


def hide_above(levels: Levels) -> None:
    actions.hide_idea(
        member=make.make_host(levels.movement), idea=levels.carried, reason="It names a person."
    )


def withdraw_above(levels: Levels) -> None:
    actions.withdraw_idea(member=levels.author, idea=levels.carried)


def withdraw_target(levels: Levels) -> None:
    administrator = make.entrust(person(levels.movement), levels.movement, Role.ADMINISTRATOR)
    actions.withdraw_debate(member=administrator, debate=levels.target, reason="Asked too soon.")


@pytest.mark.parametrize("gone", [hide_above, withdraw_above, withdraw_target])
def test_what_no_longer_stands_above_is_owed_below_again(
    gone: Callable[[Levels], None],
) -> None:
    levels = Levels()
    levels.send()
    assert not make.owed(CommitmentKind.ANSWER)
    gone(levels)
    (owed,) = make.owed(CommitmentKind.ANSWER)
    assert (owed.community, owed.subject_id) == (levels.committee, levels.idea.pk)
    actions.answer_idea(
        member=make.make_decider(levels.committee),
        idea=levels.idea,
        decision=Decision.NEEDS_MORE,
        reasons="Where?",
    )


def test_an_author_who_thinks_better_of_it_has_one_answer_owed_to_them() -> None:
    levels = Levels()
    levels.send()
    withdraw_above(levels)
    actions.restore_idea(member=levels.author, idea=levels.carried)
    assert not make.owed(CommitmentKind.ANSWER)


def test_nobody_rewrites_above_what_a_community_sent() -> None:
    levels = Levels()
    levels.send()
    with pytest.raises(Refused):
        actions.edit_idea(member=levels.author, idea=levels.carried, title="Trams", text="Trams.")


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
    assert client.post(address, values).status_code == 302
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
