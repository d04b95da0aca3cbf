"""The whole product in one story: from a visitor's first look to what came of their idea."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest

from essaim.communities.models import Community, Role
from essaim.foundation.activity import deliver_pending
from essaim.foundation.clock import at, now, today
from essaim.ideas.models import Debate, Idea
from essaim.ideas.tests.factories import close, entrust, make_debate, make_host, make_person
from essaim.members.models import Member
from essaim.needs.models import Help, Match, Need
from essaim.places.tests.factories import place_factory
from essaim.projects.models import Gate, GateDecision, Project
from essaim.projects.models import State as ProjectState
from tests.journeys.walker import Walker, signed_in

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

TITLE = "deputy mayor for mobility"


@contextmanager
def of(walker: Walker, member: Member) -> Iterator[Walker]:
    """Somebody else's turn, in a browser of their own."""
    other = walker.another_person()
    signed_in(other, member)
    yield other
    other.page.close()


def test_from_a_first_look_to_what_came_of_an_idea(  # noqa: PLR0915  one story, told to its end
    walker: Walker, movement: Community
) -> None:
    host = make_host(movement)
    decider = entrust(make_person(movement, "Dora"), movement, Role.ELECTED, TITLE)
    referent = entrust(make_person(movement, "Rita"), movement, Role.REFERENT)
    sponsor, helper = make_person(movement, "Sam"), make_person(movement, "Hana")
    place_factory(name="Nay")
    with at(now() - timedelta(days=20)):
        debate = make_debate(
            movement,
            host,
            closes_at=now() + timedelta(days=25),
            question="How to get around without a car?",
            support_threshold=1,
        )

    # A curious visitor joins, and proposes an idea.
    walker.go("/communities/valley/")
    walker.picture("story-1-manifesto")
    walker.press("Sign and join")
    walker.enter("ada@example.org")
    walker.fill("Your name", "Ada L.")
    walker.choose("I agree")
    walker.press("Sign and join")
    walker.see("Welcome to The Valley")
    ada = Member.objects.get(email="ada@example.org")
    walker.go(f"/communities/valley/debates/{debate.public_id}/")
    walker.press("Propose an idea")
    walker.fill("Your idea in one line", "A bus on Sundays")
    walker.fill("What you see, and what should change", "Nobody drives on Sundays.")
    walker.press("Publish my idea")
    walker.see("Proposed by Ada")
    walker.picture("story-2-idea")
    idea = Idea.objects.get(author=ada)
    idea_page = f"/ideas/{idea.public_id}/"

    # It is supported, and adopted by who answers.
    with of(walker, sponsor) as other:
        other.go(idea_page)
        other.press("Support this idea")
        other.see("You support this idea.")
    Debate.objects.filter(pk=debate.pk).update(closes_at=now() - timedelta(minutes=1))
    close(Debate.objects.get(pk=debate.pk))
    with of(walker, decider) as other:
        other.go(f"{idea_page}answer/")
        other.choose("Adopted")
        other.fill("Reasons", "Yes, as a trial.")
        other.fill("What will be done", "We lend a minibus for three Sundays.")
        other.fill("Until which day", (today() + timedelta(days=60)).isoformat())
        other.select("The role that will see to it", "elected official")
        other.fill("Its public title", TITLE)
        other.press("Publish the answer")
        other.see("Adopted")
    deliver_pending()

    # It becomes a project: its author takes it up and says what it is.
    walker.go(idea_page)
    walker.follow("A project to take up")
    walker.press("Take it up")
    walker.press("Take it up")
    project = Project.objects.get(idea=idea, bearer=ada)
    project_page = f"/projects/{project.public_id}/"
    walker.go(f"{project_page}edit/")
    walker.fill("Its name", "The Sunday shuttle")
    walker.fill("For whom?", "People without a car between Nay and Pau.")
    walker.fill("What is wrong today?", "On Sundays there is no bus.")
    walker.fill("What is the smallest version", "A minibus, three Sundays.")
    walker.fill("Who does this here already?", "Nobody, says the town hall.")
    walker.fill("What there is and what is missing", "A minibus; two drivers are missing.")
    walker.press("Save")
    walker.see("The Sunday shuttle")
    walker.clean()
    walker.press("Ask for its validation")
    walker.see("waiting for its validation")

    # It is validated, criterion by criterion, and finds a sponsor.
    with of(walker, referent) as other:
        other.go(project_page)
        other.press("Answer each criterion")
        for group in other.page.get_by_role("group").all():
            yes = group.get_by_label("Yes", exact=True)
            if yes.count():
                yes.check()
        other.choose("Validate it")
        other.clean()
        other.press("Give my answer")
        other.go(f"{project_page}team/")
        other.choose("sponsor", exact=True)
        other.press("Ask")
        other.see("Whoever has the link")
    deliver_pending()
    invitation = project.invitations.waiting().get()
    with of(walker, sponsor) as other:
        other.go(f"/projects/invitations/{invitation.token}/")
        other.clean()
        other.press("Say yes")

    # The bearer asks to start; the sponsor says go.
    walker.go(project_page)
    walker.press("Ask to start")
    walker.fill("What was done and learnt", "Of thirty people asked, nineteen would come.")
    walker.fill("What somebody who uses it said", "I would see my sister again.")
    walker.fill("What they are, never their name", "a woman of 81")
    walker.press("Ask to start")
    gate = Gate.objects.get(project=project)
    with of(walker, sponsor) as other:
        other.go(f"{project_page}gates/{gate.public_id}/")
        other.choose("go", exact=True)
        other.fill("Why", "We learn more from three Sundays than from a study.")
        other.clean()
        other.press("Give my answer")
        other.see("We learn more")
    project.refresh_from_db()
    gate.refresh_from_db()
    assert (project.state, gate.decision) == (ProjectState.RUNNING, GateDecision.GO)

    walker.go(project_page)
    walker.picture("story-3-project")

    # Somebody offers what they can; the project posts a need, and is shown who, and why.
    with of(walker, helper) as other:
        other.go("/communities/valley/offers/new/")
        other.fill("What you can give", "I proofread what goes to print.")
        other.fill("In a few skills", "proofreading")
        other.choose("from home", exact=True)
        other.press("Offer it")
        other.see("I proofread")
    walker.go(f"/communities/{project.community.slug}/needs/new/")
    walker.fill("What you look for, in one line", "Read the timetable before it is printed")
    walker.fill("What for", "It hangs at four stops.")
    walker.fill("What there is once it is done", "The timetable, corrected.")
    walker.select("How long it takes one person", "two hours")
    walker.fill("What one must know", "proofreading")
    walker.choose("from home", exact=True)
    walker.press("Put it on the board")
    walker.see("Who could help, and why")
    walker.see("“proofreading” is asked for and offered")
    walker.picture("story-4-need", at="#suggested")
    walker.clean()
    walker.press("Ask Hana")
    deliver_pending()

    # Two hours of help, said by one side and confirmed by the other.
    match = Match.objects.get(need=Need.objects.get(), helper=helper)
    with of(walker, helper) as other:
        other.go(f"/matches/{match.public_id}/")
        other.press("Yes")
        other.press("It is done: say how long")
        other.select("How long it took", "two hours")
        other.press("Say it")
    walker.go(f"/matches/{match.public_id}/")
    walker.press("Confirm the help, and thank")
    walker.fill("A word of thanks", "The timetable is right, thanks to you.")
    walker.press("Confirm")
    assert Help.objects.get(match=match).confirmed_minutes == 120

    # The first effect, and what the visitor reads on the page of their idea.
    walker.go(f"{project_page}effects/group/new/")
    walker.fill("Who", "People without a car")
    walker.press("Save")
    walker.go(f"{project_page}effects/")
    walker.press("Count them")
    walker.select("Who", "People without a car")
    walker.fill("First day", (today() - timedelta(days=1)).isoformat())
    walker.fill("Last day", today().isoformat())
    walker.fill("How many different people", "19")
    walker.fill("How you counted", "The driver's notebook, first names, each once.")
    walker.press("Save")
    walker.go(f"{project_page}effects/")
    walker.see("19")
    walker.picture("story-5-effect")
    walker.clean()
    walker.go(idea_page)
    walker.see("The Sunday shuttle")
    walker.see("19")
    walker.picture("story-6-what-came-of-it", at=".fate")
    walker.clean()
