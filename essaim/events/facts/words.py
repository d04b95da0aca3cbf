from django.db import models
from django.utils.translation import pgettext_lazy


class State(models.TextChoices):
    """Where a gathering stands."""

    DRAFT = "draft", pgettext_lazy("gathering", "draft")
    PUBLISHED = "published", pgettext_lazy("gathering", "planned")
    POSTPONED = "postponed", pgettext_lazy("gathering", "postponed")
    CANCELLED = "cancelled", pgettext_lazy("gathering", "cancelled")
    HELD = "held", pgettext_lazy("gathering", "held")


class Standing(models.TextChoices):
    """Where somebody stands who was asked, or asked, to come."""

    GOING = "going", pgettext_lazy("gathering", "is coming")
    MAYBE = "maybe", pgettext_lazy("gathering", "may come")
    NOT = "not", pgettext_lazy("gathering", "is not coming")
    WAITING = "waiting", pgettext_lazy("gathering", "waits for a seat")
    OFFERED = "offered", pgettext_lazy("gathering", "is offered a seat")


class Change(models.TextChoices):
    """What everybody registered is told of."""

    MOVED = "moved", pgettext_lazy("gathering", "moved")
    POSTPONED = "postponed", pgettext_lazy("gathering", "postponed")
    CANCELLED = "cancelled", pgettext_lazy("gathering", "cancelled")
    SOON = "soon", pgettext_lazy("gathering", "soon")
    MINUTES = "minutes", pgettext_lazy("gathering", "its minutes are there")


class Outcome(models.TextChoices):
    """What became of a question on the agenda."""

    ANSWERED = "answered", pgettext_lazy("agenda", "answered")
    UNANSWERED = "unanswered", pgettext_lazy("agenda", "not answered")


class CostKind(models.TextChoices):
    """What a gathering took: money, or time."""

    EXPENSE = "expense", pgettext_lazy("costs", "an expense")
    HOURS = "hours", pgettext_lazy("costs", "hours that people gave")


class Again(models.TextChoices):
    """Why a picture is shown again after somebody on it said no."""

    AGREED = "agreed", pgettext_lazy("picture", "we have talked, and they agree now")
    MISTAKE = "mistake", pgettext_lazy("picture", "they pressed the button by mistake")
    NOBODY = "nobody", pgettext_lazy("picture", "nobody can be recognised on it")
