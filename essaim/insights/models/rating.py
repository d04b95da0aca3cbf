from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from essaim.communities.models import Community
from essaim.foundation.clock import now
from essaim.foundation.privacy import Erasure, impersonal, personal
from essaim.members.models import Member

MARKS = range(1, 6)


class Question(models.TextChoices):
    """The three questions of the year."""

    OPENNESS = "openness", _("Openness and diversity")
    AUTONOMY = "autonomy", _("Autonomy")
    MEANS = "means", _("Doing with the means at hand")


class RatingQuerySet(models.QuerySet["Rating"]):
    def running(self) -> "RatingQuerySet":
        return self.filter(closed_at__isnull=True)


@impersonal(
    purpose="That a community rates itself, once a year, until a day.",
    fields="id community year opened_at closes_on closed_at eligible",
)
class Rating(models.Model):
    """One a year and community. `eligible` is how many belonged when it was opened."""

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="ratings")
    year = models.PositiveSmallIntegerField()
    opened_at = models.DateTimeField(default=now)
    closes_on = models.DateField()  # the last day
    closed_at = models.DateTimeField(null=True)
    eligible = models.PositiveIntegerField()

    objects = RatingQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["community", "year"], name="rating_once_a_year"),
            models.UniqueConstraint(
                fields=["community"],
                condition=Q(closed_at__isnull=True),
                name="rating_one_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.community_id} in {self.year}"


@personal(
    purpose="Who has answered a yearly rating, so that nobody answers twice; never what or when.",
    subject="member",
    on_erasure=Erasure.DELETE,
    exported="rating",
    other="id",
)
class Answered(models.Model):
    """That a member answered. What they answered is in no row: see `Tick`."""

    rating = models.ForeignKey(Rating, on_delete=models.CASCADE, related_name="+")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+")

    class Meta:
        verbose_name_plural = "answered"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["rating", "member"], name="answered_once"),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} answered {self.rating_id}"


@impersonal(
    purpose="How often each mark was given to each question of a rating; no answer by itself.",
    fields="id rating question mark times",
)
class Tick(models.Model):
    """Fifteen counters a rating, made when it opens: an answer adds one to three of them.

    So no answer exists as a row: nothing has an order, a time or a key that leads to who gave it.
    """

    rating = models.ForeignKey(Rating, on_delete=models.CASCADE, related_name="ticks")
    question = models.CharField(max_length=10, choices=Question)
    mark = models.PositiveSmallIntegerField()
    times = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["rating", "question", "mark"], name="tick_one_each"),
            models.CheckConstraint(condition=Q(mark__gte=1, mark__lte=5), name="tick_one_to_five"),
        ]

    def __str__(self) -> str:
        return f"{self.question} {self.mark}: {self.times}"
