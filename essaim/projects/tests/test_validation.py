"""Validators answer each criterion, two where two are asked for; a refusal can be contested."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from essaim.communities.actions import answer_appeal, appeal_decision
from essaim.communities.models import Community, Decision, Role
from essaim.communities.queries import decisions_in_brief
from essaim.communities.readers import fresh_reader
from essaim.communities.tests.factories import in_role, member_of
from essaim.foundation.access import Refused
from essaim.foundation.activity import deliver_pending
from essaim.foundation.clock import today
from essaim.members.tests.factories import member_factory
from essaim.outreach.models import Notice
from essaim.projects import actions
from essaim.projects.actions import Met
from essaim.projects.models import CriterionAnswer, CriterionSet, ProjectParty, State
from essaim.projects.tests import factories as make

pytestmark = pytest.mark.django_db
AIM = ("aim", "help", "bearer")


@pytest.fixture
def host() -> Community:
    return make.host_community()


def test_a_community_starts_from_one_of_two_sets_and_changes_it(host: Community) -> None:
    vera = make.validator_in(host)

    actions.start_from_set(member=vera, host=host, name=CriterionSet.PEOPLE)
    policy = actions.start_from_set(member=vera, host=host, name=CriterionSet.AIM)
    own = actions.add_criterion(member=vera, host=host, question="Is it near?", is_required=False)
    actions.retire_criterion(member=vera, host=host, key="help")

    asked = [one.key for one in policy.criteria.asked()]
    assert asked == ["aim", "bearer", own.key]


def test_each_criterion_is_answered_and_what_is_not_met_says_why(host: Community) -> None:
    vera = make.validator_in(host)
    actions.start_from_set(member=vera, host=host, name=CriterionSet.AIM)
    project = make.submitted(host)

    with pytest.raises(ValidationError) as missing:
        make.validate(project, vera, answers=make.met("aim"))
    with pytest.raises(ValidationError) as unmet:
        make.validate(
            project, vera, answers=make.met("aim", "help") | {"bearer": Met(is_met=False)}
        )

    assert set(missing.value.message_dict) == {"criterion_help", "criterion_bearer"}
    assert set(unmet.value.message_dict) == {"words_bearer"}
    assert not CriterionAnswer.objects.exists()


def test_what_has_to_be_met_keeps_from_validating(host: Community) -> None:
    vera = make.validator_in(host)
    actions.start_from_set(member=vera, host=host, name=CriterionSet.AIM)
    project = make.submitted(host)
    answers = make.met("aim", "help") | {"bearer": Met(is_met=False, words="For a party.")}

    with pytest.raises(ValidationError, match="has to be met"):
        make.validate(project, vera, answers=answers)
    make.validate(project, vera, answers=answers, validates=False, reasons="For a party.")

    assert make.fresh(project).state == State.REFUSED


def test_two_validators_are_never_one_person_nor_the_bearer(host: Community) -> None:
    vera, other = make.validator_in(host), make.validator_in(host)
    actions.set_policy(member=vera, host=host, needs_second_validator=True)
    bearer = in_role(host, Role.COMMUNITY_MANAGER)
    project = make.submitted(host, bearer=bearer)

    with pytest.raises(Refused, match="yours"):
        make.validate(project, bearer)
    make.validate(project, vera)
    assert make.fresh(project).state == State.SUBMITTED
    with pytest.raises(Refused, match="somebody else"):
        make.validate(project, vera)
    make.validate(project, other)

    assert make.fresh(project).state == State.VALIDATED


def test_a_member_of_the_team_does_not_validate_it(host: Community) -> None:
    project = make.draft(host)
    mate = make.with_part(project, "team", in_role(host, Role.ADMINISTRATOR))
    actions.submit_project(member=make.bearer_of(project), project=project)

    with pytest.raises(Refused, match="yours"):
        make.validate(project, mate)


def test_who_validates_nothing_here_is_refused(host: Community) -> None:
    project = make.submitted(host)

    with pytest.raises(Refused, match="Only those who validate"):
        make.validate(project, member_of(host))


def test_a_refused_project_tries_again(host: Community) -> None:
    project = make.submitted(host)
    vera = make.validator_in(host)
    make.validate(project, vera, validates=False, reasons="For whom is it?")
    bearer = make.bearer_of(project)

    actions.edit_project(member=bearer, project=project, for_whom="Jobseekers.")
    actions.submit_project(member=bearer, project=project)
    make.validate(project, vera)

    assert make.fresh(project).state == State.VALIDATED
    assert [one.decision for one in project.validations.order_by("number")] == [
        "refused",
        "validated",
    ]


def test_a_refusal_without_a_reason_is_none(host: Community) -> None:
    project = make.submitted(host)

    with pytest.raises(ValidationError, match="without a reason"):
        make.validate(project, make.validator_in(host), validates=False)


def test_a_second_look_that_overturns_the_refusal_opens_it(host: Community) -> None:
    project = make.submitted(host)
    make.validate(project, make.validator_in(host), validates=False, reasons="Too small.")
    decision = Decision.objects.get()

    appeal_decision(member=make.bearer_of(project), decision=decision, words="Small is good.")
    answer_appeal(
        member=in_role(host, Role.ADMINISTRATOR), decision=decision, is_upheld=True, reason="Yes."
    )
    deliver_pending()

    assert make.fresh(project).state == State.VALIDATED


def test_a_second_look_at_an_older_refusal_opens_nothing(host: Community) -> None:
    project = make.submitted(host)
    make.validate(project, make.validator_in(host), validates=False, reasons="Too small.")
    first, bearer = Decision.objects.get(), make.bearer_of(project)
    appeal_decision(member=bearer, decision=first, words="Small is good.")
    actions.submit_project(member=bearer, project=make.fresh(project))
    make.validate(project, make.validator_in(host), validates=False, reasons="Still too small.")

    answer_appeal(
        member=in_role(host, Role.ADMINISTRATOR), decision=first, is_upheld=True, reason="Yes."
    )
    deliver_pending()

    assert make.fresh(project).state == State.REFUSED


def test_the_services_a_draft_names_are_informed_once_it_is_validated(host: Community) -> None:
    unit = make.unit(host, name="Roads")
    head = make.heads(make.works_in(member_factory(), unit), unit)
    project = make.submitted(host)
    party = actions.name_party(member=make.bearer_of(project), project=project, unit=unit)
    deliver_pending()
    assert not ProjectParty.objects.exclude(informed_at=None).exists()
    assert not Notice.objects.filter(member=head, kind="projects.touches").exists()

    make.validate(project, make.validator_in(host))
    deliver_pending()

    assert ProjectParty.objects.exclude(informed_at=None).get() == party
    assert Notice.objects.filter(member=head, kind="projects.touches").exists()


def test_a_service_is_told_by_the_site_and_never_said_to_be_told(host: Community) -> None:
    unit = make.unit(host, name="Roads")
    head = make.heads(make.works_in(member_factory(), unit), unit)
    project = make.submitted(host)
    bearer = make.bearer_of(project)
    service = actions.name_party(member=bearer, project=project, unit=unit)
    weavers = actions.name_party(member=bearer, project=project, name="The weavers")

    with pytest.raises(Refused, match="told by the site"):
        actions.say_informed(member=bearer, party=service)
    actions.say_informed(member=bearer, party=weavers)
    with pytest.raises(Refused, match="told already"):
        actions.say_informed(member=bearer, party=weavers)
    with pytest.raises(Refused, match="Only the team"):
        actions.say_informed(member=head, party=weavers)
    make.validate(project, make.validator_in(host))
    deliver_pending()

    assert not ProjectParty.objects.filter(informed_at=None).exists()
    assert Notice.objects.filter(member=head, kind="projects.touches").count() == 1


def test_the_days_of_the_policy_make_the_deadline(host: Community) -> None:
    actions.set_policy(member=make.validator_in(host), host=host, validation_days=5)

    project = make.submitted(host)

    assert project.validations.get().due_on == today() + timedelta(days=5)


def test_taken_back_it_can_be_changed_and_submitted_again(host: Community) -> None:
    project = make.submitted(host)
    bearer = make.bearer_of(project)
    with pytest.raises(Refused, match="take it back"):
        actions.edit_project(member=bearer, project=project, problem="Other words.")

    actions.take_back(member=bearer, project=project)
    actions.submit_project(member=bearer, project=project)

    assert [one.number for one in project.validations.order_by("number")] == [1, 2]


def test_a_refusal_is_not_called_that_of_an_opening(host: Community) -> None:
    project = make.submitted(host)
    make.validate(project, make.validator_in(host), validates=False, reasons="Too small.")
    decision = Decision.objects.get()
    brief = decisions_in_brief(fresh_reader(make.bearer_of(project)), {decision.pk})[decision.pk]
    assert (brief.about, brief.verb) == ("a project", "not validated")
