"""The whole site, whose mails are files: what was sent stays so, whatever is rolled back."""

import os

from config.settings.test import *  # noqa: F403  settings are inherited so
from config.settings.test import DATABASES, POOL

EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = os.environ["ESSAIM_TEST_MAILS"]
DATABASES["default"]["OPTIONS"]["pool"] = POOL
