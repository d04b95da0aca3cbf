"""`make bench`: everything, in a few minutes. `--queries`: the counts alone, as `make check`."""

import os
import sys

os.environ["DJANGO_SETTINGS_MODULE"] = "bench.settings"


def main() -> int:
    import django

    django.setup()

    from bench import run
    from essaim.foundation.embedded_postgres import database_running

    with database_running():
        return run.queries() if "--queries" in sys.argv[1:] else run.everything()


if __name__ == "__main__":
    sys.exit(main())
