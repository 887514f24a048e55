# Everything that is done by hand in this repository; `make help` lists it.
# Recipes use relative paths and `python -m` only, so that a clone works wherever it lies.

PYTHON ?= python3
CONFIG ?= config.toml
STAY ?=
NAME ?=

venv := .venv/.installed
python := .venv/bin/python
compile := build/uv/bin/uv pip compile pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-header --no-annotate

.DEFAULT_GOAL := help
.PHONY: help venv demo test soak bench check format run lock clean

help: ## list what there is
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' $(firstword $(MAKEFILE_LIST)) | expand -t 18

# The stamp is written last: an interrupted installation is repeated, a finished one costs nothing.
$(venv): requirements-dev.lock
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "MusiVault needs Python 3.11 or newer")'
	$(python) -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear .venv
	$(python) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

venv: $(venv) ## install what is needed to work on MusiVault into .venv

demo: $(venv) ## see MusiVault at work against stand-ins of Discord, Spotify and Google (STAY=1: it stays open)
	STAY="$(STAY)" $(python) -m tests.demo

# One more than there are cores: a third of the time a journey waits for a tick or for another process.
workers := $(shell expr $$(getconf _NPROCESSORS_ONLN) + 1)

test: $(venv) ## run the tests (minutes)
	$(python) -m pytest -n $(workers) -q -m "not soak"

soak: $(venv) ## run the long matrices
	$(python) -m pytest -n auto -q -m soak

bench: $(venv) ## measure, with a table and build/bench/*.json (NAME=sync: only that one)
	$(python) -m tests.bench $(NAME)

check: $(venv) ## lint, format and types
	$(python) -m ruff check .
	$(python) -m ruff format --check .
	$(python) -m mypy

format: $(venv) ## put the code into shape
	$(python) -m ruff check --fix .
	$(python) -m ruff format .

run: $(venv) ## run the bot (CONFIG=config.toml)
	$(python) -m bot --config "$(CONFIG)" run

build/uv/bin/uv:
	$(PYTHON) -m venv build/uv
	build/uv/bin/python -m pip install --quiet --disable-pip-version-check uv

lock: build/uv/bin/uv ## pin all dependencies anew, from pyproject.toml
	$(compile) --output-file requirements.lock
	$(compile) --group dev --constraint requirements.lock --output-file requirements-dev.lock

clean: ## remove what can be made again (.venv, build, caches), never data/
	rm -rf .venv build .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage
