from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Concat
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from essaim.communities.models import Audience, Community
from essaim.discussions.models import Waiting
from essaim.foundation import ids
from essaim.foundation.clock import now
from essaim.foundation.privacy import Erasure, impersonal, personal
from essaim.foundation.search import Fields
from essaim.ideas.models import Idea
from essaim.members.models import Member
from essaim.projects.models.observations import Observation

PROJECT = "projects.project"  # what a project is called where things of any kind are meant
PART_LENGTH = 1200
# A stranger has to understand these before others are asked to look.
NEEDED = ("problem", "for_whom", "smallest_version", "existing")
# Its name is found among those of communities, and leads to it.
SEARCHED_PROJECT = Fields(
    body=Concat(
        "for_whom",
        Value(" "),
        "problem",
        Value(" "),
        "smallest_version",
        Value(" "),
        "means",
        output_field=models.TextField(),
    ),
)


class State(models.TextChoices):
    """Where a project stands; what became of it in the end is its outcome, kept apart."""

    DRAFT = "draft", pgettext_lazy("project", "draft")
    SUBMITTED = "submitted", pgettext_lazy("project", "waiting for its validation")
    VALIDATED = "validated", pgettext_lazy("project", "validated")
    REFUSED = "refused", pgettext_lazy("project", "refused")
    RUNNING = "running", pgettext_lazy("project", "running")
    PAUSED = "paused", pgettext_lazy("project", "paused")
    ENDED = "ended", pgettext_lazy("project", "ended")


# Their community is not open yet: seen by the team, and by who validates once submitted.
UNOPENED = frozenset({State.DRAFT, State.SUBMITTED, State.REFUSED})
LIVE = frozenset({State.VALIDATED, State.RUNNING, State.PAUSED})


class Outcome(models.TextChoices):
    """What became of a project that ended."""

    OPERATED_BY_HOST = "operated_by_host", _("run by the community that hosted it")
    TRANSFERRED = "transferred", _("handed over to others")
    MERGED = "merged", _("merged into another project")
    OWN_BODY = "own_body", _("became an association or a company")
    CONTINUED_INFORMALLY = "continued_informally", _("goes on informally")
    STOPPED_NO_NEED = "stopped_no_need", _("stopped: nobody needed it")
    STOPPED_NO_MEANS = "stopped_no_means", _("stopped: the means were missing")
    WITHDRAWN = "withdrawn", _("withdrawn by its bearer")


class ProjectQuerySet(models.QuerySet["Project"]):
    def standing(self) -> "ProjectQuerySet":
        """Neither withdrawn by its bearer nor hidden by a moderator."""
        return self.filter(withdrawn_at__isnull=True, hidden_at__isnull=True)

    def told(self) -> "ProjectQuerySet":
        """Those that a list shows: past their validation, or where none is asked for."""
        return self.standing().exclude(state__in=UNOPENED)


@personal(
    purpose="What a person undertakes with others, and where it stands.",
    subject="bearer",
    on_erasure=Erasure.ANONYMISE,
    exported="community state outcome outcome_words problem for_whom smallest_version existing"
    " means created_at submitted_at validated_at started_on ended_on withdrawn_at",
    other="id public_id audience language idea observation copied_from offered_to"
    " is_social_business pays_no_dividend edited_at hidden_at hidden_by hiding_reason waiting_for"
    " source_name source_url source_key recording_since",
    is_named=True,
)
class Project(models.Model):
    """It belongs to its bearer; its name, place, team and followers are those of its community.

    A draft made of an idea is `offered_to` its author until they take it up. `recording_since`:
    nothing that failed before that day was written down, so figures start there.
    """

    public_id = models.CharField(max_length=12, unique=True, default=ids.public_id)
    community = models.OneToOneField(Community, on_delete=models.PROTECT, related_name="project")
    audience = models.CharField(max_length=20, choices=Audience, default=Audience.PUBLIC)
    bearer = models.ForeignKey(
        Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="projects_borne"
    )
    offered_to = models.ForeignKey(
        Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    outcome = models.CharField(max_length=22, choices=Outcome, blank=True)
    outcome_words = models.TextField(blank=True, max_length=PART_LENGTH)
    problem = models.TextField(blank=True, max_length=PART_LENGTH)
    for_whom = models.TextField(blank=True, max_length=PART_LENGTH)
    smallest_version = models.TextField(blank=True, max_length=PART_LENGTH)
    existing = models.TextField(blank=True, max_length=PART_LENGTH)  # who does this here already
    means = models.TextField(blank=True, max_length=PART_LENGTH)
    language = models.CharField(max_length=2, default="fr")
    idea = models.ForeignKey(
        Idea, null=True, blank=True, on_delete=models.PROTECT, related_name="projects"
    )
    observation = models.ForeignKey(
        Observation, null=True, blank=True, on_delete=models.PROTECT, related_name="projects"
    )
    copied_from = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="copies"
    )
    is_social_business = models.BooleanField(default=False)
    pays_no_dividend = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=now)
    edited_at = models.DateTimeField(null=True)
    submitted_at = models.DateTimeField(null=True)
    validated_at = models.DateTimeField(null=True)
    started_on = models.DateField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True)
    hidden_at = models.DateTimeField(null=True)
    hidden_by = models.ForeignKey(
        Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    hiding_reason = models.TextField(blank=True, max_length=600)
    waiting_for = models.CharField(max_length=8, choices=Waiting, blank=True)
    source_name = models.CharField(max_length=120, blank=True)
    source_url = models.URLField(blank=True, max_length=300)
    source_key = models.CharField(max_length=120, null=True, blank=True)
    recording_since = models.DateField(null=True, blank=True)

    objects = ProjectQuerySet.as_manager()
    named_by: ClassVar = ("community",)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["source_name", "source_key"], name="project_imported_once"
            ),
            models.UniqueConstraint(
                fields=["idea"], condition=Q(withdrawn_at__isnull=True), name="project_once_of_idea"
            ),
            models.CheckConstraint(
                condition=Q(outcome="") | Q(state=State.ENDED), name="project_outcome_at_its_end"
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True)
                | Q(started_on__isnull=True)
                | Q(ended_on__gte=F("started_on")),
                name="project_ends_after_start",
            ),
            models.CheckConstraint(
                condition=~Q(copied_from=F("id")), name="project_never_its_own_copy"
            ),
            models.CheckConstraint(
                condition=Q(offered_to__isnull=True) | Q(state=State.DRAFT, bearer__isnull=True),
                name="project_offered_while_nobody_bears_it",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["state", "-created_at", "-id"], name="project_by_state"),
            GinIndex(SEARCHED_PROJECT.document, name="project_searched"),
        ]

    def __str__(self) -> str:
        return self.community.name

    @property
    def unwritten(self) -> list[str]:
        """What has to be written yet, by the names of its fields."""
        return [name for name in NEEDED if not getattr(self, name).strip()]

    @property
    def is_live(self) -> bool:
        """Past its validation, not ended, not taken away."""
        return self.state in LIVE and not self.withdrawn_at and not self.hidden_at


@impersonal(purpose="How a project was called before.", fields="id project name source_key")
class FormerName(models.Model):
    """A project that was renamed is found, and recognised by imports, under what it was."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="former_names")
    name = models.CharField(max_length=80)
    source_key = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["project", "name"], name="former_name_once"),
        ]

    def __str__(self) -> str:
        return self.name
