"""Mails go out at half past five (UTC), one job a member: one address that fails stops no other."""

from essaim.foundation.jobs import every, job
from essaim.outreach import actions, queries


@job(queue="mail")
def send_digest(*, member_id: int) -> None:
    actions.send_digest(member_id=member_id)


@every("30 5 * * *", queue="mail")
def send_digests() -> None:
    for member_id in queries.members_to_mail():
        send_digest.ask(member_id=member_id)
