from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session

from essaim.foundation.clock import at, now
from essaim.members import actions
from essaim.members.models import Interest, InterestKind, Member
from essaim.members.tasks import forget_what_is_over


@pytest.mark.django_db
def test_every_night_what_is_over_is_forgotten() -> None:
    with at(now() - timedelta(days=2)):
        actions.open_account(email="nobody@example.org", language="fr")
    Interest.objects.create(kind=InterestKind.TOPIC, label="seul", key="seul")
    for key, days in (("ended", -1), ("living", 1)):
        Session.objects.create(
            session_key=key, session_data="", expire_date=now() + timedelta(days=days)
        )
    forget_what_is_over()
    assert not Member.objects.exists()
    assert not Interest.objects.exists()
    assert Session.objects.get().session_key == "living"
