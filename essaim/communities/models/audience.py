from django.db import models
from django.utils.translation import gettext_lazy as _


class Audience(models.TextChoices):
    """Whom a thing inside a community is for, among those who may see the community at all."""

    PUBLIC = "public", _("everyone")
    MEMBERS = "members", _("members")
    ROLE_HOLDERS = "role_holders", _("people with a role")
    NOBODY = "nobody", _("nobody")
