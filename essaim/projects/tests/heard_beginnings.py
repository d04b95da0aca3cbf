"""What projects hear of from an idea to the parts in a team."""

from essaim.communities.actions import answer_appeal, appeal_decision, leave_community
from essaim.communities.actions.mandates import end
from essaim.communities.facts import DecisionOverturned, MandateEnded, MembershipEnded
from essaim.communities.models import Decision, Mandate, Role
from essaim.communities.tests.factories import in_role, member_of
from essaim.foundation.activity import deliver_pending
from essaim.foundation.clock import today
from essaim.ideas.actions import answer_idea, contest_answer, decide_appeal
from essaim.ideas.facts import AppealDecided, IdeaAdopted
from essaim.ideas.models import Decision as Answer
from essaim.ideas.models import Idea, Outcome
from essaim.ideas.tests import factories as debate
from essaim.members.actions import erase_member
from essaim.members.facts import MemberErased
from essaim.members.models import Member
from essaim.members.tests.factories import member_factory
from essaim.projects import actions, facts
from essaim.projects.models import Part, Project, State
from essaim.projects.tests import factories as make
from essaim.projects.tests.heard import Row, World, each, on, owed, owing, planned

# ---- ideas


def _closed() -> tuple[Idea, Member]:
    closed = debate.make_closed(debate.make_community(is_political=False))
    idea = Idea.objects.select_related("author", "debate__community").get(debate=closed)
    return idea, debate.make_decider(closed.community)


def _author(idea: Idea) -> Member:
    assert idea.author
    return idea.author


def _offer() -> tuple[Idea, Project]:
    idea, decider = _closed()
    debate.adopt(idea, decider)
    deliver_pending()
    return idea, Project.objects.get(idea=idea)


@on(facts.ProjectDrafted)
@on(IdeaAdopted)
def the_author_is_offered_a_draft(_w: World) -> Row:
    idea, decider = _closed()
    return Row(
        lambda: debate.adopt(idea, decider),
        each("offered", _author(idea)),
        then=lambda: Project.objects.filter(idea=idea, offered_to=idea.author).exists(),
    )


@on(facts.ProjectDrafted)
def nobody_hears_of_the_draft_that_somebody_begins(w: World) -> Row:
    return Row(lambda: make.draft(w.host))


@on(AppealDecided)
def the_offer_goes_with_the_adoption(_w: World) -> Row:
    idea, project = _offer()
    host = debate.make_host(idea.debate.community)
    contest_answer(member=_author(idea), idea=idea, reasons="Not so.")
    return Row(
        lambda: decide_appeal(
            member=host,
            idea=idea,
            outcome=Outcome.CHANGED,
            decision=Answer.NOT_ADOPTED,
            reasons="They were right.",
        ),
        then=lambda: Project.objects.filter(
            pk=project.pk, offered_to=None, withdrawn_at__isnull=False
        ).exists(),
    )


@on(AppealDecided)
def an_idea_adopted_at_the_second_look_is_offered(_w: World) -> Row:
    idea, decider = _closed()
    answer_idea(member=decider, idea=idea, decision=Answer.NOT_ADOPTED, reasons="It costs much.")
    host = debate.make_host(idea.debate.community)
    contest_answer(member=_author(idea), idea=idea, reasons="Not so.")
    return Row(
        lambda: decide_appeal(
            member=host,
            idea=idea,
            outcome=Outcome.CHANGED,
            decision=Answer.ADOPTED,
            reasons="They were right.",
            delivery=debate.promise(),
        ),
        each("offered", _author(idea)),
        then=lambda: Project.objects.filter(idea=idea, offered_to=idea.author).exists(),
    )


@on(facts.ProjectTakenUp)
def news_are_owed_by_who_takes_it_up(_w: World) -> Row:
    idea, project = _offer()
    Project.objects.filter(pk=project.pk).update(offered_to=None)
    planned(project)
    Project.objects.filter(pk=project.pk).update(offered_to=idea.author, state=State.DRAFT)
    return Row(
        lambda: actions.take_up(member=_author(idea), project=project, consent_text=make.AGREED),
        then=lambda: owing(project) == {idea.author},
    )


# ---- validation


@on(facts.ProjectSubmitted)
def who_validates_is_asked(w: World) -> Row:
    bearer = in_role(w.host, Role.COMMUNITY_MANAGER)
    project = make.draft(w.host, bearer)
    return Row(
        lambda: actions.submit_project(member=bearer, project=project),
        each("submitted", w.vera),
    )


@on(facts.ProjectHalfValidated)
def the_second_validator_is_asked(w: World) -> Row:
    second = make.validator_in(w.host)
    actions.set_policy(member=w.vera, host=w.host, needs_second_validator=True)
    project = make.submitted(w.host)
    return Row(lambda: make.validate(project, w.vera), each("submitted", second))


