from datetime import timedelta

import pytest

from essaim.demo import actions
from essaim.demo.models import Mail
from essaim.foundation import clock
from essaim.foundation.access import Refused
from essaim.members.models import Member

pytestmark = pytest.mark.django_db


def test_the_mailbox_forgets_its_oldest_mails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "MOST_MAILS", 3)
    began = clock.now()
    for number in range(5):
        with clock.at(began + timedelta(minutes=number)):
            actions.keep_mail(recipients=["a@demo.example"], subject=f"{number}", text="…")
    assert sorted(Mail.objects.values_list("subject", flat=True)) == ["2", "3", "4"]


def test_a_mail_with_an_endless_subject_is_kept_all_the_same() -> None:
    mail = actions.keep_mail(recipients=["a@demo.example"], subject="x" * 900, text="…")
    mail.refresh_from_db()
    assert len(mail.subject) == 200


def test_an_account_outside_the_cast_cannot_be_entered_as() -> None:
    Member.objects.create_user("someone@demo.example", name="Someone")
    with pytest.raises(Refused):
        actions.person_to_enter_as(email="someone@demo.example")


def test_a_closed_account_of_the_cast_cannot_be_entered_as() -> None:
    Member.objects.create_user("nadia@demo.example", name="Nadia B.", is_active=False)
    with pytest.raises(Member.DoesNotExist):
        actions.person_to_enter_as(email="nadia@demo.example")
