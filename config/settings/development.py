"""On one's own machine: `make demo` and `make serve`."""

from config.settings.base import *
from config.settings.base import INSTALLED_APPS, MIDDLEWARE, env

SECRET_KEY = env.str("ESSAIM_SECRET_KEY", default="only-for-this-machine-and-its-demo")
ESSAIM_DEMO = env.bool("ESSAIM_DEMO", default=True)
if ESSAIM_DEMO:
    INSTALLED_APPS = [*INSTALLED_APPS, "essaim.demo"]
    EMAIL_BACKEND = "essaim.demo.mailbox.MailboxBackend"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
__all__ = ["MIDDLEWARE"]
