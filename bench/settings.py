"""What `make demo` runs with, and one page more: the empty one that all others are compared to."""

from config.settings.development import *

ROOT_URLCONF = "bench.urls"
ALLOWED_HOSTS = ["testserver"]
