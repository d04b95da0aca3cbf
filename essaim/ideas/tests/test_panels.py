from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from essaim.commitments.models import Commitment
from essaim.commitments.queries import COMMITMENT_SUBJECTS
from essaim.communities.models import Role
from essaim.communities.queries import (
    COMMUNITY_FIGURES,
    COMMUNITY_SECTIONS,
    LEAVING_EFFECTS,
)
from essaim.communities.readers import ANONYMOUS, fresh_reader
from essaim.discussions.queries import THREAD_SUBJECTS
from essaim.foundation.activity import deliver_pending
from essaim.foundation.clock import at, now
from essaim.ideas import actions, tasks
from essaim.ideas.models import Debate, Decision, Idea
from essaim.ideas.panels.community import what_was_asked
from essaim.ideas.tests import factories as make
from essaim.members.models import Member
from essaim.outreach.models import Notice
from essaim.outreach.queries import NOTICE_WORDING, TODAY_ACTS, TODAY_FATE

pytestmark = pytest.mark.django_db


def words(member: Member) -> list[str]:
    """What the member is told, beside that a debate opened."""
    notices = Notice.objects.filter(member=member).exclude(kind="ideas.debate_opened")
    ids = list(notices.order_by("pk").values_list("pk", flat=True))
    found = NOTICE_WORDING.collect(fresh_reader(member), ids)
    return [f"{found[pk][0].text} {found[pk][0].badge}".strip() for pk in ids if pk in found]


def test_every_notice_is_said_in_words_to_whoever_it_concerns() -> None:
    debate = make.make_debate()
    author, supporter = (make.make_person(debate.community) for _ in range(2))
    decider = make.make_decider(debate.community)
    idea = make.propose(debate, author, title="A Sunday bus")
    actions.support_idea(member=supporter, idea=idea)
    make.support(idea)
    make.propose(debate, supporter, title="A night bus")
    debate = make.close(debate)
    make.adopt(idea, decider)
    actions.keep_delivery(member=decider, idea=idea, text="It left.")
    actions.answer_group(member=decider, debate=debate, reasons="Too few of us.")
    with at(make.closing_moment(debate)):
        deliver_pending()
    assert "Your idea “A Sunday bus” has its answer. Adopted" in words(author)
    assert "“A Sunday bus”, which you supported, has its answer. Adopted" in words(supporter)
    assert any("What was promised is there" in text for text in words(author))
    assert any("stayed below the threshold" in text for text in words(supporter))
    assert any("you owe its answers by" in text for text in words(decider))


def test_the_author_of_a_hidden_idea_reads_the_reason_others_nothing() -> None:
    idea = make.propose(make.make_debate(), title="An insult")
    moderator = make.entrust(make.make_member(), idea.debate.community, Role.MODERATOR)
    actions.hide_idea(member=moderator, idea=idea, reason="It attacks a person.")
    deliver_pending()
    assert idea.author
    (said,) = words(idea.author)
    assert "an idea: hidden" in said
    assert "It attacks a person." in said


def test_a_notice_about_what_one_may_no_longer_see_is_left_out() -> None:
    debate = make.make_closed()
    idea = Idea.objects.get()
    supporter = Member.objects.filter(supports__idea=idea)[0]
    decider = make.make_decider(debate.community)
    actions.answer_idea(
        member=decider, idea=idea, decision=Decision.NEEDS_MORE, reasons="Where exactly?"
    )
    deliver_pending()
    assert len(words(supporter)) == 1
    moderator = make.entrust(make.make_member(), debate.community, Role.MODERATOR)
    actions.hide_idea(member=moderator, idea=idea, reason="It attacks a person.")
    assert words(supporter) == []


def test_today_offers_an_idea_to_read_and_no_longer_once_it_is_supported() -> None:
    idea = make.propose(make.make_debate(), title="A Sunday bus")
    member = make.make_person(idea.debate.community)

    def acts() -> list[str]:
        found = TODAY_ACTS.collect(fresh_reader(member), [member.pk])
        return [act.title for act in found.get(member.pk, [])]

    read, answer = (
        "Read, and support it or not: “A Sunday bus”",
        "Answer: “How to get around without a car?”",
    )
    assert acts() == [read, answer]
    actions.support_idea(member=member, idea=idea)
    assert acts() == [answer]
    assert idea.author
    offered = TODAY_ACTS.collect(fresh_reader(idea.author), [idea.author.pk])
    assert offered.get(idea.author.pk, []) == []


def test_today_tells_the_decider_what_is_owed_the_oldest_first() -> None:
    debate = make.make_closed(answer_delay_days=10)
    decider = make.make_decider(debate.community)
    (act,) = TODAY_ACTS.collect(fresh_reader(decider), [decider.pk])[decider.pk]
    idea = Idea.objects.get()
    assert act.url == reverse("idea_answer", args=[idea.public_id])
    assert "due by" in act.why
    with at(now() + timedelta(days=30)):
        (act,) = TODAY_ACTS.collect(fresh_reader(decider), [decider.pk])[decider.pk]
    assert "days late" in act.why


