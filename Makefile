# Needs Python ≥ 3.11 and make; everything else comes by itself.
#
#   make demo     the demo world at http://127.0.0.1:8000/ (PORT=8100 make demo for another door)
#   make check    all static checks and the budget of queries, in about a minute
#   make test     everything a machine can try, in a quarter of an hour
#   make test-postgresql  the same on this machine's own PostgreSQL, 15 or later
#   make format   what the formatters would write
#   make serve    the site alone, reloading as files change
#   make messages what the code says into the French catalogue; new sentences come empty
#   make lock     new versions of all packages into requirements.lock
#   make bench    the benchmarks; make bench-crowd: the pages of a movement of 388,000

export PORT ?= 8000
BIN = .venv/bin
OLDEST = import sys; sys.exit(sys.version_info < (3, 11))
# The first Python that is young enough; a variable so that the sentence below can follow.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	"$$p" -c "$(OLDEST)" >/dev/null 2>&1 && { command -v "$$p"; break; }; done)
TEMPLATES = $(sort $(wildcard essaim/*/jinja2))

.PHONY: demo serve environment catalogue messages browser check test test-postgresql format lock bench
.PHONY: bench-crowd check-style check-types check-floors check-templates check-migrations check-budgets
.SILENT:
.DEFAULT_GOAL = demo

demo: catalogue
	$(BIN)/essaim demo

serve: catalogue
	$(BIN)/essaim migrate
	$(BIN)/essaim manage runserver 127.0.0.1:$(PORT)

environment:
	if ! "$(PYTHON)" -c "$(OLDEST)" >/dev/null 2>&1; then \
		echo "Essaim needs Python 3.11 or later, and this machine has" \
			"$$($(or $(PYTHON),python3) --version 2>/dev/null || echo none): install it," \
			"or name it: make PYTHON=/path/to/python3" >&2; exit 1; fi
	"$(PYTHON)" config/environment.py

catalogue: environment
	if [ -d essaim/locale ]; then \
		$(BIN)/pybabel -q compile --domain django --directory essaim/locale; fi

messages: environment
	mkdir -p var
	$(BIN)/pybabel -q extract --mapping babel.cfg --keyword gettext_lazy \
		--keyword ngettext_lazy:1,2 --keyword pgettext_lazy:1c,2 --add-location file --sort-by-file --width 100 \
		--output var/messages.pot .
	$(BIN)/pybabel -q update --domain django --output-dir essaim/locale --input-file var/messages.pot \
		--no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date --width 100

# The journeys want a Chromium; root on a Debian gets one, anybody else's are skipped aloud.
browser:
	if ! command -v chromium chromium-browser google-chrome >/dev/null \
		&& [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		echo "Installing Chromium …"; \
		{ apt-get update -qq && DEBIAN_FRONTEND=noninteractive \
			apt-get install -y -qq --no-install-recommends chromium; } >/dev/null \
		|| echo "Chromium could not be installed." >&2; fi

# Two at a time: types take as long as all the rest.
check: environment
	$(MAKE) --no-print-directory --jobs=2 --output-sync=target --keep-going \
		check-types check-style check-templates check-floors check-migrations check-budgets

check-types:
	$(BIN)/mypy

check-style:
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

check-templates:
	$(BIN)/djangofmt --check --profile jinja --line-length 100 $(TEMPLATES)

check-floors:
	$(BIN)/lint-imports
	$(BIN)/pytest -q -p no:randomly -p no:cacheprovider -m "not django_db" tests/architecture

check-migrations:
	$(BIN)/essaim manage makemigrations --check --dry-run

# How many queries the pages that people read most ask: never more than bench/budgets.toml says.
check-budgets:
	$(BIN)/python -m bench --queries

test: catalogue browser
	$(BIN)/pytest -n 2 --dist worksteal $(ARGS)

# The same on the newest PostgreSQL (15 or later) installed here, in a server of its own that is
# gone afterwards; without browser, real files and what asks no database.
test-postgresql: catalogue
	$(BIN)/python -m tests.postgresql -n 2 --dist worksteal $(ARGS)

format: environment
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .
	$(BIN)/djangofmt --quiet --profile jinja --line-length 100 $(TEMPLATES)

lock:
	rm -rf var/lock
	"$(PYTHON)" -m venv var/lock
	var/lock/bin/pip install -q ".[dev]" setuptools
	var/lock/bin/pip freeze --all --exclude pip --exclude essaim > requirements.lock
	rm -rf var/lock build
	echo "Read what changed: git diff requirements.lock"

bench: catalogue
	$(BIN)/python -m bench

bench-crowd: catalogue
	$(BIN)/python -m bench --crowd
