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
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)$$/  make \1\t\2/' | expand -t 26

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
