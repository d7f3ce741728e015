# make demo [PORT=8000] [HOST=127.0.0.1] [STATE=.state]   the whole system with a seeded office, until Ctrl-C
# make test [PG=system] [BROWSER=no] [ONLY=database]   every gate and every test; the last line is pytest's summary
# make bench                               the measurements
# make drill [DRILL_ARGS="--papers 200"]   the exchange while everything is killed; last line: the report as JSON
# make rehearse [REHEARSE_ARGS="--papers 1000000"]   a backup under load, the machine lost, restored; last line: JSON
# make scan [SCAN_ARGS="bandit headers"]    security scanners over code, packages, headers and pages; 1 while a finding is open
# make audit [AUDIT_ARGS="axe html"]       every page: accessibility, markup, weight, Lighthouse; 1 while something is found
# make shots                               every page of every desk as pictures, in .state/audit/shots
# make help-pictures                      the pictures of the help, from a demonstration of its own
# make kinds-sheet                        docs/img/kinds.webp: the first page of each of the 29 kinds
# make forms-sheet                        docs/img/case-forms.webp: the forms of files and archive
# make fmt | lint | lock | clean
# Needs python3 (3.11 or newer) and make; the rest is brought along or named. PYTHON=… chooses another Python.

PYTHON ?= python3
PORT ?= 8000
HOST ?= 127.0.0.1
STATE ?= .state
PG ?= auto
BROWSER ?= yes
ONLY ?=
JOBS ?= 2
PYTEST_ARGS ?=
DRILL_ARGS ?=
REHEARSE_ARGS ?=
SCAN_ARGS ?=
AUDIT_ARGS ?=

# Every process of a run would read and compile the same thousand files anew: a second and a half of each, and of the tests
# twenty seconds in every worker.
unexport PYTHONDONTWRITEBYTECODE

PY := .venv/bin/python
STACK := $(PY) ops/stack.py
RUN := $(STACK) run --pg $(PG) --
# What a server would say, for `check --deploy`.
SERVER_ENV := env DEBUG=0 DEMO=0 ALLOWED_HOSTS=vanban.example PUBLIC_URL=https://vanban.example \
  BACKUP_DIR=/var/backups/hanoi-docs BACKUP_RECIPIENT=age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p \
  MIGRATION_DATABASE_URL=postgresql://hanoi_owner@127.0.0.1/hanoi_docs

ifeq ($(PG),system)
BROWSER := no
TEST_NEEDS := postgres
endif
# ONLY=database: what depends on the engine (tests/engine.py), for a second engine.
WHICH := $(ONLY)
ifeq ($(BROWSER),no)
WHICH := $(if $(WHICH),$(WHICH) and )not browser
else
TEST_NEEDS += browser
endif

.PHONY: demo test venv-judge pytest help-pictures kinds-sheet forms-sheet bench drill rehearse scan audit shots lint fmt lock clean venv venv-test needs-python needs-demo needs-test
.DEFAULT_GOAL := demo
.NOTPARALLEL:

demo: needs-demo venv
	@$(STACK) demo --state $(STATE) --port $(PORT) --host $(HOST) --pg $(PG)

test: needs-test venv-test lint
	@$(RUN) $(PY) manage.py makemigrations --check --dry-run
	@$(SERVER_ENV) $(RUN) $(PY) manage.py check --deploy --fail-level WARNING
	@$(MAKE) --no-print-directory pytest

# The tests alone; PYTEST_ARGS="tests/orgs -k calendar" narrows them.
# The second look of the doctor is at what the virtual environment has brought.
pytest: needs-test venv-test venv-judge
	@$(STACK) doctor test $(TEST_NEEDS)
	@$(RUN) $(PY) -m pytest -n $(JOBS) --dist loadgroup $(if $(WHICH),-m "$(WHICH)") $(PYTEST_ARGS)

help-pictures: needs-demo venv-test
	@$(PY) ops/help_pictures.py

kinds-sheet: needs-demo venv-test
	@$(PY) ops/kinds_sheet.py

forms-sheet: needs-demo venv-test
	@$(PY) ops/forms_sheet.py

bench: needs-demo venv-test
	@$(STACK) run --pg $(PG) --durable -- $(PY) -m bench

drill: needs-demo venv-test
	@PYTHONPATH=ops $(PY) -m bench.drill $(DRILL_ARGS)

rehearse: needs-demo venv-test
	@PYTHONPATH=ops $(PY) -m bench.rehearsal --pg $(PG) $(REHEARSE_ARGS)

# The scanners live in an environment of their own; where PyPI's advisories cannot be had, ADVISORIES names a clone.
scan: needs-demo venv-test
	@$(RUN) $(PY) -m ops.scan $(SCAN_ARGS)

audit: needs-test venv-test
	@PYTHONPATH=ops $(RUN) $(PY) -m ops.audit $(AUDIT_ARGS)

shots: needs-test venv-test
	@PYTHONPATH=ops $(RUN) $(PY) -m ops.audit shots

# The judge of archive packages lives in an environment of its own; where it cannot be had its tests say so.
venv-judge: | venv-test
	@$(PY) -m ops.judge

lint: venv-test
	@$(PY) -m ruff format --check .
	@$(PY) -m ruff check .
	@.venv/bin/lint-imports --no-logo

fmt: venv-test
	@$(PY) -m ruff check --fix .
	@$(PY) -m ruff format .

# Needs uv. The second file is what a server installs: the same versions without tests and the embedded broker; the third
# is the demonstration's, which has both engines.
lock:
	uv pip compile pyproject.toml --all-extras --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-emit-find-links --no-header --quiet -o ops/requirements.lock
	uv pip compile pyproject.toml --extra backup --python-version 3.11 --generate-hashes -c ops/requirements.lock \
	  --no-emit-index-url --no-emit-find-links --no-header --quiet -o ops/requirements-server.lock
	uv pip compile pyproject.toml --extra embedded --python-version 3.11 --generate-hashes -c ops/requirements.lock \
	  --no-emit-index-url --no-emit-find-links --no-header --quiet -o ops/requirements-demo.lock

clean:
	@$(PYTHON) ops/stack.py clean --state $(STATE)
	rm -rf .venv .state/judge .pytest_cache .ruff_cache .import_linter_cache

needs-python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=…")'

needs-demo: needs-python
	@$(PYTHON) ops/stack.py doctor venv demo

# All at once: whoever may not install types one line.
needs-test: needs-python
	@$(PYTHON) ops/stack.py doctor venv demo test $(TEST_NEEDS)

# Installed anew only when the lock file differs from the one last installed in full. The demonstration has enough of
# its own, a sixth of whose size is spared; who has the tests' packages has the demonstration's too.
venv: | needs-demo
	@cmp -s ops/requirements-demo.lock .venv/installed.lock || cmp -s ops/requirements.lock .venv/installed.lock || \
	  $(PYTHON) ops/stack.py install ops/requirements-demo.lock

venv-test: | needs-demo
	@cmp -s ops/requirements.lock .venv/installed.lock || $(PYTHON) ops/stack.py install ops/requirements.lock
