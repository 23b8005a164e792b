# Every target does its own set-up: a fresh machine needs git, make and python3.13 with venv.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

BASE_PYTHON ?= python3.13
VENV := .venv
PY := $(VENV)/bin/python

# A stamp carries the hash of what it was made from, so that a changed pin is installed and an unchanged one costs nothing.
hash = $(shell cat $(1) | sha256sum | cut -c1-12)
LOCAL_STAMP := $(VENV)/.local-$(call hash,requirements/local.txt)
DEV_STAMP := $(VENV)/.dev-$(call hash,requirements/dev.txt)

.PHONY: help
help: ## List the targets
	@grep -hE '^[a-z_-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z_-]+):.*## (.*)$$/  make \1\t\2/' | expand -t 26

$(VENV)/bin/python:
	@command -v $(BASE_PYTHON) >/dev/null || { echo "$(BASE_PYTHON) is missing: apt-get install python3.13 python3.13-venv"; exit 1; }
	@$(BASE_PYTHON) -m venv $(VENV)

$(LOCAL_STAMP): | $(VENV)/bin/python
	@[ -e $(DEV_STAMP) ] || { echo "Setting up $(VENV) (once; about a minute)…"; $(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/local.txt; }
	@touch $@

$(DEV_STAMP): | $(VENV)/bin/python
	@echo "Setting up $(VENV) for checks and tests (once; about a minute)…"
	@$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@touch $@

.PHONY: setup
setup: $(LOCAL_STAMP) $(DEV_STAMP)

# ── Checks and tests ────────────────────────────────────────────────────────────────────────────────────────────────

SAM_VENV := .venv-sam
SAM := SAM_CLI_TELEMETRY=0 $(SAM_VENV)/bin/sam
SAM_STAMP := $(SAM_VENV)/.sam-$(call hash,requirements/sam.txt)
NODE_STAMP := node_modules/.stamp-$(call hash,package.json)
PYTEST := $(PY) -m pytest
# Neighbours stay together as long as they can, since a cloud is started once for each file and worker.
IN_PARALLEL := -n 2 --dist worksteal

$(SAM_STAMP): requirements/sam.txt
	@echo "Setting up $(SAM_VENV) for the SAM CLI (once; about a minute)…"
	@[ -x $(SAM_VENV)/bin/python ] || $(BASE_PYTHON) -m venv $(SAM_VENV)
	@$(SAM_VENV)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/sam.txt
	@touch $@

$(NODE_STAMP): package.json
	@command -v npm >/dev/null || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null \
		&& { apt-get update -qq && apt-get install -qq -y nodejs npm >/dev/null; }; } || true
	@# From nothing: npm took minutes and a gigabyte to fit other packages into a folder that was there.
	@rm -rf node_modules
	@if command -v npm >/dev/null; then npm install --no-package-lock --no-audit --no-fund --silent && touch $@; \
	else echo "npm is missing: the tests that need it are skipped (apt-get install nodejs npm)"; fi

.PHONY: node_modules
node_modules: $(NODE_STAMP) ## Install asl-validator, dmn-moddle and AsyncAPI's parser, which only npm has

.PHONY: lint
lint: $(DEV_STAMP) ## Check style and types: ruff with all rules, ruff format, mypy strict, template
	$(PY) -m ruff check .
	$(PY) -m ruff format --check --quiet . || { echo "not formatted: run $(PY) -m ruff format ."; exit 1; }
	$(PY) -m mypy layers functions local tests scripts
	$(VENV)/bin/codespell
	PYTHONPATH=layers/restoration/python:layers/dmn/python $(VENV)/bin/lint-imports --no-logo --cache-dir build/imports
	$(VENV)/bin/cfn-lint template.yaml
	$(VENV)/bin/cfn-lint template.yaml -a cfn_lint_serverless.rules

.PHONY: check
check: lint $(NODE_STAMP) ## The fast loop, under a minute: lint, unit tests, state machines
	$(PYTEST) -q $(IN_PARALLEL) tests/unit tests/statemachine

.PHONY: test
test: $(DEV_STAMP) $(SAM_STAMP) $(NODE_STAMP) ## Run every test, under 10 minutes on 2 cores
	$(PYTEST) $(IN_PARALLEL) tests

.PHONY: explore
explore: $(DEV_STAMP) ## Play 100,000 courses of the claim, under ten minutes: make explore [SEED=3] [COURSE=1,2,…]
	@PYTHONPATH=layers/dmn/python:layers/restoration/python $(PY) -m tests.explore \
		$(if $(SEED),--seed $(SEED)) $(if $(COURSE),--course $(COURSE))

# ── Decision tables ─────────────────────────────────────────────────────────────────────────────────────────────────

DECISION_TOOLS := $(PY) -m local.decision_tools
# Where kept decisions are read: the file that make demo leaves, or FROM=file, or TABLE=name ENDPOINT_URL=… REGION=…
KEPT = $(if $(FROM),--from "$(FROM)") $(if $(TABLE),--table "$(TABLE)") $(if $(ENDPOINT_URL),--endpoint-url "$(ENDPOINT_URL)") \
	$(if $(REGION),--region "$(REGION)")

