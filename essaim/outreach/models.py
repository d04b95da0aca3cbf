from typing import Any, ClassVar

from django.db import models
from django.db.models import Exists, Func, OuterRef, Q, Value

from essaim.communities.models import Community
from essaim.foundation import ids
from essaim.foundation.clock import now
from essaim.foundation.privacy import Erasure, personal
from essaim.members.models import Member


class NoticeQuerySet(models.QuerySet["Notice"]):
    def of_what_is_on(self) -> "NoticeQuerySet":
        """Without those of a sub-platform that their community has switched off: they wait."""
        subplatform = Func(OuterRef("kind"), Value("."), Value(1), function="split_part")
        off = Community.objects.filter(
            pk=OuterRef("community_id"), switched_off__contains=[subplatform]
        )
        return self.filter(~Exists(off))


@personal(
    purpose="What a member should hear; worded when it is shown, from ids.",
    subject="member",
    on_erasure=Erasure.DELETE,
    exported="kind created_at read_at mailed_at",
    other="id community_id details key",
)
class Notice(models.Model):
    """One thing told to one member, once: the same (kind, key) is never told again.

    The first word of its kind names the sub-platform it is of.
    """

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=60)
    key = models.CharField(max_length=80)
    community_id = models.BigIntegerField(null=True)
    details: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=now)
    read_at = models.DateTimeField(null=True)
    mailed_at = models.DateTimeField(null=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["member", "kind", "key"], name="notice_told_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["member", "-created_at", "-id"], name="notice_of_member"),
            models.Index(
                fields=["member"], name="notice_unread", condition=Q(read_at__isnull=True)
            ),
            models.Index(
                fields=["member", "id"], name="notice_to_mail", condition=Q(mailed_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} for {self.member_id}"


@personal(
    purpose="Whether a member wants the daily e-mail, and the secret of the link that stops it.",
    subject="member",
    on_erasure=Erasure.DELETE,
    exported="wants_digest last_digest_at",
    other="id stop_token",
)
class MailPreference(models.Model):
    member = models.OneToOneField(Member, on_delete=models.CASCADE, related_name="mail_preference")
    wants_digest = models.BooleanField(default=True)
    stop_token = models.CharField(max_length=64, unique=True, default=ids.secret_token)
    last_digest_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.member_id}: {self.wants_digest}"
