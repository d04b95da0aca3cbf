from collections.abc import Collection
from typing import Any, ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.db import connection, models
from django.db.models import Exists, F, Func, OuterRef, Q
from django.db.models.expressions import RawSQL
from django.db.models.functions import Lower

from essaim.communities.models import Audience
from essaim.discussions.models import Post, Thread, Waiting
from essaim.events.models import Event
from essaim.foundation import ids
from essaim.foundation.clock import now
from essaim.foundation.privacy import Erasure, personal
from essaim.foundation.search import Fields, trigram_index
from essaim.foundation.written_once import WrittenOnce
from essaim.ideas.models.debates import Debate
from essaim.members.models import Member
from essaim.places.models import Place

IDEA = "ideas.idea"  # what an idea is called where things of any kind are meant
TITLE_LENGTH = 160
TEXT_LENGTH = 8000
SEARCHED_IDEA = Fields(title="title", body="text", moment="proposed_at")

_COUNTED = "SELECT unnest(ideas_counted(one)) FROM unnest(%s::bigint[]) AS one"
_COUNTING = "SELECT unnest(ideas_counting(%s::bigint[]))"
_SUPPORTED = (
    "SELECT unnest(ideas_counting(ARRAY(SELECT idea_id FROM ideas_support WHERE member_id = %s)))"
)
_GIVEN = (
    "SELECT unnest(ideas_counting(ARRAY("
    "SELECT idea_id FROM ideas_support WHERE member_id = %s"
    " UNION SELECT id FROM ideas_idea WHERE author_id = %s)))"
)

_MISCOUNTED = """
SELECT idea.id FROM ideas_idea AS idea WHERE idea.supporters <> (
    SELECT count(DISTINCT support.member_id) FROM ideas_support AS support
    WHERE support.idea_id = ANY(ideas_counted(idea.id)) AND NOT EXISTS (
        SELECT 1 FROM ideas_idea AS mine
        WHERE mine.id = ANY(ideas_counted(idea.id)) AND mine.author_id = support.member_id
    )
) ORDER BY idea.id
"""


def _rows(sql: str, *values: Any) -> RawSQL:
    """Ids that a function of the database finds."""
    return RawSQL(sql, values)  # noqa: S611  one of the texts above, its values as parameters


def counts_for(idea_id: str) -> Func:
    """Whether an idea is, or counts for, the one that a query around this one names."""
    counted = Func(OuterRef(idea_id), template="(ideas_counted(%(expressions)s))")
    return Func(
        F("pk"),
        counted,
        template="(%(expressions)s)",
        arg_joiner=" = ANY ",
        output_field=models.BooleanField(),
    )


def is_carried() -> Exists:
    """Whether an idea stands in a debate above, as its community's."""
    above = Idea.objects.filter(carried_from=OuterRef("pk"), debate__withdrawn_at__isnull=True)
    return Exists(above.standing())


class IdeaQuerySet(models.QuerySet["Idea"]):
    def standing(self) -> "IdeaQuerySet":
        """Neither withdrawn by its author nor hidden by a moderator."""
        return self.filter(withdrawn_at__isnull=True, hidden_at__isnull=True)

    def by_itself(self) -> "IdeaQuerySet":
        """Neither merged into another nor split into parts."""
        return self.filter(merged_into__isnull=True, divided_at__isnull=True)

    def current(self) -> "IdeaQuerySet":
        """What a debate lists, counts, closes and answers."""
        return self.standing().by_itself()

    def recounted(self) -> list[int]:
        """Counts again whatever does not agree with the supports themselves: which were wrong."""
        with connection.cursor() as cursor:
            cursor.execute(_MISCOUNTED)
            wrong = [pk for (pk,) in cursor.fetchall()]
            if wrong:
                cursor.execute("SELECT ideas_recount(%s::bigint[])", [wrong])
        return wrong

    def behind(self, idea_ids: Collection[int]) -> "IdeaQuerySet":
        """These, and all that count for them: merged into them, split or carried up as them."""
        return self.filter(pk__in=_rows(_COUNTED, list(idea_ids)))

    def counting(self, idea_ids: Collection[int]) -> "IdeaQuerySet":
        """These, and all that they count for."""
        return self.filter(pk__in=_rows(_COUNTING, list(idea_ids)))

    def supported_by(self, member_id: int) -> "IdeaQuerySet":
        """What the member stands behind: supported itself, or through what counts for it."""
        return self.filter(pk__in=_rows(_SUPPORTED, member_id))

    def concerning(self, member_id: int) -> "IdeaQuerySet":
        """What the member proposed or supported, and what that counts for."""
        return self.filter(pk__in=_rows(_GIVEN, member_id, member_id))

    def carried_up(self) -> "IdeaQuerySet":
        """Those that stand in a debate above, where their answer is given."""
        return self.filter(is_carried())

    def staying(self) -> "IdeaQuerySet":
        """Those that are answered where they are."""
        return self.filter(~is_carried())


