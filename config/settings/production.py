"""A real installation: nothing starts without secrets and addresses from the environment."""

from config.settings.base import *
from config.settings.base import COLLECTED, STORAGES, env

SECRET_KEY = env.str("ESSAIM_SECRET_KEY")
SECRET_KEY_FALLBACKS = env.list("ESSAIM_SECRET_KEY_FALLBACKS", default=[])
ALLOWED_HOSTS = env.list("ESSAIM_HOSTS")
SITE_URL = env.str("ESSAIM_URL").rstrip("/")
CSRF_TRUSTED_ORIGINS = [SITE_URL]

ESSAIM_SECOND_FACTOR = env.bool("ESSAIM_SECOND_FACTOR", default=True)

SESSION_COOKIE_NAME = "__Host-session"
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_NAME = "__Host-csrf"
CSRF_COOKIE_SECURE = True
LANGUAGE_COOKIE_SECURE = True
SECURE_SSL_REDIRECT = env.bool("ESSAIM_HTTPS_REDIRECT", default=True)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 63_072_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True

STORAGES["staticfiles"] = COLLECTED
vars().update(env.email_url("ESSAIM_MAIL_URL", default="smtp://127.0.0.1:25"))
