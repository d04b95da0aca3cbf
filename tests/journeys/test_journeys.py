"""The main job from end to end in a browser: by mouse, by keyboard, without JavaScript."""

from datetime import timedelta

import pytest

from essaim.commitments.models import Commitment, CommitmentKind
from essaim.communities.models import Community, Founder, Role, Signature
from essaim.foundation.activity import deliver_pending
from essaim.foundation.clock import at, now, today
from essaim.ideas.models import Debate, Idea, Support
from essaim.ideas.tests.factories import (
    adopt,
    close,
    entrust,
    make_closed,
    make_debate,
    make_host,
    make_person,
    propose,
    support,
)
from essaim.members.models import Consent, Member
from tests.journeys.walker import Walker, Way, signed_in

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

TITLE = "deputy mayor for mobility"


def test_join(walker: Walker, movement: Community) -> None:
    walker.go("/communities/valley/")
    walker.see("Nobody answers.")
    walker.press("Sign and join")
    walker.enter("Ada@example.org")
    walker.fill("Your name", "Ada L.")
    walker.press("Sign and join")
    walker.see("Without your agreement")  # said beside the box; nothing is recorded
    member = Member.objects.get(email="ada@example.org")
    assert not member.memberships.exists()
    walker.fill("Your name", "Ada L.")
    walker.choose("I agree")
    walker.press("Sign and join")
    walker.see("Welcome to The Valley")
    walker.fill("What moves you?", "The last bus leaves at seven.")
    walker.press("Save and go on")
    walker.press("Skip")  # the place
    walker.choose("5 minutes")
    walker.press("Save and go on")
    walker.follow("Skip all questions")
    walker.see("Nothing waits for you right now")
    walker.press("Look around")
    walker.see("The Valley")

    member.refresh_from_db()
    assert (member.name, member.minutes_a_week) == ("Ada L.", 5)
    assert member.motive == "The last bus leaves at seven."
    assert member.memberships.get().community == movement
    assert Signature.objects.get(member=member).manifesto.version == 1
    assert "opinion" in Consent.objects.get(member=member, about="valley").text


def test_found_and_open(walker: Walker) -> None:
    first = Member.objects.create_user(
        "ada@example.org", name="Ada L.", proved_at=now(), language="en"
    )
    second = Member.objects.create_user(
        "ben@example.org", name="Ben K.", proved_at=now(), language="en"
    )
    signed_in(walker, first)
    walker.go("/communities/new/")
    walker.choose("movement")
    walker.fill("Its name", "Rivers for all")
    walker.choose("I agree")
    walker.press("Go on")
    walker.see("Founding Rivers for all")
    walker.see("Still missing")
    walker.press("Open it to everyone")
    walker.see("It does not open yet")

    walker.fill("Their name", "Ben K.")
    walker.fill("Their e-mail address", second.email)
    walker.choose("From outside")
    walker.press("Ask them")
    walker.see("Ben K.")
    for label, text in (
        ("The frustration", "The banks are fenced."),
        ("The positive momentum", "Everyone has a boat story."),
        ("The rules to break", "We ask for no permission to clean."),
    ):
        walker.page.get_by_label(label).first.fill(text)
    walker.press("Save")

    other = walker.another_person()
    signed_in(other, second)
    token = Founder.objects.get(email=second.email).token
    other.go(f"/founders/{token}/")
    other.press("Yes, I am a founder")

    community = Community.objects.get(name="Rivers for all")
    assert not Community.objects.opened().exists()
    walker.go(f"/communities/{community.slug}/founding/")
    walker.press("Open it to everyone")
    assert Community.objects.opened().get() == community
    assert {f.member for f in community.founders.all()} == {first, second}
    assert community.founders.get(member=second).is_outside
    walker.go(f"/communities/{community.slug}/")
    walker.see("The banks are fenced.")


def test_propose_support_and_talk(walker: Walker, movement: Community) -> None:
    debate = make_debate(movement, question="How to get around without a car?")
    propose(debate, title="A bus on Sundays")
    member = make_person(movement, "Ada")
    signed_in(walker, member)
    walker.go("/communities/valley/debates/")
    walker.follow("How to get around without a car?")
    walker.press("Propose an idea")
    walker.fill("Your idea in one line", "A bus on Sunday")
    walker.fill("What you see, and what should change", "From **Nay** to Pau.")
    walker.press("Publish my idea")
    if walker.way is not Way.WITHOUT_JAVASCRIPT:
        walker.page.wait_for_timeout(700)  # what is similar shows while one types, too
    walker.see("Does one of these say it already?")
    walker.press("Publish mine all the same")
    walker.see("Proposed by Ada")
    walker.see("From Nay to Pau.")
    mine = Idea.objects.get(author=member)

    walker.go("/communities/valley/debates/")
    walker.follow("How to get around without a car?")
    walker.follow("A bus on Sundays")
    walker.press("Support this idea")
    walker.see("You support this idea.")
    assert Support.objects.get().member == member
    walker.press("Take my support back")
    walker.see("Support this idea")
    assert not Support.objects.exists()
    walker.press("Support this idea")
    walker.see("You support this idea.")

    walker.fill("Your message", "The hospital needs it.")
    walker.press("Publish")
    walker.see("The hospital needs it.")
    walker.follow("Reply")
    walker.fill("Your message", "And the market.")
    walker.press("Publish")
    walker.see("And the market.")
    walker.follow("Correct")
    walker.fill("Your message", "The hospital needs it at seven.")
    walker.press("Save")
    walker.see("needs it at seven")
    assert mine.supports.count() == 0


