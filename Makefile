# Jalon: every command a contributor needs. `make` alone lists them.
# A machine with python3, pip, node, npm and make is enough: the rest is installed in this folder.

export UV_PYTHON_DOWNLOADS := never
# Trust what the machine trusts: many administrations put their own certificate on the way.
export UV_SYSTEM_CERTS := true
# One thread per process: two made every estimator slower on two cores.
export OPENBLAS_NUM_THREADS := 1

# Folder of official files, read in place of the network when it is given.
MIRROR ?= $(wildcard ../shared/data)
PORT ?= 8000
# Added to the command of `make demo`: ARGS=--no-serve, ARGS=--simulated…
ARGS ?=
# Added to every pytest of `make test`: PYTEST_ARGS="-k ingest"…
PYTEST_ARGS ?=
WORKERS ?= 2

ifneq ($(MIRROR),)
export JALON_MIRROR := $(abspath $(MIRROR))
endif

UV := $(or $(shell command -v uv 2>/dev/null),.uv/bin/uv)
BIN := .venv/bin
PYTEST := $(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup $(PYTEST_ARGS)
POSTGRES := $(BIN)/python -m tests.postgres
# pytest answers 5 when a selection holds no test; that is no failure.
NONE_IS_FINE = || [ $$? -eq 5 ]
TEMPLATES = $$(git ls-files --cached --others --exclude-standard 'src/*.html')

.PHONY: help install demo test test-all test-slow test-postgres check format bench screenshots

help: ## list the commands
	@grep -E '^[a-z-]+:.*## ' $(firstword $(MAKEFILE_LIST)) | sed -E 's/:[^#]*## /\t/' | expand -t 16

install: .venv/.installed node_modules/.installed ## install what is missing inside this folder

.uv/bin/uv:
	python3 -m venv .uv && .uv/bin/pip install --quiet uv

.venv/.installed: pyproject.toml uv.lock | $(UV)
	$(UV) sync --locked --quiet
	@touch $@

node_modules/.installed: package.json package-lock.json
	npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

demo: install ## migrate, ingest, evaluate, then serve on http://127.0.0.1:8000
	$(BIN)/jalon demo $(if $(JALON_MIRROR),--mirror "$(JALON_MIRROR)") --port $(PORT) $(ARGS)

test: install ## every test but the slow ones, then those of the database again on PostgreSQL
	$(PYTEST) -m "not slow"
	$(POSTGRES) $(PYTEST) -m "database and not slow" $(NONE_IS_FINE)

# In one run of make (`make test test-all`) nothing is tested twice.
test-all: test test-slow test-postgres ## the same, the slow ones, and all that uses a database on PostgreSQL

test-slow: install
	$(PYTEST) -m "slow" $(NONE_IS_FINE)

# What `test` already ran on PostgreSQL, and what knows no database, is left out.
test-postgres: install
	$(POSTGRES) $(PYTEST) -m "not e2e and (slow or not database)" \
		--ignore=tests/causal --ignore=tests/lake $(NONE_IS_FINE)

check: install ## format, lint, types, contracts, templates, migrations and lock up to date
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djade --check --target-version 5.2 $(TEMPLATES)
	$(BIN)/djhtml --check --tabwidth 2 $(TEMPLATES)
	JALON_HOME=$$(mktemp -d) $(BIN)/jalon makemigrations --check --dry-run
	$(UV) lock --check

format: install ## put code and templates in the form that `make check` asks for
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	$(BIN)/djade --target-version 5.2 $(TEMPLATES)
	$(BIN)/djhtml --tabwidth 2 $(TEMPLATES)

bench: install ## measure and print; nothing is asserted
	$(BIN)/python -m benchmarks

screenshots: install ## write the pictures of every page to screenshots/
	$(BIN)/python -m pytest tests/e2e -m e2e --screenshots screenshots
