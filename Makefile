# Every target does its own set-up: a fresh machine needs git, make and python3.13 with venv.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
# Byte code is kept, whatever the environment says: else each process compiles the whole project.
export PYTHONDONTWRITEBYTECODE :=

# ── Where things are ────────────────────────────────────────────────────────────────────────────────────────────────

BASE_PYTHON ?= python3.13
VENV := .venv
PY := $(VENV)/bin/python
SAM_VENV := .venv-sam
AWS_VENV := .venv-aws
BENCH_VENV := .venv-bench
EMULATOR_VENV := .venv-emulator
WHEEL_VENV := .venv-wheel
WHEEL_PYTHONS ?= $(BASE_PYTHON) python3.12
WHEEL := build/dmn
SITE_VENV := .venv-site
SITE := build/dmn-site

SAM := SAM_CLI_TELEMETRY=0 $(SAM_VENV)/bin/sam
# The companion is an application of its own, with a samconfig.toml and a build of its own.
OPERATIONS_SAM := cd operations && SAM_CLI_TELEMETRY=0 ../$(SAM_VENV)/bin/sam
CHANNELS_SAM := cd channels && SAM_CLI_TELEMETRY=0 ../$(SAM_VENV)/bin/sam
# A fixed hash seed makes the same packages the same layer.
FINISH_LAYERS := PYTHONHASHSEED=0 $(SAM_VENV)/bin/python -m scripts.finish_layers
PYTEST := $(PY) -m pytest
# The tests of a file run on one worker in their order: a cloud is started once for each file, and no test sees what a later
# one leaves behind. Files start in their order, so that the last ones are the short ones of tests/unit. Two cores have enough to do
# with two workers, as long as no test waits. Some of all tests do, and a third worker uses that time.
FILE_BY_FILE := --dist loadfile --no-loadscope-reorder
BUSY := -n 2 $(FILE_BY_FILE)
IN_PARALLEL := -n 3 $(FILE_BY_FILE)

# A switch such as LONG=1 is off when it is empty or says no.
yes = $(filter-out 0 no false off,$(1))

.PHONY: help
help: ## List what one can make
	@awk -F':.*## ' '/^##@/ { printf "\n%s\n", substr($$0, 5) } /^[a-z_-]+:.*## / { printf "  make %-17s %s\n", $$1, $$2 }' \
		$(MAKEFILE_LIST)
	@echo; echo "Every target sets up what it needs. README.md and CONTRIBUTING.md tell more."

##@ Run: the whole on this machine, without an account

# MODE=shadow decides and orders nothing; EVENTS=file plays your own (events/sample.jsonl); OUTAGE=seconds; STORY=carte
# INCIDENT=1: billing's data breaks for 30 customers, and operations mend it.
.PHONY: demo
demo: setup-local ## A day of payments [STORY= EVENTS= MODE= OUTAGE= INCIDENT=1]
	@$(if $(call yes,$(INCIDENT)),exec $(PY) -m local.demo.incident;) $(PY) -m local.demo $(if $(MODE),--mode "$(MODE)") \
		$(if $(EVENTS),--events "$(EVENTS)") $(if $(OUTAGE),--outage "$(OUTAGE)") $(if $(STORY),--story "$(STORY)")

.PHONY: cloud
cloud: setup-local ## Keep the stack, billing and Enedis until Ctrl-C [ARGS=]
	@$(PY) -m local.stage $(ARGS)

# The addresses that it prints: a customer's page with the code, the advisors' desk.
.PHONY: channels
channels: setup-local ## The pages of customers and advisors, until Ctrl-C [ARGS=]
	@$(PY) -m local.stage --channels --folder build/channels --customers 3 $(ARGS)

# ARGS="--payments-per-minute 60 --speed 5"; beside an account: STACK=restoration-dev PROFILE=reader
# EXPORT=folder SINCE=7d UNTIL=2026-11-25T08:00 writes plain files and ends.
.PHONY: supervise
supervise: setup-local setup-node ## The screens, live [ARGS= STACK= PROFILE= EXPORT=]
	@$(PY) -m local.console $(if $(STACK),--stack "$(STACK)") $(if $(PROFILE),--profile "$(PROFILE)") \
		$(if $(EXPORT),--export "$(EXPORT)") $(if $(SINCE),--since "$(SINCE)") $(if $(UNTIL),--until "$(UNTIL)") $(ARGS)

.PHONY: screenshots
screenshots: setup-dev setup-node ## Take the pictures of the screens (docs/screens)
	@$(PY) -m scripts.screenshots
	@PICTURES="$(CURDIR)/docs/screens/channels" $(PYTEST) -q tests/browser/test_journeys.py
	@$(PY) -m tests.integration.console.made_year

