"""What somebody objects can be reported, hidden and shown again like all that is said in public."""

import pytest
from django.test import Client
from django.urls import reverse

from essaim.commitments.models import Commitment, CommitmentKind
from essaim.communities.models import Role
from essaim.communities.tests.factories import in_role, member_of
from essaim.discussions.actions import decide_case, put_back
from essaim.discussions.models import Case
from essaim.foundation.access import Refused
from essaim.foundation.activity import deliver_pending
from essaim.members.models import Member
from essaim.projects import actions, rules
from essaim.projects.models import Objection, Project
from essaim.projects.tests import factories as make

pytestmark = pytest.mark.django_db
WORDS = "They are thieves of the night."


@pytest.fixture
def project() -> Project:
    return make.validated()


@pytest.fixture
def objection(project: Project) -> Objection:
    member = member_of(rules.host_of(project), name="Otto Example")
    return actions.object_to(member=member, project=project, words=WORDS)


def page(project: Project) -> str:
    return Client().get(reverse("project", args=[project.public_id])).content.decode()


def hide(objection: Objection) -> None:
    host = rules.host_of(objection.project)
    reporter: Member = make.bearer_of(objection.project)
    client = Client()
    client.force_login(reporter)
    address = reverse("objection_report", args=[objection.project.public_id, objection.public_id])
    assert client.get(address).status_code == 200
    assert client.post(address, {"reason": "abuse"}).status_code == 302
    case = Case.objects.about(rules.OBJECTION, objection.pk).get()
    assert case.community == host
    moderator = in_role(host, Role.MODERATOR, name="Mona Example")
    decide_case(member=moderator, case=case, hide=True, reason="It insults people.")
    deliver_pending()


def test_an_objection_that_moderators_hide_is_read_by_nobody(objection: Objection) -> None:
    assert WORDS in page(objection.project)
    hide(objection)
    assert WORDS not in page(objection.project)
    objection.refresh_from_db()
    assert objection.hiding_reason == "It insults people."


def test_no_answer_is_owed_to_what_was_hidden(objection: Objection) -> None:
    owed = Commitment.objects.filter(kind=CommitmentKind.OBJECTION, subject_id=objection.pk)
    assert owed.standing().exists()
    hide(objection)
    assert not owed.standing().exists()
    with pytest.raises(Refused):
        actions.answer_objection(
            member=make.bearer_of(objection.project), objection=objection, answer="We are not."
        )


def test_whoever_was_hidden_may_object_again_and_what_is_shown_again_is_owed(
    objection: Objection,
) -> None:
    assert objection.author
    hide(objection)
    again = actions.object_to(
        member=objection.author, project=objection.project, words="Where do the buses stop?"
    )
    assert again.pk != objection.pk
    case = Case.objects.about(rules.OBJECTION, objection.pk).get()
    other = in_role(rules.host_of(objection.project), Role.MODERATOR, name="Max Example")
    put_back(member=other, case=case, reason="It is mild.")
    objection.refresh_from_db()
    assert objection.hidden_at is None
    owed = Commitment.objects.filter(kind=CommitmentKind.OBJECTION, subject_id=objection.pk)
    assert owed.standing().count() == 1


def test_who_objected_does_not_report_it(objection: Objection) -> None:
    assert objection.author
    client = Client()
    client.force_login(objection.author)
    address = reverse("objection_report", args=[objection.project.public_id, objection.public_id])
    assert client.post(address, {"reason": "abuse"}).status_code == 403
