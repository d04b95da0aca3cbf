from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

TITLE_LENGTH = 120
TEXT_LENGTH = 1500
UNDER_AN_HOUR = 60
LONGEST = 100 * 60  # minutes: what takes longer is a project, not a need
MOST_PEOPLE = 50
# What takes something new, of things of communities: as `Community.is_open` says it of one.
IN_OPEN_COMMUNITIES = Q(
    community__opened_at__isnull=False,
    community__closed_at__isnull=True,
    community__archived_at__isnull=True,
)


class Remote(models.TextChoices):
    """From where it can be done."""

    EITHER = "either", _("here or from home")
    REMOTE = "remote", _("from home")
    ONSITE = "onsite", _("on the spot")