.PHONY: decisions
decisions: $(LOCAL_STAMP) ## Analyse the decision tables: gaps, overlaps, rules that can't decide; fails on an error
	@$(DECISION_TOOLS) check

.PHONY: explain
explain: $(LOCAL_STAMP) ## Why did a case end so? make explain CASE=<limitationId> [SHORT=1] (after make demo)
	@[ -n "$(CASE)" ] || { echo "which case? make explain CASE=LIM-000007 (make demo lists them)"; exit 2; }
	@$(DECISION_TOOLS) explain "$(CASE)" $(if $(SHORT),--short) $(KEPT)

.PHONY: replay
replay: $(LOCAL_STAMP) ## What would a changed table change? make replay DECISION=coverage WITH=new.dmn [CSV=inputs.csv]
	@[ -n "$(DECISION)" ] && [ -n "$(WITH)" ] || { echo "make replay DECISION=coverage WITH=new.dmn [CSV=inputs.csv]"; exit 2; }
	@$(DECISION_TOOLS) replay "$(DECISION)" "$(WITH)" $(if $(CSV),--csv "$(CSV)") $(KEPT)

.PHONY: decision-docs
decision-docs: $(LOCAL_STAMP) ## Write docs/decisions-tables/ from the decision tables
	@$(DECISION_TOOLS) document

TCK ?= ../shared/dmn-tck

.PHONY: tck
tck: $(LOCAL_STAMP) ## Run the DMN conformance kit: make tck TCK=<its folder> (default ../shared/dmn-tck)
	@[ -f "$(TCK)/run_tck.py" ] || { echo "no run_tck.py in $(TCK): make tck TCK=<folder of the kit>"; exit 2; }
	@for level in 2 3; do $(PY) "$(TCK)/run_tck.py" --engine tests/conformance/tck_engine.py:evaluate --level $$level --quiet; done

.PHONY: dmn-real
dmn-real: $(LOCAL_STAMP) ## Load every .dmn below a folder, strict, lenient, Camunda's dialect: make dmn-real FILES=folder [ARGS=--files]
	@[ -d "$(FILES)" ] || { echo "make dmn-real FILES=<folder with .dmn files> [ARGS=--files]"; exit 2; }
	@$(PY) tests/conformance/real_files.py "$(FILES)" $(ARGS)

WHEEL_VENV := .venv-wheel
WHEEL_STAMP := $(WHEEL_VENV)/.wheel-$(call hash,requirements/wheel.txt)
WHEEL_PYTHONS ?= $(BASE_PYTHON) python3.12
WHEEL := build/dmn

$(WHEEL_STAMP): requirements/wheel.txt
	@echo "Setting up $(WHEEL_VENV) for the engine's wheel (once)…"
	@[ -x $(WHEEL_VENV)/bin/python ] || $(BASE_PYTHON) -m venv $(WHEEL_VENV)
	@$(WHEEL_VENV)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/wheel.txt
	@touch $@

.PHONY: dmn-wheel
dmn-wheel: $(WHEEL_STAMP) ## Build the engine's wheel, install it alone and run its tests: make dmn-wheel [WHEEL_PYTHONS="…"]
	@rm -rf $(WHEEL) && mkdir -p $(WHEEL)/source $(WHEEL)/alone/unit && cp -R layers/dmn/. $(WHEEL)/source
	@cp -R tests/unit/dmn $(WHEEL)/alone/unit/engine && find $(WHEEL) -name __pycache__ -prune -exec rm -rf {} +
	@$(WHEEL_VENV)/bin/python -m build --no-isolation --outdir $(WHEEL)/dist $(WHEEL)/source >$(WHEEL)/build.log 2>&1 \
		|| { cat $(WHEEL)/build.log; exit 1; }
	@for python in $(WHEEL_PYTHONS); do \
		if ! "$$python" -c "" 2>/dev/null; then echo "$$python is not here: left out"; continue; fi; \
		tag="$$("$$python" -c 'import sys; print(sys.implementation.cache_tag)')"; alone="$(WHEEL)/$$tag"; \
		"$$python" -m venv "$$alone"; \
		"$$alone/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/wheel.txt; \
		"$$alone/bin/python" -m pip install --quiet --disable-pip-version-check --no-index --no-deps $(WHEEL)/dist/dmn-*.whl; \
		echo "$$tag: $$("$$alone/bin/python" -I -c 'import dmn; print(dmn.__version__, dmn.__file__)')"; \
		"$$alone/bin/python" -I -m pytest -q -c /dev/null -p no:cacheprovider --import-mode=importlib $(WHEEL)/alone/unit; \
	done

BENCH_VENV := .venv-bench
BENCH_STAMP := $(BENCH_VENV)/.bench-$(call hash,requirements/bench.txt benchmarks/package.json)

