from typing import ClassVar

from django.db import models
from django.db.models import Q

from essaim.communities.models import Community
from essaim.discussions.models import Post
from essaim.foundation.clock import now
from essaim.foundation.privacy import impersonal
from essaim.ideas.models.ideas import Idea


@impersonal(purpose="A community's programme.", fields="id community created_at")
class Programme(models.Model):
    community = models.OneToOneField(Community, on_delete=models.PROTECT, related_name="programme")
    created_at = models.DateTimeField(default=now)

    def __str__(self) -> str:
        return f"programme of {self.community_id}"


@impersonal(
    purpose="A version of a programme; published ones never change.",
    fields="id programme number summary created_at published_at",
)
class ProgrammeVersion(models.Model):
    """The draft has no `published_at`; publishing freezes it and the next draft copies it."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    summary = models.TextField(blank=True, max_length=1000)
    created_at = models.DateTimeField(default=now)
    published_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["programme", "number"], name="programme_version"),
            models.UniqueConstraint(
                fields=["programme"],
                condition=Q(published_at__isnull=True),
                name="programme_one_draft",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.programme_id} v{self.number}"

    def sentences(self) -> "SentenceQuerySet":
        return Sentence.objects.filter(item__section__version=self)


@impersonal(purpose="A section of a version.", fields="id version position title")
class Section(models.Model):
    version = models.ForeignKey(ProgrammeVersion, on_delete=models.CASCADE, related_name="sections")
    position = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=120)

    class Meta:
        ordering: ClassVar = ["position", "id"]

    def __str__(self) -> str:
        return self.title


@impersonal(
    purpose="A measure or action of the programme; its number stays its own in all versions.",
    fields="id section position number title",
)
class ProgrammeItem(models.Model):
    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="items")
    position = models.PositiveSmallIntegerField()
    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=200)

    class Meta:
        ordering: ClassVar = ["position", "id"]

    def __str__(self) -> str:
        return f"{self.number}. {self.title}"


class SentenceQuerySet(models.QuerySet["Sentence"]):
    def unfounded(self) -> "SentenceQuerySet":
        """With neither a contribution behind them nor a stated reason."""
        return self.filter(stated_reason="", sources__isnull=True)


@impersonal(
    purpose="A sentence of an item, with a reason when no contribution stands behind it.",
    fields="id item position text stated_reason",
)
class Sentence(models.Model):
    item = models.ForeignKey(ProgrammeItem, on_delete=models.CASCADE, related_name="sentences")
    position = models.PositiveSmallIntegerField()
    text = models.TextField(max_length=1000)
    stated_reason = models.CharField(max_length=400, blank=True)

    objects = SentenceQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["position", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["item", "position"], name="sentence_has_its_position"),
        ]

    def __str__(self) -> str:
        return self.text[:60]


@impersonal(purpose="Which contribution stands behind a sentence.", fields="id sentence idea post")
class SentenceSource(models.Model):
    """An idea or a post, exactly one."""

    sentence = models.ForeignKey(Sentence, on_delete=models.CASCADE, related_name="sources")
    idea = models.ForeignKey(
        Idea, null=True, blank=True, on_delete=models.PROTECT, related_name="behind"
    )
    post = models.ForeignKey(
        Post, null=True, blank=True, on_delete=models.PROTECT, related_name="behind"
    )

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(idea__isnull=False, post__isnull=True)
                | Q(idea__isnull=True, post__isnull=False),
                name="sentence_source_one_kind",
            ),
            models.UniqueConstraint(fields=["sentence", "idea"], name="sentence_source_idea_once"),
            models.UniqueConstraint(fields=["sentence", "post"], name="sentence_source_post_once"),
        ]

    def __str__(self) -> str:
        return f"{self.sentence_id} ← {self.idea_id or self.post_id}"
