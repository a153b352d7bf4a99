# Everything a newcomer needs: `make up` and `make test`. `make help` lists the rest.
# Needs make and a Python 3.11 or newer with venv; whatever else is needed comes out of requirements.lock.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help install web up down reset status demo test fast lint format lock bench clean

PYTHON ?= $(shell command -v python3.11 || command -v python3 || command -v python)
UV ?= uv
BIN := .venv/bin
# An installation is current while what it was made from is: stamps carry checksums, not times,
# so that a checkout which only touches files costs nothing.
LOCKED := .venv/.locked-$(shell cksum < requirements.lock | tr ' ' '-')
PROJECT := .venv/.project-$(shell cat requirements.lock pyproject.toml | cksum | tr ' ' '-')

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  make %-8s %s\n", $$1, $$2}' Makefile

install: $(PROJECT) ## make .venv out of requirements.lock (every other target does so when needed)

$(LOCKED):
	@test -n "$(PYTHON)" || { echo "make: no Python found; install Python 3.11 or set PYTHON=…" >&2; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "make: $(PYTHON) is too old; Python 3.11 or newer is needed (set PYTHON=…)" >&2; exit 1; }
	@echo "installing requirements.lock into .venv (the first time takes a minute or two)"
	@$(BIN)/python -c '' 2>/dev/null || "$(PYTHON)" -m venv --clear .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@rm -f .venv/.locked-* && touch $@

$(PROJECT): $(LOCKED)
	@PYTHONWARNINGS=ignore $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@rm -f .venv/.project-* && touch $@

web: install ## build the browser page (GraphiQL) unless it is current
	@$(BIN)/python -m clipgraph web

up: install web ## start everything on this machine; Ctrl-C stops it, .data/ keeps the data
	@$(BIN)/python -m clipgraph up

down: install ## stop a running `make up`
	@$(BIN)/python -m clipgraph down

reset: install ## stop, then forget all local data
	@$(BIN)/python -m clipgraph reset

status: install ## what runs, and where
	@$(BIN)/python -m clipgraph status

demo: install ## play the main story against a running `make up`
	@$(BIN)/python -m clipgraph demo

lint: install ## ruff, mypy --strict, import contracts
	@echo "ruff check";          $(BIN)/ruff check --quiet .
	@echo "ruff format --check"; $(BIN)/ruff format --quiet --check . || { \
	  echo "make: some files are not formatted; run \`make format\`" >&2; exit 1; }
	@echo "mypy --strict";       $(BIN)/mypy --strict .
	@echo "lint-imports";        $(BIN)/lint-imports

format: install ## let ruff mend what it can
	@$(BIN)/ruff check --quiet --fix . ; $(BIN)/ruff format .

test: install web lint ## install, lint, and all tests
	@$(BIN)/python -m pytest -n 2

fast: install ## the part of the tests that takes under two minutes
	@$(BIN)/python -m pytest -n 2 -m "not slow and not browser" tests/unit tests/property tests/contract

bench: install ## every benchmark, one table each
	@for file in benchmarks/*/__main__.py; do \
	  name=$$(basename $$(dirname $$file)); echo "benchmarks.$$name"; $(BIN)/python -m benchmarks.$$name || exit 1; \
	done

lock: ## compile requirements.in into requirements.lock again (needs uv)
	@command -v $(UV) >/dev/null || { echo "make: uv is needed (pip install uv), or set UV=…" >&2; exit 1; }
	@$(UV) pip compile requirements.in --generate-hashes --no-emit-index-url --python-version 3.11 -q -o requirements.lock

clean: ## remove caches and build output, not .venv or .data
	@rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .grimp_cache build web/dist