@personal(
    purpose="What a member proposes in a debate.",
    subject="author",
    on_erasure=Erasure.ANONYMISE,
    exported="title text place proposed_at withdrawn_at",
    blanked="author_label",
    other="id public_id debate audience thread language category passed_threshold hidden_at"
    " hidden_by hiding_reason waiting_for source_ref source_url source_supports source_supports_on"
    " supporters merged_into part_of divided_at carried_from from_post event edited_at",
)
class Idea(models.Model):
    """A proposal. An imported one has no author here but the label of its source.

    `passed_threshold` is decided when the debate closes. `source_supports` is a dated figure of
    the source: supports that we cannot attribute to anyone and never mix with ours.

    `merged_into` names the surviving idea of its group, which itself is merged into none;
    `part_of` the idea that was divided (at its `divided_at`) into this one and others;
    `carried_from` the idea of a community below that was sent up as this one; `from_post` the
    message that first stated it; `event` the gathering at which it came up. `supporters` counts
    the people behind it: whoever supported it, one merged into it, the one it is a part of, or the
    one it was carried from, once each and never their authors. A trigger keeps it, whoever writes.
    """

    public_id = models.CharField(max_length=12, unique=True, default=ids.public_id)
    debate = models.ForeignKey(Debate, on_delete=models.PROTECT, related_name="ideas")
    audience = models.CharField(max_length=20, choices=Audience, default=Audience.PUBLIC)
    thread = models.OneToOneField(Thread, on_delete=models.PROTECT, related_name="idea")
    author = models.ForeignKey(Member, null=True, blank=True, on_delete=models.SET_NULL)
    author_label = models.CharField(max_length=80, blank=True)
    title = models.CharField(max_length=TITLE_LENGTH)
    text = models.TextField(max_length=TEXT_LENGTH)
    language = models.CharField(max_length=2, default="fr")
    place = models.ForeignKey(Place, null=True, blank=True, on_delete=models.PROTECT)
    category = models.CharField(max_length=120, blank=True)
    proposed_at = models.DateTimeField(default=now)
    passed_threshold = models.BooleanField(null=True)
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
    source_supports = models.PositiveIntegerField(null=True)
    source_supports_on = models.DateField(null=True)
    supporters = models.PositiveIntegerField(default=0, db_default=0)
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged"
    )
    part_of = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="parts"
    )
    divided_at = models.DateTimeField(null=True)
    carried_from = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="carried"
    )
    from_post = models.ForeignKey(
        Post, null=True, blank=True, on_delete=models.PROTECT, related_name="ideas"
    )
    event = models.ForeignKey(
        Event, null=True, blank=True, on_delete=models.SET_NULL, related_name="ideas"
    )

    objects = IdeaQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["debate", "source_ref"], name="idea_imported_once"),
            # Also what keeps a form that was sent twice from making two ideas.
            models.UniqueConstraint(
                "debate",
                "author",
                Lower("title"),
                condition=Q(withdrawn_at__isnull=True),
                name="idea_once_by_author",
            ),
            models.CheckConstraint(
                condition=Q(waiting_for="") | Q(hidden_at__isnull=False),
                name="idea_waits_hidden",
            ),
            models.CheckConstraint(
                condition=Q(source_supports__isnull=True, source_supports_on__isnull=True)
                | Q(source_supports__isnull=False, source_supports_on__isnull=False),
                name="idea_source_supports_dated",
            ),
            models.CheckConstraint(
                condition=~Q(merged_into=F("id")) & ~Q(part_of=F("id")) & ~Q(carried_from=F("id")),
                name="idea_never_its_own",
            ),
            models.UniqueConstraint(fields=["debate", "carried_from"], name="idea_carried_once"),
            models.UniqueConstraint(
                fields=["from_post"],
                condition=Q(withdrawn_at__isnull=True),
                name="idea_once_of_post",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["debate", "-proposed_at", "-id"], name="idea_of_debate"),
            models.Index(fields=["author", "-proposed_at"], name="idea_of_author"),
            models.Index(
                fields=["debate", "-supporters", "-proposed_at", "-id"], name="idea_most_supported"
            ),
            GinIndex(SEARCHED_IDEA.document, name="idea_searched"),
            trigram_index("title", name="idea_title_letters"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_by_itself(self) -> bool:
        return self.merged_into_id is None and self.divided_at is None


IS_CARRIED = WrittenOnce(is_carried, of=Idea, by="pk")


class SupportQuerySet(models.QuerySet["Support"]):
    def add_once(self, *, idea: Idea, member: Member) -> bool:
        """One statement: however often one clicks there is one row; False when it was there."""
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO ideas_support (idea_id, member_id, supported_at) VALUES (%s, %s, %s)"
                " ON CONFLICT (idea_id, member_id) DO NOTHING",
                [idea.pk, member.pk, now()],
            )
            return int(cursor.rowcount) == 1

    def behind(self, idea: Idea) -> "SupportQuerySet":
        """Those that the idea's count is made of: its own, and those that came with others."""
        return self.filter(idea__in=_rows(_COUNTED, [idea.pk]))


@personal(
    purpose="Whose support an idea has; the count is public, the names are not.",
    subject="member",
    on_erasure=Erasure.DELETE,
    exported="idea supported_at",
    other="id",
)
class Support(models.Model):
    """One member behind one idea, once; a withdrawn support is a row less."""

    idea = models.ForeignKey(Idea, on_delete=models.CASCADE, related_name="supports")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="supports")
    supported_at = models.DateTimeField(default=now)

    objects = SupportQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["idea", "member"], name="support_once"),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} supports {self.idea_id}"