@on(facts.ProjectValidated)
def the_team_and_the_services_are_told(w: World) -> Row:
    unit = make.unit(w.host)
    head = make.heads(member_factory(), unit)
    project = make.submitted(w.host)
    bearer = make.bearer_of(project)
    actions.name_party(member=bearer, project=project, unit=unit)
    return Row(
        lambda: make.validate(project, w.vera),
        each("validated", bearer) | each("touches", head),
        then=lambda: project.parties.filter(informed_at__isnull=False).exists(),
    )


@on(facts.ProjectValidated)
def the_first_team_is_told_that_it_spreads(w: World) -> Row:
    debate.entrust(w.vera, w.project.community, Role.TEAM)
    begun = make.submitted(w.host, copied_from=w.project)
    return Row(
        lambda: make.validate(begun, w.vera),
        each("validated", make.bearer_of(begun)) | each("spread", *w.team),
    )


@on(facts.ProjectValidated)
def news_are_owed_by_what_had_begun_before_it_was_validated(w: World) -> Row:
    project = make.submitted(w.host)
    Project.objects.filter(pk=project.pk).update(started_on=today())
    return Row(
        lambda: make.validate(project, w.vera),
        each("validated", make.bearer_of(project)),
        then=lambda: owed(project) == {"start"},
    )


@on(DecisionOverturned)
def what_was_refused_opens(w: World) -> Row:
    project = make.submitted(w.host)
    make.validate(project, w.vera, validates=False, reasons="Too small.")
    decision, bearer = Decision.objects.get(), make.bearer_of(project)
    appeal_decision(member=bearer, decision=decision, words="Small is good.")
    looks = in_role(w.host, Role.ADMINISTRATOR)
    return Row(
        lambda: answer_appeal(member=looks, decision=decision, is_upheld=True, reason="Yes."),
        each("validated", bearer),
        then=lambda: make.fresh(project).state == State.VALIDATED,
    )


@on(facts.ProjectWithdrawn)
def a_withdrawn_project_owes_no_news(w: World) -> Row:
    project = make.draft(w.host)
    planned(project)
    Project.objects.filter(pk=project.pk).update(state=State.DRAFT)
    bearer = make.bearer_of(project)
    return Row(
        lambda: actions.withdraw_project(member=bearer, project=project),
        then=lambda: not owed(project),
    )


# ---- parts


@on(facts.PartOffered)
def who_is_asked_is_told(w: World) -> Row:
    asked = member_of(w.host)
    return Row(
        lambda: actions.invite(member=w.bearer, project=w.project, part=Part.TEAM, invited=asked),
        each("asked", asked),
    )


@on(facts.PartAccepted)
def the_team_is_told_who_came(w: World) -> Row:
    asked = member_of(w.host)
    made = actions.invite(member=w.bearer, project=w.project, part=Part.TEAM, invited=asked)
    return Row(
        lambda: actions.accept_invitation(member=asked, invitation=made, consent_text=make.AGREED),
        each("accepted", *w.team),
    )


@on(facts.BearerChanged)
def the_team_is_told_who_bears_it_and_who_does_owes_news(w: World) -> Row:
    w.begun()
    deliver_pending()
    made = actions.invite(member=w.bearer, project=w.project, part=Part.BEARER, invited=w.mate)
    return Row(
        lambda: actions.accept_invitation(member=w.mate, invitation=made, consent_text=make.AGREED),
        each("accepted", w.bearer) | each("bearer", w.bearer),
        then=lambda: owing(w.project) == {w.mate},
    )


@on(MembershipEnded)
def the_team_is_told_that_its_bearer_left(w: World) -> Row:
    return Row(
        lambda: leave_community(member=w.bearer, community=w.project.community, without_host=True),
        each("bearer", w.mate),
        then=lambda: make.fresh(w.project).bearer is None,
    )


@on(MandateEnded)
def the_co_bearer_follows_when_the_role_ends(w: World) -> Row:
    other = make.with_part(w.project, Part.CO_BEARER, member_of(w.host))
    role = Mandate.objects.get(
        community=w.project.community, member=w.bearer, role=Role.HOST, ends_on=None
    )
    return Row(
        lambda: end(None, role, today()),
        each("bearer", w.mate, other),
        then=lambda: make.fresh(w.project).bearer == other,
    )


@on(MemberErased)
def a_sponsor_who_is_gone_makes_room_and_the_referent_owes_the_news(w: World) -> Row:
    sponsorship = make.sponsored(w.begun().project, member_factory())
    deliver_pending()
    erase_member(member=w.bearer)
    deliver_pending()
    assert owing(w.project) == {w.referent}
    assert sponsorship.member
    gone = sponsorship.member
    return Row(
        lambda: erase_member(member=gone),
        taken=each("asked", gone),  # their own, erased with them
        then=lambda: w.project.sponsorships.filter(ends_on__isnull=False).exists(),
    )