$(BENCH_STAMP): requirements/bench.txt benchmarks/package.json
	@echo "Setting up $(BENCH_VENV) with the engine's peers (once)…"
	@[ -x $(BENCH_VENV)/bin/python ] || $(BASE_PYTHON) -m venv $(BENCH_VENV)
	@$(BENCH_VENV)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/bench.txt
	@# From nothing: npm took minutes and a gigabyte to fit other packages into a folder that was there.
	@rm -rf node_modules
	@if command -v npm >/dev/null; then npm install --prefix $(BENCH_VENV) --no-save --no-package-lock --no-audit --no-fund --silent \
		"$$(sed -n 's/.*"feelin": "\(.*\)".*/feelin@\1/p' benchmarks/package.json)"; \
	else echo "npm is missing: feelin is left out (apt-get install nodejs npm)"; fi
	@touch $@

.PHONY: bench
bench: $(BENCH_STAMP) ## Time the decision engine beside its peers, its import and the project's tables (benchmarks/README.md)
	@DMN_BENCH_NODE_MODULES=$(BENCH_VENV)/node_modules $(BENCH_VENV)/bin/python benchmarks/dmn/bench.py

RELIABILITY := PYTHONPATH=layers/dmn/python:layers/restoration/python $(PY) -m tests.reliability

.PHONY: fault-matrix
fault-matrix: $(DEV_STAMP) ## Every fault of Enedis on every call, however often (ten minutes): writes docs/enedis-fault-matrix.md
	@$(RELIABILITY).measure_matrix

.PHONY: bench-quota
bench-quota: $(DEV_STAMP) ## 500 orders and their reads at five calls a second (six minutes; ARGS=--help lists smaller runs)
	@$(RELIABILITY).quota_run $(ARGS) 2>/dev/null

.PHONY: schemas
schemas: $(DEV_STAMP) ## Write events/schemas/ and events/asyncapi.yaml from the event models
	@PYTHONPATH=layers/dmn/python:layers/restoration/python $(PY) -m scripts.event_schemas
	@PYTHONPATH=layers/dmn/python:layers/restoration/python $(PY) -m scripts.asyncapi

.PHONY: messages
messages: $(LOCAL_STAMP) ## Show all messages to customers, with their lengths; fails if an SMS has more than 2 parts
	@PYTHONPATH=layers/restoration/python $(PY) -m scripts.messages

.PHONY: process
process: $(DEV_STAMP) ## Draw docs/process.md from the state machine
	$(PY) -m scripts.process_diagram

.PHONY: statistics
statistics: $(DEV_STAMP) ## Count the state machines' states and lines, and the states entered on named paths
	@$(PY) -m scripts.statistics

.PHONY: sam-validate
sam-validate: $(SAM_STAMP) ## Validate template.yaml with the SAM CLI
	$(SAM) validate --lint

.PHONY: sam-build
sam-build: $(SAM_STAMP) ## Build what is deployed, into .aws-sam, without a container
	$(SAM) build $(if $(ENV),--config-env $(ENV))

.PHONY: sam-deploy
sam-deploy: $(SAM_STAMP) ## Build and deploy to an account: make sam-deploy ENV=dev (or staging, prod)
	@[ -n "$(ENV)" ] || { echo "which environment? make sam-deploy ENV=dev (staging, prod)"; exit 1; }
	$(SAM) build --config-env $(ENV)
	$(SAM) deploy --config-env $(ENV)

.PHONY: sam-smoke
sam-smoke: $(DEV_STAMP) ## Send a first event to a deployed stack: make sam-smoke ARGS="--stack-name …" (ARGS=--help lists them)
	PYTHONPATH=layers/restoration/python $(PY) -m scripts.smoke $(ARGS)

.PHONY: bench-flow
bench-flow: $(DEV_STAMP) ## Measure a day of 100,000 cases through ingest_enedis_flow: time, memory, calls to AWS
	PYTHONPATH=layers/restoration/python:. $(PY) -m benchmarks.flow.bench

.PHONY: bench-path
bench-path: $(DEV_STAMP) ## Measure 50 payments one by one, to the accepted order and to the end, beside a bare chain
	@PYTHONPATH=layers/restoration/python:. $(PY) -m benchmarks.path.bench $(ARGS)

.PHONY: bench-cold-start
bench-cold-start: $(DEV_STAMP) ## Measure the first call of each function beside a warm one and a bare handler
	$(PY) -m benchmarks.cold_start

.PHONY: demo
demo: $(LOCAL_STAMP) ## Play a day of payments on the embedded cloud: make demo [EVENTS=path.jsonl] [MODE=shadow] [OUTAGE=seconds] [ORACLE=file]
	@$(PY) -m local.demo $(if $(MODE),--mode $(MODE)) $(if $(EVENTS),--events $(EVENTS)) $(if $(OUTAGE),--outage $(OUTAGE)) \
		$(if $(ORACLE),--oracle $(ORACLE))

ORACLES := tests/end_to_end/oracle
RECORD := @$(PY) -m local.demo --crowd 60 --record

.PHONY: oracle
oracle: $(LOCAL_STAMP) ## Record what comes of each story, which make test compares with (four minutes): tests/end_to_end/oracle/
	$(RECORD) $(ORACLES)/on.json
	$(RECORD) $(ORACLES)/shadow.json --mode shadow
	$(RECORD) $(ORACLES)/outage.json --outage 60
