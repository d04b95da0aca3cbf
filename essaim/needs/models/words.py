from django.db import models
from django.utils.translation import gettext_lazy as _

TITLE_LENGTH = 120
TEXT_LENGTH = 1500
UNDER_AN_HOUR = 60
LONGEST = 100 * 60  # minutes: what takes longer is a project, not a need
MOST_PEOPLE = 50


class Remote(models.TextChoices):
    """From where it can be done."""

    EITHER = "either", _("here or from home")
    REMOTE = "remote", _("from home")
    ONSITE = "onsite", _("on the spot")
