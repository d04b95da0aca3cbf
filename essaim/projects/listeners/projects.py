from essaim.communities.facts import DecisionOverturned, MandateEnded, MembershipEnded
from essaim.communities.models import Decision, Verb
from essaim.foundation.activity import hears
from essaim.ideas.facts import AppealDecided, IdeaAdopted
from essaim.ideas.models import ADOPTING
from essaim.members.facts import MemberErased
from essaim.projects import actions
from essaim.projects.facts import ProjectValidated
from essaim.projects.models import PROJECT


@hears(IdeaAdopted)
def draft_a_project_for_its_author(fact: IdeaAdopted) -> None:
    actions.draft_of_idea(idea_id=fact.idea_id)


@hears(AppealDecided)
def take_back_what_was_offered(fact: AppealDecided) -> None:
    if fact.decision not in ADOPTING:
        actions.take_offer_back(idea_id=fact.idea_id)


@hears(ProjectValidated)
def inform_the_services_it_touches(fact: ProjectValidated) -> None:
    actions.inform_parties(project_id=fact.project_id)


@hears(DecisionOverturned)
def open_what_was_refused(fact: DecisionOverturned) -> None:
    decision = Decision.objects.get(pk=fact.decision_id)
    if decision.subject_kind == PROJECT and decision.verb == Verb.REFUSED:
        actions.validate_after_second_look(decision=decision)


@hears(MemberErased)
def make_room_for_another_sponsor(_fact: MemberErased) -> None:
    actions.end_sponsorships_of_nobody()


@hears(MembershipEnded)
def find_who_bears_it_now(fact: MembershipEnded) -> None:
    if fact.community_id:
        actions.settle_bearer(community_id=fact.community_id)


@hears(MandateEnded)
def find_who_bears_it_after_a_role(fact: MandateEnded) -> None:
    if fact.community_id:
        actions.settle_bearer(community_id=fact.community_id)
