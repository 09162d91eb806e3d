# Full Circle. `make run` and `make test` do everything they need on a fresh machine.

VENV := .venv
BIN := $(VENV)/bin
FLASK := $(BIN)/flask --app app:create_app
HOST := 127.0.0.1
PORT ?= 8000
# Python compiles what is imported by itself; compiling everything that is installed takes longer. It keeps it
# compiled whatever the machine says: every start would take three times as long otherwise.
unexport PYTHONDONTWRITEBYTECODE
# Our files are UTF-8, whatever the machine's language is.
export PYTHONUTF8 := 1
PIP := $(BIN)/python -m pip install --quiet --no-compile --disable-pip-version-check
# As many as processors that we count on; each takes ten seconds of one to import and collect everything.
WORKERS ?= 2
# Neighbours stay together, so that what they share is set up in one worker and not in each.
PYTEST := $(BIN)/python -m pytest -n $(WORKERS) --dist worksteal
# The first is the same browser without windows of its own, and takes half the time.
CHROMIUM := chromium-headless-shell chromium
# What reaches every line of the domain. Measuring doubles the time, so what plays whole quarters, or the same lines
# for seconds, goes without.
COVERING := tests/domain tests/features/charts tests/features/enps tests/features/projects \
	tests/features/people/files tests/features/ballots/test_save_endpoint.py tests/features/desk/test_company.py \
	$(addprefix tests/features/people/test_,export.py import_harm.py real_files.py tables.py what_is_asked.py) \
	$(filter-out $(addprefix tests/features/reports/test_,looking_back.py plan_totals.py rendering.py taking_along.py), \
		$(sort $(wildcard tests/features/reports/test_*.py)))

# The first Python that is new enough.
PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)

.DEFAULT_GOAL := help
.PHONY: help run db demo check check-style fix test test-covering test-on-sqlite test-on-postgresql test-nightly test-fast \
	test-browser test-postgresql bench bench-scale bench-many bench-soak bench-publishing bench-numbers clean \
	python browser port

help: ## Show what can be made
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | while IFS="$$(printf '\t')" read -r name what; \
		do printf '  make %-16s %s\n' "$$name" "$$what"; done

# --- Running ---------------------------------------------------------------------------------

run: export FULL_CIRCLE_URL ?= http://$(HOST):$(PORT)
run: $(VENV)/.run port ## Run the app with its worker; the first time with a demo company
	@if test "$${FULL_CIRCLE_ENVIRONMENT:-}" = production; then $(FLASK) db upgrade; else $(FLASK) demo fill; fi
	@echo "Full Circle starts on http://$(HOST):$(PORT); Ctrl-C stops it."
	@trap 'trap "" INT TERM; kill $$web $$worker 2>/dev/null; wait; exit 0' INT TERM HUP; \
	setsid $(FLASK) jobs run & worker=$$!; \
	setsid $(BIN)/python -m app.server --host $(HOST) --port $(PORT) & web=$$!; \
	wait $$web; code=$$?; kill $$worker 2>/dev/null; wait; exit $$code

db: $(VENV)/.run ## Bring the database up to date
	$(FLASK) db upgrade

demo: $(VENV)/.run ## Fill an empty database with a demo company
	$(FLASK) demo fill

port:
	@$(BIN)/python -c 'import socket, sys; s = socket.socket(); \
	s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1); \
	sys.exit(s.connect_ex(("$(HOST)", $(PORT))) == 0)' \
	|| { test $$? != 1 || echo "Port $(PORT) is taken; stop what runs there, or choose another: make run PORT=8080"; exit 1; }

# --- Checking --------------------------------------------------------------------------------

check: check-style test-fast ## Style, types, floors, templates and the fast tests

check-style: $(VENV)/.test
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .
	$(BIN)/bandit -q -c pyproject.toml -r app config.py environment.py migrations 2>/dev/null
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint templates --check --lint

fix: $(VENV)/.test ## Reformat, and repair what can be repaired
	$(BIN)/ruff check --fix --quiet . || true
	$(BIN)/ruff format --quiet .
	$(BIN)/djlint templates --reformat --quiet || true

# Two at a time in this order, so that Chromium is there when its part begins. What waits for a browser or a database leaves its
# processor to the other.
test: $(VENV)/.test ## Everything that proves it works, on SQLite and on PostgreSQL
	@$(MAKE) --no-print-directory --jobs=2 browser check-style test-covering test-on-sqlite test-on-postgresql
	@echo "All is well: style, types, floors, templates, and every test on SQLite and PostgreSQL."

test-on-sqlite: $(VENV)/.test browser
	$(PYTEST) -q --durations=5 tests $(addprefix --ignore ,$(COVERING))

test-on-postgresql: $(VENV)/.test
	TEST_DATABASE=postgresql $(PYTEST) -q --durations=5 --ignore tests/domain -m "not browser and not sqlite_suffices"

test-covering: $(VENV)/.test
	$(PYTEST) -q $(COVERING) --cov=app/domain --cov-report=term:skip-covered --cov-fail-under=99

test-nightly: $(VENV)/.test ## The attacks at full size: 10,000 partitions, 5,000 people watched, a kill at every step; all of PostgreSQL
	FULL_CIRCLE_NIGHTLY=1 $(PYTEST) -q tests/attacks tests/features/people/test_import.py
	FULL_CIRCLE_NIGHTLY=1 $(MAKE) --no-print-directory test-postgresql

