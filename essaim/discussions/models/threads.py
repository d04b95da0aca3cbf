from datetime import timedelta
from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.db import connection, models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from essaim.communities.models import Audience, Community
from essaim.foundation import ids
from essaim.foundation.clock import now
from essaim.foundation.privacy import Erasure, impersonal, personal
from essaim.foundation.search import Fields
from essaim.members.models import Member

POST_LENGTH = 5000
SEARCHED_POST = Fields(body="text")
EDIT_WINDOW = timedelta(minutes=15)
WITHDRAWAL_UNDO = timedelta(minutes=15)  # after it the words are gone
WITHDRAWN = 0  # the number of the wording that a withdrawal put aside


class ThreadQuerySet(models.QuerySet["Thread"]):
    def hold_open(self, thread_id: int) -> "Thread":
        """The thread, kept from closing until this transaction ends; many may hold it at once."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM discussions_thread WHERE id = %s FOR SHARE", [thread_id])
        return self.select_related("community").get(pk=thread_id)


@impersonal(
    purpose="One conversation, belonging to one thing of an upper floor.",
    fields="id public_id community audience subject_kind opened_at closed_at",
)
class Thread(models.Model):
    """Its owner (an idea, a debate…) points here and keeps the audience in step."""

    public_id = models.CharField(max_length=12, unique=True, default=ids.public_id)
    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="threads")
    audience = models.CharField(max_length=20, choices=Audience, default=Audience.PUBLIC)
    subject_kind = models.CharField(max_length=20)
    opened_at = models.DateTimeField(default=now)
    closed_at = models.DateTimeField(null=True)

    objects = ThreadQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.subject_kind} thread {self.public_id}"


class Position(models.TextChoices):
    """The side a contribution takes, when it takes one."""

    FOR = "for", _("for")
    AGAINST = "against", _("against")
    ANOTHER_WAY = "another_way", _("another way")


class Waiting(models.TextChoices):
    """What something that is hidden without a decision waits for."""

    LOOK = "look", _("a first look")  # never shown yet: only its author and moderators know of it
    DECISION = "decision", _("a decision")  # reported by enough people: a gap that says so


class PostQuerySet(models.QuerySet["Post"]):
    def standing(self) -> "PostQuerySet":
        """Neither withdrawn by its author nor hidden by a moderator."""
        return self.filter(withdrawn_at__isnull=True, hidden_at__isnull=True)

    def appeared(self) -> "PostQuerySet":
        """What was shown once, though nothing may be left of it: not what waits for a look."""
        return self.exclude(waiting_for=Waiting.LOOK)

    def appeared_to(self, member_id: int | None) -> "PostQuerySet":
        """The same, with what waits of this member's own."""
        if member_id is None:
            return self.appeared()
        return self.filter(~Q(waiting_for=Waiting.LOOK) | Q(author=member_id))


@personal(
    purpose="What a member says in a thread.",
    subject="author",
    on_erasure=Erasure.ANONYMISE,
    exported="text position created_at edited_at withdrawn_at",
    blanked="author_label",
    other="id public_id thread parent root language hidden_at hidden_by hiding_reason waiting_for"
    " source_ref source_url",
)
class Post(models.Model):
    """One contribution. An imported one has no author here but the label its source gave.

    Hidden and `waiting_for` nothing, it was hidden by a decision, whose reason stands with it.
    """

    public_id = models.CharField(max_length=12, unique=True, default=ids.public_id)
    thread = models.ForeignKey(Thread, on_delete=models.PROTECT, related_name="posts")
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="replies"
    )
    # The contribution this one descends from, none for a root: brings all replies in one query.
    root = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="descendants"
    )
    author = models.ForeignKey(Member, null=True, blank=True, on_delete=models.SET_NULL)
    author_label = models.CharField(max_length=80, blank=True)
    text = models.TextField(max_length=POST_LENGTH)
    language = models.CharField(max_length=2, default="fr")
    position = models.CharField(max_length=12, choices=Position, blank=True)
    created_at = models.DateTimeField(default=now)
    edited_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    hidden_at = models.DateTimeField(null=True)
    hidden_by = models.ForeignKey(
        Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    hiding_reason = models.TextField(blank=True, max_length=600)
    waiting_for = models.CharField(max_length=8, choices=Waiting, blank=True)
    source_ref = models.CharField(max_length=60, null=True, blank=True)
    source_url = models.URLField(blank=True, max_length=300)

    objects = PostQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["thread", "source_ref"], name="post_imported_once"),
            models.CheckConstraint(
                condition=Q(waiting_for="") | Q(hidden_at__isnull=False),
                name="post_waits_hidden",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["thread", "created_at", "id"], name="post_of_thread"),
            models.Index(fields=["author", "created_at"], name="post_of_author"),
            models.Index(fields=["root", "created_at", "id"], name="post_of_root"),
            GinIndex(SEARCHED_POST.document, name="post_searched"),
        ]

    def __str__(self) -> str:
        return self.public_id


@personal(
    purpose="What a message said before its author corrected it.",
    subject="author",
    on_erasure=Erasure.ANONYMISE,
    exported="text written_at",
    other="id post number replaced_at",
)
class PostVersion(models.Model):
    """A wording that was replaced; the present one stands in the post.

    Withdrawing deletes them all, but for the last one, which waits a few minutes to be put back.
    """

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField()
    author = models.ForeignKey(Member, null=True, blank=True, on_delete=models.SET_NULL)
    text = models.TextField(max_length=POST_LENGTH)
    written_at = models.DateTimeField()
    replaced_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["post", "number"], name="post_version_number"),
        ]

    def __str__(self) -> str:
        return f"{self.post_id} v{self.number}"
