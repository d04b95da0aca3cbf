"""Who is told of a decision, of an appeal, of what came of it."""

import pytest

from essaim.communities import actions
from essaim.communities.tests.test_decisions import Case
from essaim.foundation.activity import deliver_pending
from essaim.outreach.models import Notice


@pytest.fixture
def case() -> Case:
    return Case()


@pytest.mark.django_db
def test_people_are_told_and_nobody_else(case: Case) -> None:
    decision = case.hidden()
    deliver_pending()
    assert set(Notice.objects.values_list("kind", "member")) == {
        ("communities.decision", case.author.pk)
    }
    actions.appeal_decision(member=case.author, decision=decision, words="No.")
    deliver_pending()
    asked = Notice.objects.filter(kind="communities.appeal").values_list("member", flat=True)
    assert set(asked) == {case.moderator.pk, case.administrator.pk}
    actions.answer_appeal(
        member=case.moderator, decision=decision, is_upheld=False, reason="It does name one."
    )
    deliver_pending()
    told = Notice.objects.filter(kind="communities.second_look").values_list("member", flat=True)
    assert set(told) == {case.author.pk}
