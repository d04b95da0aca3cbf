"""The whole site as `essaim serve` runs it, on the server that its environment names."""

from config.settings.development import *  # noqa: F403  settings are inherited so

ESSAIM_DEMO = False
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
