"""On one's own machine: `make demo` and `make serve`."""

from config.settings.base import *
from config.settings.base import COLLECTED, INSTALLED_APPS, STORAGES, env

SECRET_KEY = env.str("ESSAIM_SECRET_KEY", default="only-for-this-machine-and-its-demo")
ESSAIM_DEMO = env.bool("ESSAIM_DEMO", default=True)
if ESSAIM_DEMO:
    INSTALLED_APPS = [*INSTALLED_APPS, "essaim.demo"]
    EMAIL_BACKEND = "essaim.demo.mailbox.MailboxBackend"
if env.bool("ESSAIM_STATIC_COLLECTED", default=False):  # the demo weighs what production weighs
    STORAGES["staticfiles"] = COLLECTED
else:
    STATIC_ROOT = None
    WHITENOISE_USE_FINDERS = True
