from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from essaim.commitments.models import Commitment, CommitmentKind
from essaim.communities.models import Audience, Community, Kind, Role, Visibility
from essaim.foundation.access import Refused
from essaim.foundation.clock import at, now, today
from essaim.ideas import actions
from essaim.ideas.models import Debate, Decision, Idea, Synthesis
from essaim.ideas.tests import factories as make
from essaim.members.models import Member

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


def test_what_was_supported_above_is_taken_back_there() -> None:
    levels = Levels()
    levels.send()
    supporter = person(levels.movement)
    actions.support_idea(member=supporter, idea=levels.carried)
    assert levels.carried.supporters == 3
    assert actions.withdraw_support(member=supporter, idea=levels.carried)
    assert levels.carried.supporters == 2


def test_a_carried_idea_that_is_withdrawn_stays_readable_for_those_below() -> None:
    levels = Levels()
    levels.send()
    actions.withdraw_idea(member=levels.author, idea=levels.carried)
    assert levels.carried.title == "A bus on Sundays"


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
    # Without a name: the words stay, and the community above may become private.
    assert released.cancelling_reason == "Carried to a community above, which answers it."
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


def withdrawing(levels: Levels, member: Member) -> int:
    client = Client(headers={"accept-language": "en"})
    client.force_login(member)
    address = reverse("synthesis_withdraw", args=[levels.committee.slug, levels.debate.public_id])
    return client.post(address, {"target": levels.target.public_id}).status_code


def page_of_debate(debate: Debate, member: Member) -> str:
    client = Client(headers={"accept-language": "en"})
    client.force_login(member)
    address = reverse("debate", args=[debate.community.slug, debate.public_id])
    return client.get(address).content.decode()


def test_the_words_that_came_along_can_be_withdrawn_and_the_ideas_stay() -> None:
    levels = Levels()
    levels.send()
    for stranger in (levels.author, make.make_host(levels.movement), make.make_member()):
        assert withdrawing(levels, stranger) == 403
        assert "Withdraw the synthesis" not in page_of_debate(levels.debate, stranger)
    assert "Withdraw the synthesis" in page_of_debate(levels.debate, levels.host)
    assert withdrawing(levels, levels.host) == 302
    synthesis = Synthesis.objects.get()
    assert (synthesis.text, bool(synthesis.withdrawn_at)) == ("", True)
    assert make.kinds()[-1] == "SynthesisWithdrawn"
    for debate in (levels.debate, levels.target):
        page = page_of_debate(debate, levels.host)
        assert "The synthesis was withdrawn; the ideas it brought stay." in page
        assert WORDS not in page
    assert levels.carried.supporters == 2
    assert withdrawing(levels, levels.host) == 403


def test_who_wrote_a_synthesis_withdraws_it_also_without_the_role_any_more() -> None:
    levels = Levels()
    levels.send()
    levels.host.mandates.update(ends_on=today() - timedelta(days=1))
    assert withdrawing(levels, levels.host) == 302


def test_a_synthesis_without_words_is_a_withdrawn_one() -> None:
    levels = Levels()
    levels.send()
    with pytest.raises(IntegrityError), transaction.atomic():
        Synthesis.objects.update(text="")
