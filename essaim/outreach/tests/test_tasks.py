import pytest
from django.core import mail
from procrastinate.contrib.django.models import ProcrastinateJob

from essaim.members.tests.factories import member_factory
from essaim.outreach import tasks
from essaim.outreach.tests.factories import notice_factory

pytestmark = pytest.mark.django_db


def test_the_daily_run_asks_for_one_job_a_member_with_ids_only() -> None:
    members = [member_factory() for _ in range(3)]
    for member in members[:2]:
        for _ in range(2):
            notice_factory(member)
    tasks.send_digests()
    jobs = ProcrastinateJob.objects.filter(task_name__endswith="send_digest").order_by("id")
    assert [job.args for job in jobs] == [{"member_id": member.pk} for member in members[:2]]
    assert {job.queue_name for job in jobs} == {"mail"}
    assert not mail.outbox


def test_a_job_sends_the_mail_and_running_it_again_sends_nothing() -> None:
    member = member_factory()
    notice_factory(member)
    for _ in range(2):
        tasks.send_digest(member_id=member.pk)
    assert len(mail.outbox) == 1
