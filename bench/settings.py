"""What `make demo` runs with, without the demo, in a database of the benchmarks' own."""

import os

os.environ["ESSAIM_DEMO"] = "false"

from config.settings.development import *
from config.settings.development import DATABASES

ROOT_URLCONF = "bench.urls"
ALLOWED_HOSTS = ["testserver"]
DATABASES["default"]["NAME"] += os.environ.get("BENCH_DATABASE", "_bench")
