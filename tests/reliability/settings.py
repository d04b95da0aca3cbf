"""The foundation alone with one listener: what is killed and restarted here is a real worker."""

from config.settings.test import *  # noqa: F403  settings are inherited so
from config.settings.test import DATABASES, POOL

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.postgres",
    "procrastinate.contrib.django",
    "essaim.foundation",
    "tests.reliability.effects",
]
MIDDLEWARE = []
ROOT_URLCONF = "essaim.foundation.urls"
AUTH_USER_MODEL = "auth.User"
DATABASES["default"]["OPTIONS"]["pool"] = POOL
