"""`make bench`: everything, in a few minutes. `--crowd`: the pages of a large movement, as
`make bench-crowd`. `--offers`: suggestions among 100,000 offers. `--events`: gatherings around
a place among 100,000. `--queries`: the counts alone, as `make check`."""

import os
import sys

os.environ["DJANGO_SETTINGS_MODULE"] = "bench.settings"
DATABASES = {
    "--queries": "_budgets",
    "--crowd": "_crowd",
    "--offers": "_offers",
    "--events": "_events",
}


def main() -> int:
    asked = next((one for one in DATABASES if one in sys.argv[1:]), "")
    if asked:
        os.environ["BENCH_DATABASE"] = DATABASES[asked]

    import django

    django.setup()

    from bench import run
    from essaim.foundation.embedded_postgres import database_running

    ways = {
        "--queries": run.queries,
        "--crowd": run.crowds,
        "--offers": run.offers,
        "--events": run.events,
    }
    with database_running():
        return ways.get(asked, run.everything)()


if __name__ == "__main__":
    sys.exit(main())