# WITHOUT=place-order:dynamodb:GetItem plays without that right; FROM=folder adds what RIGHTS_CALLS=folder make test kept
.PHONY: rights
rights: setup-local ## Rights of each role beside its calls [WITHOUT= FROM=]
	@$(PY) -m local.demo.rights $(if $(WITHOUT),--without "$(WITHOUT)") $(if $(FROM),--calls "$(FROM)")

# A right that no call needs makes it fail, unless local/demo/excused_rights.yaml has it.
.PHONY: prove-rights
prove-rights: setup-dev setup-sam setup-aws setup-node ## Rights beside the calls of the demo and of all tests on a cloud
	@rm -rf build/rights/calls
	RIGHTS_CALLS="$(CURDIR)/build/rights/calls" $(PYTEST) -q $(IN_PARALLEL) tests/end_to_end tests/browser
	@$(MAKE) rights FROM=build/rights/calls

.PHONY: campaign
campaign: setup-local ## Play the campaign before the winter truce
	@$(PY) -m local.demo.campaign

##@ Check: is it good?

# They seldom change: make test has their tests, and pytest tests/unit/dmn those of one.
LIBRARIES := dmn cloud

.PHONY: check
check: lint setup-node ## The fast loop: style, types, unit tests, machines
	$(PYTEST) -q -n 2 --dist loadfile -m "not explored" $(LIBRARIES:%=--ignore=tests/unit/%) tests/unit tests/statemachine

.PHONY: test
test: setup-dev setup-sam setup-aws setup-node ## Run every test
	$(PYTEST) $(IN_PARALLEL) tests

TIMES ?= 5
# TESTS=tests/integration takes some of them.
TESTS ?= tests

