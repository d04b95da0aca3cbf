"""For `make test`: a database of its own, mails in memory, quick hashes."""

from pathlib import Path
from tempfile import TemporaryDirectory

from config.settings.base import *
from config.settings.base import DATABASES, INSTALLED_APPS, MIDDLEWARE, env

SECRET_KEY = "only-for-tests"  # noqa: S105  no real installation uses this file
ESSAIM_DEMO = True
INSTALLED_APPS = [*INSTALLED_APPS, "essaim.demo", "zeal"]
# A request that loads the same relation row by row is an error. Two actions of one request may
# each lock and read again what they change.
MIDDLEWARE = [*MIDDLEWARE, "zeal.middleware.zeal_middleware"]
ZEAL_ALLOWLIST = [{"model": "*", "field": "get()"}]
ALLOWED_HOSTS = ["*"]
# Each pytest worker and each parallel run has its own database; no pool, so that a test's
# connections end with it.
POOL = DATABASES["default"]["OPTIONS"].pop("pool")
# Tests fear no crash, and their small tables never repay compiling a query.
DATABASES["default"]["OPTIONS"]["options"] = "-c synchronous_commit=off -c jit=off"
DATABASES["default"]["TEST"] = {"NAME": f"test_essaim{env.str('ESSAIM_TEST_SUFFIX', default='')}"}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STATIC_ROOT = None
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
SITE_URL = "http://testserver"
ESSAIM_SEARCH_MILLISECONDS = 60_000  # what is found does not depend on who else is busy
ESSAIM_PAGE_CACHE_SECONDS = 0  # query counts are literal; the cache's own tests turn it on
_files = TemporaryDirectory(prefix="essaim-files-")  # gone with the process
ESSAIM_FILES = Path(_files.name)
