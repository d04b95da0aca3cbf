from typing import ClassVar

from django.db import connection, models

from essaim.discussions.models.threads import Position, Post, Thread
from essaim.foundation.clock import now
from essaim.foundation.privacy import Erasure, personal
from essaim.members.models import Member


class PostSupportQuerySet(models.QuerySet["PostSupport"]):
    def add_once(self, *, post: Post, member: Member) -> bool:
        """One statement: however often one clicks there is one row; False when it was there."""
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO discussions_postsupport (post_id, member_id, supported_at)"
                " VALUES (%s, %s, %s) ON CONFLICT (post_id, member_id) DO NOTHING",
                [post.pk, member.pk, now()],
            )
            return int(cursor.rowcount) == 1


@personal(
    purpose="Who finds a message convincing; the counts are public, the names are not.",
    subject="member",
    on_erasure=Erasure.DELETE,
    exported="post supported_at",
    other="id",
)
class PostSupport(models.Model):
    """One member behind one message, once."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="supports")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="post_supports")
    supported_at = models.DateTimeField(default=now)

    objects = PostSupportQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["post", "member"], name="post_support_once"),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} supports {self.post_id}"


class StanceQuerySet(models.QuerySet["Stance"]):
    def take(self, *, thread: Thread, member: Member, position: str) -> bool:
        """One statement, the last one stands; False when the member held this position already."""
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO discussions_stance AS held (thread_id, member_id, position, taken_at)"
                " VALUES (%s, %s, %s, %s) ON CONFLICT (thread_id, member_id) DO UPDATE"
                " SET position = excluded.position, taken_at = excluded.taken_at"
                " WHERE held.position <> excluded.position",
                [thread.pk, member.pk, position, now()],
            )
            return int(cursor.rowcount) == 1


@personal(
    purpose="The position a member holds in a conversation; counted, never named.",
    subject="member",
    on_erasure=Erasure.DELETE,
    exported="thread position taken_at",
    other="id",
)
class Stance(models.Model):
    """One member's present position in one thread: the last one taken, in a message or alone."""

    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="stances")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="stances")
    position = models.CharField(max_length=12, choices=Position)
    taken_at = models.DateTimeField(default=now)

    objects = StanceQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["thread", "member"], name="stance_once"),
        ]

    def __str__(self) -> str:
        return f"{self.position} in {self.thread_id}"