.PHONY: test-again
test-again: setup-dev setup-sam setup-aws setup-node ## Run every test TIMES=5 times, beside busy cores
	@rm -rf build/test-again && mkdir -p build/test-again; trap 'kill $$(jobs -p); wait 2>/dev/null' EXIT; red=0; \
	for core in $$(seq $$(nproc)); do while :; do :; done & done; \
	for run in $$(seq $(TIMES)); do log=build/test-again/run-$$run.txt; \
		$(PYTEST) $(IN_PARALLEL) $(TESTS) >$$log 2>&1 || red=1; echo "run $$run of $(TIMES): $$(tail -n 1 $$log)"; \
	done; grep -E '^(FAILED|ERROR) ' build/test-again/*.txt || echo "no test failed"; exit $$red

# make test types the short ones.
.PHONY: prove-commands
prove-commands: setup-dev setup-sam setup-aws setup-node ## Type the long commands of the documents on a fresh clone
	$(PYTEST) -m proof tests/commands

.PHONY: test-reversed
test-reversed: setup-dev setup-sam setup-aws setup-node ## Run every test, each file's from the last to the first
	$(PYTEST) $(IN_PARALLEL) --reversed $(TESTS)

.PHONY: lint
lint: setup-dev ## Check style, types, spelling and the template
	@$(MAKE) --jobs 2 --output-sync=target lint-types lint-style lint-template

# Types take as long as all else, and so are checked beside it. --output-sync keeps each one's output together.
.PHONY: lint-types lint-style lint-template
lint-types: setup-dev
	$(PY) -m mypy layers functions operations channels packages local tests scripts

lint-style: setup-dev
	@$(PY) -m scripts.commit_subjects
	$(PY) -m ruff check .
	$(PY) -m ruff format --check --quiet . || { echo "not formatted: run $(PY) -m ruff format ."; exit 1; }
	$(VENV)/bin/codespell
	$(VENV)/bin/lint-imports --no-logo --cache-dir build/imports

lint-template: setup-dev
	@# To its own rules, cfn-lint adds those for serverless.
	$(VENV)/bin/cfn-lint template.yaml operations/template.yaml channels/template.yaml -a cfn_lint_serverless.rules --non-zero-exit-code informational

# FROM= is the newest tag, else HEAD~1; TO= the working tree. DECISION=coverage DRAFT=brouillon.dmn compares a draft with today. ARGS=--all
.PHONY: impact
impact: setup-dev ## Which systems a change touches, and why [FROM= TO=]
	@$(PY) -m scripts.impact $(if $(FROM),--from "$(FROM)") $(if $(TO),--to "$(TO)") $(if $(DECISION),--decision "$(DECISION)") \
		$(if $(DRAFT),--draft "$(DRAFT)") $(ARGS)

.PHONY: explore
explore: setup-dev ## Play 100,000 courses (ten minutes) [COURSES= COURSE= GUARDS=1]
	@$(PY) -m tests.explore $(if $(COURSES),--courses "$(COURSES)") $(if $(LOT),--lot "$(LOT)") \
		$(if $(call yes,$(GUARDS)),--guards $(if $(LOT),,--lot "$$(git rev-parse HEAD)")) $(if $(SEED),--seed "$(SEED)") $(if $(COURSE),--course "$(COURSE)")

# AGAIN=1 repeats what is green at this commit; SLOWER=3 gives a machine that is busy three times as long.
.PHONY: prove
prove: setup-dev ## Every long proof (four hours) [ONLY=explore AGAIN=1]
	@$(PY) -m tests.prove $(if $(ONLY),--only "$(ONLY)") $(if $(AGAIN),--again) $(if $(SLOWER),--slower "$(SLOWER)")

# SEED=7 draws others than HEAD's; ONLY=operations/tool/python/ops/stop.py plants all faults of a file (or of one line: ONLY=operations/tool/python/ops/stop.py:40).
.PHONY: mutants
mutants: setup-dev ## Small faults in the product: what notices? [SEED= ONLY=]
	@$(PY) -m tests.mutants $(if $(SEED),--seed $(SEED)) $(if $(ONLY),--only "$(ONLY)") $(ARGS)

# ARGS="--minutes 50" takes as many as that allows, by lot; ARGS="--only WaitForBank" those with that word, and writes no page.
.PHONY: machine-mutants
machine-mutants: setup-dev ## Slips in the process: do stories notice? [ARGS=]
	@$(PY) -m tests.reliability.measure_machine_mutants $(ARGS)

TCK ?= ../shared/dmn-tck

.PHONY: tck
tck: setup-local ## Run the DMN conformance kit: TCK=folder of the kit
	@[ -f "$(TCK)/run_tck.py" ] || { echo "There is no run_tck.py in $(TCK). Say where the kit is: make tck TCK=folder"; exit 2; }
	@for level in 2 3; do $(PY) "$(TCK)/run_tck.py" --engine tests/conformance/tck_engine.py:evaluate --level $$level --quiet; done

.PHONY: dmn-real
dmn-real: setup-local ## Load every .dmn below a folder: FILES=folder
	@[ -d "$(FILES)" ] || { echo "make dmn-real FILES=<folder with .dmn files> [ARGS=--files]"; exit 2; }
	@$(PY) tests/conformance/real_files.py "$(FILES)" $(ARGS)

.PHONY: dmn-wheel
dmn-wheel: setup-wheel ## Build the engine's wheel and test it alone
	@rm -rf $(WHEEL) && mkdir -p $(WHEEL)/source $(WHEEL)/alone/unit && cp -R packages/dmn/. $(WHEEL)/source
	@cp -R tests/unit/dmn $(WHEEL)/source/tests && cp -R tests/unit/dmn $(WHEEL)/alone/unit/engine && find $(WHEEL) -name __pycache__ -prune -exec rm -rf {} +
	@$(WHEEL_VENV)/bin/python -m build --no-isolation --outdir $(WHEEL)/dist $(WHEEL)/source >$(WHEEL)/build.log 2>&1 \
		|| { cat $(WHEEL)/build.log; exit 1; }
	@for python in $(WHEEL_PYTHONS); do \
		if ! "$$python" -c "" 2>/dev/null; then echo "$$python is not here: left out"; continue; fi; \
		tag="$$("$$python" -c 'import sys; print(sys.implementation.cache_tag)')"; alone="$(WHEEL)/$$tag"; \
		"$$python" -m venv "$$alone"; \
		"$$alone/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/wheel.txt; \
		"$$alone/bin/python" -m pip install --quiet --disable-pip-version-check --no-index --no-deps $(WHEEL)/dist/dmn_feel-*.whl; \
		echo "$$tag: $$("$$alone/bin/python" -I -c 'import dmn; print(dmn.__version__, dmn.__file__)')"; \
		"$$alone/bin/python" -I -m pytest -q -c /dev/null -p no:cacheprovider --hypothesis-profile=ci --import-mode=importlib $(WHEEL)/alone/unit; \
	done

.PHONY: cloud-wheel
cloud-wheel: setup-wheel setup-dev ## Build the embedded cloud's wheel and test what is in it
	@rm -rf build/cloud-wheel && mkdir -p build/cloud-wheel
	@$(WHEEL_VENV)/bin/python -m build --no-isolation --wheel --outdir build/cloud-wheel packages/cloud >build/cloud-wheel/log 2>&1 || { cat build/cloud-wheel/log; exit 1; }
	@$(PY) -m zipfile -e build/cloud-wheel/*.whl build/cloud-wheel/alone
	@cd build/cloud-wheel/alone && "$(CURDIR)/$(PY)" -m pytest -q "$(CURDIR)/tests/unit/cloud"

# Its examples are run first. A warning of mkdocs ends it; the variable turns off what its theme says of another tool.
.PHONY: dmn-site
dmn-site: setup-dev setup-site ## Build the engine's documentation site in build/dmn-site/site
	@$(PY) packages/dmn/docs/build.py --check || { echo "reference.md is old: run $(PY) packages/dmn/docs/build.py"; exit 1; }
	@$(PYTEST) -q tests/unit/dmn/test_readme.py
	@rm -rf $(SITE) && mkdir -p $(SITE)/docs && cp packages/dmn/docs/mkdocs.yml $(SITE)
	@sed 's#(docs/reference.md)#(reference.md)#; s#(CHANGELOG.md)#(changelog.md)#' packages/dmn/README.md >$(SITE)/docs/index.md
	@cp packages/dmn/docs/reference.md $(SITE)/docs/reference.md && cp packages/dmn/CHANGELOG.md $(SITE)/docs/changelog.md
	@NO_MKDOCS_2_WARNING=1 $(SITE_VENV)/bin/python -m mkdocs build --strict --config-file $(SITE)/mkdocs.yml

##@ Decide: the rules and the texts, which business owns

DECISION_TOOLS := $(PY) -m local.decision_tools
# Where kept decisions are read: the file that make demo leaves, or FROM=file, or TABLE=name REGION=…
KEPT = $(if $(FROM),--from "$(FROM)") $(if $(TABLE),--table "$(TABLE)") $(if $(REGION),--region "$(REGION)")

.PHONY: decisions
decisions: setup-local ## Analyse the tables: gaps, overlaps, useless rules
	@$(DECISION_TOOLS) check

# ARGS=--slips judges the forty slips alone (half a minute); ARGS="--seed 2 --of-a-kind 4" other mutants.
.PHONY: decision-mutants
decision-mutants: setup-dev ## Slips in the tables: what stops each? (5 minutes)
	@$(PY) -m tests.unit.decisions.measure_mutants $(ARGS)

# CSV=inputs.csv replays the lines of a spreadsheet instead of the kept decisions.
.PHONY: replay
replay: setup-local ## What a new table changes: DECISION= WITH= [DAYS=30]
	@[ -n "$(DECISION)" ] && [ -n "$(WITH)" ] || { echo "Nommer les deux : make replay DECISION=coverage WITH=ma-table.dmn [CSV=cas.csv]"; exit 2; }
	@$(DECISION_TOOLS) replay "$(DECISION)" "$(WITH)" $(if $(CSV),--csv "$(CSV)") $(if $(DAYS),--days $(DAYS)) $(KEPT)

.PHONY: replay-csv
replay-csv: setup-local ## A spreadsheet of cases for make replay: DECISION= CSV=
	@[ -n "$(DECISION)" ] && [ -n "$(CSV)" ] || { echo "Nommer les deux : make replay-csv DECISION=coverage CSV=cas.csv"; exit 2; }
	@$(DECISION_TOOLS) sheet "$(DECISION)" "$(CSV)"

.PHONY: rules
rules: setup-local ## Which version of each table counts, and from when
	@$(DECISION_TOOLS) rules

# The author's: everything that must pass, then version, documents and signature. ACCEPT=file says what is
# meant; TABLE=name REGION=… reads the last 30 days of an account.
OWN = --by "$(BY)" $(if $(KEY),--key "$(KEY)")
.PHONY: rules-approve
rules-approve: setup-local ## Publish a draft: FILE=coverage DRAFT= FROM= BY= WHY=
	@[ -n "$(FILE)" ] && [ -n "$(DRAFT)" ] && [ -n "$(FROM)" ] || { echo 'make rules-approve FILE=coverage DRAFT=mon.dmn FROM=2027-01-01 BY=anne WHY="…" [KEY= ACCEPT=]'; exit 2; }
	@$(DECISION_TOOLS) approve "$(FILE)" "$(DRAFT)" --since "$(FROM)" $(OWN) --why "$(WHY)" \
		$(if $(ACCEPT),--accept "$(ACCEPT)") \
		$(if $(TABLE),--table "$(TABLE)") $(if $(REGION),--region "$(REGION)")

.PHONY: rules-sign
rules-sign: setup-local ## Approve it, as a second person: FILE= BY= [KEY=]
	@[ -n "$(FILE)" ] && [ -n "$(BY)" ] || { echo 'make rules-sign FILE=coverage BY=bruno [KEY=clé privée]'; exit 2; }
	@$(DECISION_TOOLS) sign "$(FILE)" $(OWN)

.PHONY: rules-signer
rules-signer: setup-local ## Let somebody sign: NAME=anne ROLE=metier KEY=x.pub
	@[ -n "$(NAME)" ] && [ -n "$(ROLE)" ] && [ -n "$(KEY)" ] || { echo 'make rules-signer NAME=anne ROLE=metier (ou juridique) KEY=~/.ssh/id_ed25519.pub'; exit 2; }
	@$(DECISION_TOOLS) signer "$(NAME)" "$(ROLE)" "$(KEY)"

.PHONY: rules-back
rules-back: setup-local ## Return to the version before: FILE= BY= WHY= [KEY=]
	@[ -n "$(FILE)" ] || { echo 'make rules-back FILE=coverage BY=anne WHY="…" [KEY=clé privée]'; exit 2; }
	@$(DECISION_TOOLS) back "$(FILE)" $(OWN) --why "$(WHY)"

.PHONY: decision-docs
decision-docs: setup-local ## Write what pages and screens say of the tables
	@$(DECISION_TOOLS) document

.PHONY: stories
stories: setup-local ## Read the stories (stories/*.feature), write docs/vocabulaire.md, check the law
	@$(PY) -m local.stories.vocabulary && $(PY) -m local.decision_tools law

# It plays the stories unless the last make demo did; the rows' figures are of kept decisions, as make explain reads them.
.PHONY: coverage
coverage: setup-dev ## What the stories cover, and what each alone (docs/coverage.md)
	@$(PY) -m scripts.coverage
	@$(DECISION_TOOLS) rows $(KEPT)

.PHONY: messages
messages: setup-local ## Show every message to customers, and its length
	@$(PY) -m scripts.messages

##@ Operate: cases and stacks

# ARGS=--help lists the commands; AWS_PROFILE, AWS_REGION and RESTORATION_STACK say where. docs/operations.md shows each.
# JSON=1 prints it as JSON; ALL=1 shows each call.
.PHONY: trace
trace: setup-local ## A case from the bus to power: CASE=LIM-000007 [ALL=1]
	@[ -n "$(CASE)" ] || { echo "Which case? make trace CASE=LIM-000007 (or a contract, point, customer or execution)"; exit 2; }
	@$(PY) -m ops trace "$(CASE)" $(if $(call yes,$(ALL)),--all) $(if $(call yes,$(JSON)),--json)

.PHONY: ops
ops: setup-local ## See cases, act on them: ARGS="cases --since 1h"
	@$(PY) -m ops $(ARGS)

# AWS_PROFILE and its like say where, as for make ops. make demo leaves one of its day in build/demo/event-log.
.PHONY: event-log
event-log: setup-local ## What cases did, for process mining [SINCE=24h UNTIL= TO=]
	@$(PY) -m ops event-log --to "$(or $(TO),build/event-log)" $(if $(SINCE),--since "$(SINCE)") $(if $(UNTIL),--until "$(UNTIL)")

# Of the last make demo; STACK=restoration reads an account, for which AWS_PROFILE and its like say where.
.PHONY: story
story: setup-local ## A kept case as a story, without names: CASE=LIM-000007 [STACK=]
	@[ -n "$(CASE)" ] || { echo "Quel dossier ? make story CASE=LIM-000007 (make demo les nomme)"; exit 2; }
	@$(PY) -m local.stories.writing "$(CASE)" $(if $(STACK),--stack "$(STACK)") $(if $(FROM),--from "$(FROM)")

# LONG=1 shows each table, which takes thousands of lines. A contract or a point will do, too. Of an account: make ops ARGS="explain LIM-000007"
.PHONY: explain
explain: setup-local ## Why a case ended so: CASE=LIM-000007 [LONG=1 FROM=]
	@[ -n "$(CASE)" ] || { echo "Quel dossier ? make explain CASE=LIM-000007 (make demo les nomme)"; exit 2; }
	@$(DECISION_TOOLS) explain "$(CASE)" $(if $(call yes,$(LONG)),--long) $(if $(FROM),--from "$(FROM)")

##@ Deploy: to an account

.PHONY: need-env
need-env:
	@[ -n "$(ENV)" ] || { echo "Which environment? make $(MAKECMDGOALS) ENV=dev (or staging, prod)"; exit 2; }

.PHONY: preflight
preflight: need-env setup-local ## Is all there that a stack needs? ENV=dev [CASES=]
	@$(PY) -m ops preflight $(ENV) $(if $(CASES),--cases $(CASES))

.PHONY: sam-validate
sam-validate: setup-sam ## Validate the templates as AWS does
	$(SAM) validate --lint
	$(OPERATIONS_SAM) validate --lint
	$(CHANNELS_SAM) validate --lint

# The architecture has to be the one that is deployed: wheels of one don't run on the other.
BUILD_FOR = $(if $(ENV),--config-env $(ENV)) $(if $(ARCHITECTURE),--parameter-overrides Architecture=$(ARCHITECTURE))

.PHONY: sam-build
sam-build: setup-sam ## Build what is deployed [ENV= ARCHITECTURE=x86_64]
	$(SAM) build $(BUILD_FOR)
	@$(FINISH_LAYERS) .aws-sam/build
	$(OPERATIONS_SAM) build $(BUILD_FOR)
	@$(FINISH_LAYERS) operations/.aws-sam/build
	$(CHANNELS_SAM) build $(BUILD_FOR)
	@$(FINISH_LAYERS) channels/.aws-sam/build

# CONFIG=/path/to/samconfig.toml takes another file's sections; those of the companion are in operations/ beside it.
SAM_CONFIG = --config-env $(ENV) $(if $(CONFIG),--config-file "$(CONFIG)")
OPERATIONS_CONFIG = --config-env $(ENV) $(if $(CONFIG),--config-file "$$(dirname "$(CONFIG)")/operations/$$(basename "$(CONFIG)")")

.PHONY: sam-deploy-channels
sam-deploy-channels: need-env setup-sam setup-local ## Build and deploy the pages of customers and advisors, after the core: ENV=dev, staging or prod
	@$(PY) -m ops.environments $(ENV)
	$(CHANNELS_SAM) build --config-env $(ENV)
	@$(FINISH_LAYERS) channels/.aws-sam/build
	$(CHANNELS_SAM) deploy --config-env $(ENV)

.PHONY: sam-deploy
sam-deploy: need-env setup-sam setup-local ## Build and deploy, the core first: ENV=dev, staging or prod [CONFIG=]
	@$(PY) -m ops.environments $(ENV) $(if $(CONFIG),"$(CONFIG)")
	$(SAM) build $(SAM_CONFIG)
	@$(FINISH_LAYERS) .aws-sam/build
	$(SAM) deploy $(SAM_CONFIG)
	$(OPERATIONS_SAM) build $(OPERATIONS_CONFIG)
	@$(FINISH_LAYERS) operations/.aws-sam/build
	$(OPERATIONS_SAM) deploy $(OPERATIONS_CONFIG)

.PHONY: sam-delete
sam-delete: need-env setup-local ## Delete all stacks and what they retain: ENV=dev
	@$(PY) -m ops delete-stack $(ENV)

# The layers as make sam-deploy leaves them, for this machine's processor, serve the demo and each end-to-end test.
BUILT := build/deployed
HERE := --no-cached --parameter-overrides Architecture=$(if $(filter aarch64 arm64,$(shell uname -m)),arm64,x86_64)
.PHONY: build-here
build-here: setup-dev setup-sam setup-aws
	@mkdir -p build
	@{ $(SAM) build $(HERE) --build-dir $(BUILT) && ($(OPERATIONS_SAM) build $(HERE) --build-dir ../$(BUILT)/operations) \
		&& ($(CHANNELS_SAM) build $(HERE) --build-dir ../$(BUILT)/channels); } >build/deployed.log 2>&1 \
		|| { cat build/deployed.log; exit 1; }
	@for each in . operations channels; do $(FINISH_LAYERS) $(BUILT)/$$each || exit; done

.PHONY: prove-deployed
prove-deployed: build-here setup-node ## Test what is deployed: built, finished, end to end
	BUILT="$(CURDIR)/$(BUILT)" $(PYTEST) -q $(BUSY) tests/end_to_end

.PHONY: foreign-emulator
foreign-emulator: setup-dev setup-sam setup-emulator ## Deploy on MiniStack, restore a case, delete
	@$(PY) -m tests.emulator

##@ Measure: sizes, times and faults

RELIABILITY := $(PY) -m tests.reliability

.PHONY: repetition
repetition: ## Count repeated lines, by jscpd (npm fetches it)
	@npx --yes jscpd@4.0.5 layers functions operations channels packages local scripts tests --format python --min-lines 5 --min-tokens 50 --reporters console

.PHONY: size
size: setup-dev ## Lines and statements of each room, and its bound
	@$(PY) -m scripts.size

# ARGS="--payments 20000" plays more, and --limited says how many of their customers are limited.
.PHONY: bench-demo
bench-demo: setup-local ## Time and memory of a demo of 2,000 payments
	@$(PY) -m benchmarks.demo.bench $(ARGS)

.PHONY: bench-pages
bench-pages: setup-local ## How long pages take beside 200 customers who pay at once [ARGS=]
	@$(PY) -m benchmarks.pages $(ARGS)

.PHONY: bench-path
bench-path: setup-dev ## Time 50 payments, to the order and to the end
	@$(PY) -m benchmarks.path.bench $(ARGS)

.PHONY: costs
costs: setup-dev ## Reckon what a million payments and 1,000 cases cost [ARGS=]
	@$(PY) -m benchmarks.costs.bench $(ARGS)

# ARGS=--help lists what else can be measured: some functions, or two versions in turns.
.PHONY: bench-cold-start
bench-cold-start: build-here ## Time the first call of each function, as it is deployed
	@$(PY) -m benchmarks.cold_start --template $(BUILT)/template.yaml $(ARGS)

.PHONY: bench
bench: setup-bench ## Time the decision engine beside its peers
	@DMN_BENCH_NODE_MODULES=$(BENCH_VENV)/node_modules $(BENCH_VENV)/bin/python -m benchmarks.dmn.bench $(SECONDS)

# ARGS=--help lists smaller runs.
.PHONY: bench-quota
bench-quota: setup-dev ## 500 orders at five calls a second (six minutes)
	@$(RELIABILITY).quota_run $(ARGS) 2>/dev/null

# ARGS=--help lists what else can be changed.
.PHONY: capacity
capacity: setup-dev ## Simulate a day under the quota: CASES=10000 QUOTA=2
	@$(PY) -m benchmarks.capacity $(if $(CASES),--cases $(CASES)) $(if $(QUOTA),--quota $(QUOTA)) $(ARGS)

.PHONY: fault-matrix
fault-matrix: setup-dev ## Every fault of Enedis on every call (ten minutes)
	@$(RELIABILITY).measure_matrix

# STATE=ReadPoint walks one state, and writes no page.
.PHONY: urgent-first
urgent-first: setup-dev ## 400 orders after an outage, 20 urgent (five minutes)
	$(PYTEST) -m proof tests/reliability -k whole

.PHONY: redrive-walk
redrive-walk: setup-dev ## Fail and redrive each state x error (STATE=)
	@$(RELIABILITY).measure_redrive $(if $(STATE),--state $(STATE))

##@ Write: files that are made from others; make test compares them

.PHONY: process
process: setup-dev ## Draw process.md, its pictures and BPMN from the ASL
	@$(PY) -m scripts.process

.PHONY: keep-machine
keep-machine: setup-dev ## Keep the changed process for a test: NAME=what-changed
	@[ -n "$(NAME)" ] || { echo "What changed? make keep-machine NAME=second-read"; exit 2; }
	@$(PY) -m tests.statemachine.kept_machines "$(NAME)"

.PHONY: schemas
schemas: setup-dev ## Write events/schemas/, events/asyncapi.yaml and channels/openapi-*.yaml
	@$(PY) -m scripts.schemas

##@ Set up: done by itself where it is needed

# A stamp has the hash of what it was made from: a changed pin is installed, an unchanged one costs nothing.
hash = $(shell cat $(1) | sha256sum | cut -c1-12)
# Our own packages are installed where they lie. A folder that was copied with its environment installs its own.
PACKAGES := packages/dmn packages/cloud layers/restoration operations/record operations/screens operations/tool channels/layer .
PACKAGES_STAMP := $(VENV)/.packages-$(shell { pwd; cat $(PACKAGES:%=%/pyproject.toml); } | sha256sum | cut -c1-12)
INSTALL_PACKAGES := -m pip install --quiet --disable-pip-version-check --no-index --no-deps --no-build-isolation
LOCAL_STAMP := $(VENV)/.local-$(call hash,requirements/local.txt)
DEV_STAMP := $(VENV)/.dev-$(call hash,requirements/dev.txt)
SAM_STAMP := $(SAM_VENV)/.sam-$(call hash,requirements/sam.txt)
AWS_STAMP := $(AWS_VENV)/.aws-$(call hash,requirements/aws.txt scripts/any_endpoint.py)
NODE_STAMP := node_modules/.stamp-$(call hash,package.json)
BENCH_STAMP := $(BENCH_VENV)/.bench-$(call hash,requirements/bench.txt benchmarks/package.json)
EMULATOR_STAMP := $(EMULATOR_VENV)/.emulator-$(call hash,requirements/emulator.txt)
SITE_STAMP := $(SITE_VENV)/.site-$(call hash,requirements/site.txt)
WHEEL_STAMP := $(WHEEL_VENV)/.wheel-$(call hash,requirements/wheel.txt)
INSTALL := -m pip install --quiet --disable-pip-version-check --require-hashes -r

.PHONY: setup
setup: setup-local setup-dev ## Install what demo, check and test need

.PHONY: setup-local setup-dev setup-sam setup-aws setup-bench setup-emulator setup-wheel setup-site setup-node
setup-local: $(LOCAL_STAMP) $(PACKAGES_STAMP)
setup-dev: $(DEV_STAMP) $(PACKAGES_STAMP)
setup-sam: $(SAM_STAMP)
setup-aws: $(AWS_STAMP)
setup-bench: $(BENCH_STAMP)
setup-emulator: $(EMULATOR_STAMP)
setup-wheel: $(WHEEL_STAMP)
setup-site: $(SITE_STAMP)
setup-node: $(NODE_STAMP)

$(VENV)/bin/python:
	@command -v $(BASE_PYTHON) >/dev/null || { echo "$(BASE_PYTHON) is missing: apt-get install python3.13 python3.13-venv"; exit 1; }
	@$(BASE_PYTHON) -m venv $(VENV)

$(LOCAL_STAMP): | $(VENV)/bin/python
	@[ -e $(DEV_STAMP) ] || { echo "Setting up $(VENV) (once; about a minute)…"; $(PY) $(INSTALL) requirements/local.txt; }
	@touch $@

$(DEV_STAMP): | $(VENV)/bin/python
	@echo "Setting up $(VENV) for checks and tests (once; about a minute)…"
	@$(PY) $(INSTALL) requirements/dev.txt
	@touch $@

# The build backend is one of the requirements. Whichever of the two was asked for has installed it by now.
$(PACKAGES_STAMP): | $(VENV)/bin/python
	@$(PY) -c "import hatchling" 2>/dev/null || $(MAKE) $(LOCAL_STAMP)
	@$(PY) $(INSTALL_PACKAGES) $(foreach package,$(PACKAGES),--editable ./$(package))
	@touch $@

$(SAM_STAMP): requirements/sam.txt
	@echo "Setting up $(SAM_VENV) for the SAM CLI (once; about a minute)…"
	@[ -x $(SAM_VENV)/bin/python ] || $(BASE_PYTHON) -m venv $(SAM_VENV)
	@$(SAM_VENV)/bin/python $(INSTALL) requirements/sam.txt
	@touch $@

$(AWS_STAMP): requirements/aws.txt scripts/any_endpoint.py
	@echo "Setting up $(AWS_VENV) for the AWS CLI (once)…"
	@[ -x $(AWS_VENV)/bin/python ] || $(BASE_PYTHON) -m venv $(AWS_VENV)
	@$(AWS_VENV)/bin/python $(INSTALL) requirements/aws.txt
	@# Its own script does not start in a folder with a space in its name.
	@cp scripts/any_endpoint.py $(AWS_VENV)/lib/python3.13/site-packages
	@printf '#!/bin/sh\nexec "$$(dirname "$$0")/python" -m any_endpoint "$$@"\n' >$(AWS_VENV)/bin/aws
	@touch $@

$(EMULATOR_STAMP): requirements/emulator.txt
	@echo "Setting up $(EMULATOR_VENV) with MiniStack (once)…"
	@[ -x $(EMULATOR_VENV)/bin/python ] || $(BASE_PYTHON) -m venv $(EMULATOR_VENV)
	@$(EMULATOR_VENV)/bin/python $(INSTALL) requirements/emulator.txt
	@touch $@

$(BENCH_STAMP): requirements/bench.txt benchmarks/package.json
	@echo "Setting up $(BENCH_VENV) with the engine's peers (once)…"
	@[ -x $(BENCH_VENV)/bin/python ] || $(BASE_PYTHON) -m venv $(BENCH_VENV)
	@$(BENCH_VENV)/bin/python $(INSTALL) requirements/bench.txt
	@$(BENCH_VENV)/bin/python $(INSTALL_PACKAGES) --editable ./packages/dmn
	@# From nothing: npm took minutes and a gigabyte to fit other packages into a folder that was there.
	@rm -rf $(BENCH_VENV)/node_modules
	@if command -v npm >/dev/null; then npm install --prefix $(BENCH_VENV) --no-save --no-package-lock --no-audit --no-fund --silent \
		$$(sed -n '/devDependencies/,/}/s/^ *"\(.*\)": "\(.*\)".*/\1@\2/p' benchmarks/package.json); \
	else echo "npm is missing: feelin and Drools are left out (apt-get install nodejs npm)"; fi
	@touch $@

$(WHEEL_STAMP): requirements/wheel.txt
	@echo "Setting up $(WHEEL_VENV) for the engine's wheel (once)…"
	@[ -x $(WHEEL_VENV)/bin/python ] || $(BASE_PYTHON) -m venv $(WHEEL_VENV)
	@$(WHEEL_VENV)/bin/python $(INSTALL) requirements/wheel.txt
	@touch $@

$(SITE_STAMP): requirements/site.txt
	@echo "Setting up $(SITE_VENV) for the engine's site (once)…"
	@[ -x $(SITE_VENV)/bin/python ] || $(BASE_PYTHON) -m venv $(SITE_VENV)
	@$(SITE_VENV)/bin/python $(INSTALL) requirements/site.txt
	@touch $@

$(NODE_STAMP): package.json
	@command -v npm >/dev/null || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null \
		&& { apt-get update -qq && apt-get install -qq -y nodejs npm >/dev/null; }; } || true
	@# From nothing: npm took minutes and a gigabyte to fit other packages into a folder that was there.
	@rm -rf node_modules
	@if command -v npm >/dev/null; then npm install --no-package-lock --no-audit --no-fund --silent && touch $@; \
	else echo "npm is missing: the tests that need it fail (apt-get install nodejs npm)"; fi
