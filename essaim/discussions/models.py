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
CURRENT_LENGTHS = {"name": 120, "summary": 1000}
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


class PostQuerySet(models.QuerySet["Post"]):
    def standing(self) -> "PostQuerySet":
        """Neither withdrawn by its author nor hidden by a moderator."""
        return self.filter(withdrawn_at__isnull=True, hidden_at__isnull=True)


@personal(
    purpose="What a member says in a thread.",
    subject="author",
    on_erasure=Erasure.ANONYMISE,
    exported="text position created_at edited_at withdrawn_at",
    blanked="author_label",
    other="id public_id thread parent root language hidden_at hidden_by hiding_reason source_ref"
    " source_url",
)
class Post(models.Model):
    """One contribution. An imported one has no author here but the label its source gave."""

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
    source_ref = models.CharField(max_length=60, null=True, blank=True)
    source_url = models.URLField(blank=True, max_length=300)

    objects = PostQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["thread", "source_ref"], name="post_imported_once"),
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


@personal(
    purpose="A current of thought that a host named in a conversation.",
    subject="named_by",
    on_erasure=Erasure.ANONYMISE,
    exported="name summary named_at withdrawn_at",
    other="id public_id thread language",
)
class Current(models.Model):
    """A way of seeing things that several contributions carry, whatever their number."""

    public_id = models.CharField(max_length=12, unique=True, default=ids.public_id)
    thread = models.ForeignKey(Thread, on_delete=models.PROTECT, related_name="currents")
    name = models.CharField(max_length=CURRENT_LENGTHS["name"])
    summary = models.TextField(blank=True, max_length=CURRENT_LENGTHS["summary"])
    language = models.CharField(max_length=2, default="fr")
    named_by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL)
    named_at = models.DateTimeField(default=now)
    withdrawn_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name


@impersonal(
    purpose="A contribution that carries a current, until its author leaves it.",
    fields="id current post added_at left_at",
)
class CurrentPost(models.Model):
    """Whoever wrote the message may take it out; a host does not put it back."""

    current = models.ForeignKey(Current, on_delete=models.CASCADE, related_name="carriers")
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="carries")
    added_at = models.DateTimeField(default=now)
    left_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["current", "post"], name="current_post_once"),
        ]

    def __str__(self) -> str:
        return f"{self.post_id} carries {self.current_id}"


class ReportReason(models.TextChoices):
    """Why a member thinks a post should not stand."""

    ABUSE = "abuse", _("insults or attacks a person")
    PRIVATE = "private", _("tells private things about someone")
    UNLAWFUL = "unlawful", _("breaks the law")
    SPAM = "spam", _("is advertising or spam")
    OTHER = "other", _("another reason")


@personal(
    purpose="A member's report of a post and what the moderators decided, with reasons.",
    subject="reporter",
    on_erasure=Erasure.ANONYMISE,
    exported="reason note created_at decided_at",
    blanked="note",
    other="id public_id post decided_by decision_reason was_hidden",
)
class Report(models.Model):
    """One open report a member and post; the decision is recorded with its reason."""

    public_id = models.CharField(max_length=12, unique=True, default=ids.public_id)
    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="reports")
    reporter = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL)
    reason = models.CharField(max_length=10, choices=ReportReason)
    note = models.TextField(blank=True, max_length=600)
    created_at = models.DateTimeField(default=now)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    decision_reason = models.TextField(blank=True, max_length=600)
    was_hidden = models.BooleanField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["post", "reporter"],
                condition=Q(decided_at__isnull=True),
                name="report_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reason} on {self.post_id}"