def test_today_says_what_became_of_what_one_gave() -> None:
    debate = make.make_closed()
    idea = Idea.objects.get()
    assert idea.author
    reader = fresh_reader(idea.author)
    assert TODAY_FATE.collect(reader, [idea.author.pk]).get(idea.author.pk, []) == []
    make.adopt(idea, make.make_decider(debate.community))
    (line,) = TODAY_FATE.collect(reader, [idea.author.pk])[idea.author.pk]
    assert (line.title, line.badge, line.tone) == (idea.title, "Adopted", "good")


def test_the_communitys_page_shows_what_was_asked_and_what_became_of_it(client: Client) -> None:
    community = make.make_community()
    assert COMMUNITY_SECTIONS.collect(ANONYMOUS, [community.pk]).get(community.pk, []) == []
    make.make_closed(community)
    answered = Idea.objects.get()
    make.adopt(answered, make.make_decider(community))
    (section,) = COMMUNITY_SECTIONS.collect(ANONYMOUS, [community.pk])[community.pk]
    assert [(line.title, line.badge) for line in section.lines] == [(answered.title, "Adopted")]
    page = client.get(reverse("community", args=[community.slug])).content.decode()
    assert answered.title in page


@pytest.mark.parametrize("communities", [1, 3])
def test_what_was_asked_costs_the_same_in_one_community_and_three(
    communities: int, django_assert_num_queries: Any
) -> None:
    told: dict[int, list[str]] = {}
    for _ in range(communities):
        community = make.make_community()
        decider = make.make_decider(community)
        opened = make.make_debate(community)
        debate = make.make_closed(community, ideas=7)
        ideas = list(debate.ideas.order_by("pk"))
        for number, idea in enumerate(ideas[:4]):
            with at(now() + timedelta(hours=number)):
                make.adopt(idea, decider)
        told[community.pk] = [
            opened.question,
            *(idea.title for idea in (ideas[4], ideas[5], ideas[3], ideas[2])),
        ]
    with django_assert_num_queries(2):
        sections = what_was_asked(ANONYMOUS, list(told))
    found = {pk: [line.title for line in section.lines] for pk, (section,) in sections.items()}
    assert found == told


def test_the_figure_of_answers_moves_with_one_answer() -> None:
    debate = make.make_closed(ideas=2)
    community = debate.community

    def figure() -> tuple[int | None, int | None, str]:
        found, *_others = COMMUNITY_FIGURES.collect(ANONYMOUS, [community.pk])[community.pk]
        return found.value, found.of, found.text

    assert figure() == (None, None, "no answer was due yet")
    make.adopt(Idea.objects.all()[0], make.make_decider(community))
    assert figure() == (1, 1, "")
    with at(now() + timedelta(days=90)):
        assert figure() == (1, 2, "")


def test_leaving_says_what_happens_to_ideas_and_supports() -> None:
    debate = make.make_debate()
    member = make.make_person(debate.community)
    make.propose(debate, member)
    actions.support_idea(member=member, idea=make.propose(debate))
    effects = LEAVING_EFFECTS.collect(fresh_reader(member), [debate.community_id])
    said = " ".join(effects[debate.community_id])
    assert "Your idea stays" in said
    assert "supports in open debates are withdrawn" in said


def test_threads_and_commitments_name_their_subject_to_those_who_may_see_it() -> None:
    debate = make.make_closed()
    idea = Idea.objects.get()
    threads = THREAD_SUBJECTS.collect(ANONYMOUS, [idea.thread_id, debate.thread_id])
    assert threads[idea.thread_id][0].title == idea.title
    assert threads[debate.thread_id][0].title == debate.question
    owed = Commitment.objects.get()
    key = owed.subject_key
    assert COMMITMENT_SUBJECTS.collect(ANONYMOUS, [key])[key][0].title == idea.title
    draft = make.make_draft(debate.community)
    assert THREAD_SUBJECTS.collect(ANONYMOUS, [draft.thread_id]) == {}


def test_the_clock_closes_each_debate_at_its_hour_and_tells_who_is_late_once() -> None:
    soon = make.make_debate(closes_at=now() + timedelta(hours=1), answer_delay_days=5)
    decider = make.make_decider(soon.community)
    make.propose(soon)
    later = make.make_debate(closes_at=now() + timedelta(hours=3))
    with at(now() + timedelta(hours=2)):
        tasks.close_what_is_due()
        tasks.close_what_is_due()
    closed = dict(Debate.objects.values_list("pk", "closed_at"))
    assert closed[soon.pk] is not None
    assert closed[later.pk] is None
    with at(now() + timedelta(days=20)):
        tasks.tell_who_is_late()
        tasks.tell_who_is_late()
    late = Notice.objects.filter(kind="ideas.answers_late")
    assert list(late.values_list("member_id", flat=True)) == [decider.pk]
    assert any("are late" in text for text in words(decider))
