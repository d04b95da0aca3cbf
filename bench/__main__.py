"""`make bench`: everything, in a few minutes. `--queries`: the counts alone, as `make check`."""

import os
import sys

os.environ["DJANGO_SETTINGS_MODULE"] = "bench.settings"


def main() -> int:
    counts_only = "--queries" in sys.argv[1:]
    if counts_only:
        os.environ["BENCH_DATABASE"] = "_budgets"

    import django

    django.setup()

    from bench import run
    from essaim.foundation.embedded_postgres import database_running

    with database_running():
        return run.queries() if counts_only else run.everything()


if __name__ == "__main__":
    sys.exit(main())