test-fast: $(VENV)/.test ## Tests without browser and slow ones, on SQLite
	$(PYTEST) -q -m "not browser and not slow"

test-browser: $(VENV)/.test browser ## Tests in Chromium
	$(PYTEST) -q -m browser

test-postgresql: export ASKED = $(CURDIR)/build/asked
test-postgresql: $(VENV)/.test ## All tests on a real PostgreSQL, without browser, and whether make test leaves out too many
	@rm -rf $(ASKED)
	TEST_DATABASE=postgresql $(PYTEST) -q --ignore tests/domain -m "not browser"
	@$(BIN)/python -m tests.asked $(ASKED)

bench: $(VENV)/.test ## Measure pages and saves on a real server, papers, people lists, and the count of up to 100,000 people
	$(BIN)/python -m tests.bench.fill_in
	$(BIN)/python -m tests.bench.slow_clients
	$(BIN)/python -m tests.bench.hundred
	$(BIN)/python -m tests.bench.papers
	$(BIN)/python -m tests.bench.volumes
	$(BIN)/python -m tests.bench.counting
	$(BIN)/python -m tests.bench.mails
	$(BIN)/python -m tests.bench.people_files

bench-scale: $(VENV)/.test ## Measure a company of 10,000; PEOPLE=…, DATABASES="sqlite postgresql", BASE=an older commit
	$(BIN)/python -m tests.bench.scale --people $(or $(PEOPLE),10000) --databases $(or $(DATABASES),sqlite) --base "$(BASE)"

.PHONY: bench-nightly
bench-nightly: $(VENV)/.test ## All that a large company needs, at 10,000 and 100,000 people on both databases; BASE=…
	@$(MAKE) --no-print-directory bench-scale PEOPLE=10000 DATABASES="sqlite postgresql"
	@$(MAKE) --no-print-directory bench-scale PEOPLE=100000 DATABASES="sqlite postgresql"
	@$(MAKE) --no-print-directory bench-publishing
	@$(MAKE) --no-print-directory bench-soak
	@$(MAKE) --no-print-directory bench-many

bench-many: $(VENV)/.test ## Kill web processes, workers and PostgreSQL under load for MINUTES=3: nothing lost, doubled or stuck
	$(BIN)/python -m tests.bench.many $(MINUTES)

bench-soak: $(VENV)/.test ## The last evening of a company of 20,000 for MINUTES=10: errors, lost answers, p99, memory
	$(BIN)/python -m tests.bench.soak $(MINUTES)

bench-publishing: $(VENV)/.test ## The morning of the reports: 32 people of 10,000 read at once, on PostgreSQL (DATABASE=sqlite)
	$(BIN)/python -m tests.bench.publishing_day $(PEOPLE) $(DATABASE)

bench-numbers: $(VENV)/.test ## Measure on made-up companies what printed numbers can show: power, false marks, coverage
	$(BIN)/python -m tests.bench.numbers

clean: ## Remove what tools leave behind; the data and the environment stay
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage build
	find app migrations tests -name __pycache__ -type d -prune -exec rm -rf {} +

# --- Set-up ----------------------------------------------------------------------------------

$(VENV)/.run: requirements.txt
	@$(MAKE) --no-print-directory python
	@echo "Installing packages ..."
	@$(PIP) -r requirements.txt
	@touch $@

# Every package is pinned, so that nothing has to be found out: two parts are unpacked at a time.
$(VENV)/.test: requirements.txt tests/requirements.txt
	@$(MAKE) --no-print-directory python
	@echo "Installing packages for tests ..."
	@sed -n '/==/p' requirements.txt tests/requirements.txt | xargs -P 2 -n 33 $(PIP) --no-deps
	@$(BIN)/python -m pip --disable-pip-version-check check >/dev/null
	@touch $(VENV)/.run $@

python:
	@test -x $(BIN)/python || { \
	if test -z "$(PYTHON)" && test "$$(id -u)" = 0 && command -v apt-get >/dev/null; then \
		apt-get update -qq && apt-get install -y -qq python3 python3-venv >/dev/null; fi; \
	python="$(PYTHON)"; python="$${python:-python3}"; \
	if ! $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
		echo "Full Circle needs Python 3.11 or newer; install it, or name it: make run PYTHON=/path/to/python3"; exit 1; fi; \
	if ! $$python -c 'import ensurepip, venv' 2>/dev/null; then \
		if test "$$(id -u)" = 0 && command -v apt-get >/dev/null; then \
			apt-get update -qq && apt-get install -y -qq python3-venv >/dev/null; \
		else echo "Python has no venv module; as root: apt-get install python3-venv"; exit 1; fi; fi; \
	echo "Making the environment in $(VENV) ..."; $$python -m venv $(VENV); }

browser:
	@command -v $(firstword $(CHROMIUM)) >/dev/null || command -v $(lastword $(CHROMIUM)) >/dev/null || { \
	if test "$$(id -u)" = 0 && command -v apt-get >/dev/null; then \
		echo "Installing Chromium for the browser tests ..."; \
		apt-get update -qq; for browser in $(CHROMIUM); do \
			apt-get install -y -qq --no-install-recommends $$browser >/dev/null && exit 0; done; exit 1; \
	else echo "The browser tests need Chromium; as root: apt-get install chromium"; exit 1; fi; }