def test_close_a_debate_answer_on_time_and_late(  # noqa: PLR0915  one story
    walker: Walker, movement: Community
) -> None:
    host = make_host(movement)
    decider = entrust(make_person(movement, "Dora"), movement, Role.ELECTED, TITLE)
    with at(now() - timedelta(days=20)):
        debate = make_debate(
            movement, host, closes_at=now() + timedelta(days=19), question="How to move?"
        )
        popular = propose(debate, title="A bus on Sundays")
        support(popular, 2)
        propose(debate, title="A tunnel")
        old = make_debate(
            movement,
            host,
            closes_at=now() + timedelta(days=5),
            answer_delay_days=5,
            question="What about schools?",
        )
        forgotten = propose(old, title="Open the yards in summer")
        support(forgotten, 2)
    close(old)
    Debate.objects.filter(pk=old.pk).update(answers_due_on=today() - timedelta(days=10))
    Commitment.objects.filter(subject_id=forgotten.pk, kind=CommitmentKind.ANSWER).update(
        due_on=today() - timedelta(days=10)
    )

    signed_in(walker, host)
    walker.go(f"/communities/valley/debates/{debate.public_id}/")
    walker.press("Close the debate")
    assert Commitment.objects.filter(kind=CommitmentKind.ANSWER).count() == 2
    assert Commitment.objects.filter(kind=CommitmentKind.GROUPED_ANSWER).count() == 1

    stranger = walker.another_person()
    stranger.go(f"/ideas/{forgotten.public_id}/")
    stranger.see("Answer late")
    stranger.see(TITLE)

    answering = walker.another_person()
    signed_in(answering, decider)
    answering.go("/communities/valley/answers/")
    answering.see("A bus on Sundays")
    answering.go(f"/ideas/{popular.public_id}/answer/")
    answering.choose("Adopted")
    answering.fill("Reasons", "Yes, as a trial.")
    answering.press("Publish the answer")
    answering.see("to put right")  # an adoption promises something, by somebody, by a date
    answering.fill("What will be done", "A first bus.")
    answering.fill("Until which day", (today() + timedelta(days=90)).isoformat())
    answering.select("The role that will see to it", "elected official")
    answering.fill("Its public title", TITLE)
    answering.press("Publish the answer")
    answering.see("Yes, as a trial.")
    answering.see("on time")
    answering.see("A first bus.")

    answering.go(f"/ideas/{forgotten.public_id}/answer/")
    answering.choose("Not adopted")
    answering.fill("Reasons", "The law says who may open them.")
    answering.press("Publish the answer")
    answering.see("10 days late")

    answering.go(f"/communities/valley/debates/{debate.public_id}/answer/")
    answering.choose("Not adopted")
    answering.fill("Reasons", "Nobody else asked for it yet.")
    answering.press("Publish the answer")
    tunnel = Idea.objects.get(title="A tunnel")
    assert tunnel.answer.reasons == "Nobody else asked for it yet."
    assert Commitment.objects.late().count() == 0


def test_read_the_programme_back_to_its_sources(walker: Walker, movement: Community) -> None:
    host = make_host(movement)
    idea = make_closed(movement).ideas.get()
    Idea.objects.filter(pk=idea.pk).update(title="A bus on Sundays")
    idea.refresh_from_db()
    adopt(idea, entrust(make_person(movement, "Dora"), movement, Role.ELECTED, TITLE))
    deliver_pending()

    signed_in(walker, host)
    walker.go("/communities/valley/programme/draft/")
    walker.follow("A bus on Sundays")
    walker.press("Add a sentence")
    walker.fill("Sentence", "It starts in March.")
    walker.press("Save in the draft")
    walker.see("Nothing stands behind this sentence yet")
    walker.go("/communities/valley/programme/draft/")
    walker.see("Nothing stands behind these sentences")
    walker.go("/communities/valley/programme/draft/1/sentences/2/")
    walker.fill("without a contribution", "The plenary set the date.")
    walker.press("Save in the draft")
    walker.go("/communities/valley/programme/draft/")
    walker.press("Publish this version")
    walker.see("Version 1 is published")

    reader = walker.another_person()
    reader.go("/communities/valley/")
    reader.go("/communities/valley/programme/")
    reader.see("The plenary set the date.")
    summary = reader.page.locator("summary").first
    if reader.way is Way.KEYBOARD:
        reader.tab_to(summary)
        reader.page.keyboard.press("Enter")
    else:
        summary.click()
    reader.follow("A bus on Sundays")
    reader.see("Proposed by")
    reader.see("In the programme")
    reader.see("item 1, version 1")


def test_leave(walker: Walker, movement: Community) -> None:
    debate = make_debate(movement)
    idea = propose(debate, title="A bus on Sundays")
    member = make_person(movement, "Ada")
    support(idea)
    signed_in(walker, member)
    walker.go(f"/ideas/{idea.public_id}/")
    walker.press("Support this idea")
    walker.see("You support this idea.")
    walker.go("/communities/valley/")
    walker.page.get_by_role("link", name="Leave", exact=True).first.focus()
    walker.press("Leave")  # the first of the two
    walker.see("What happens when you leave")
    walker.see("support")
    walker.press("Leave")
    walker.page.wait_for_load_state()
    assert not member.memberships.filter(left_at__isnull=True).exists()
    deliver_pending()
    assert idea.supports.count() == 1
    assert not idea.supports.filter(member=member).exists()
