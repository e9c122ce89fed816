# Everything happens in .venv; PYTHON picks the interpreter it is made with.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

.PHONY: start test test-fast check fix bench sheet clean

start: .venv/core  ## set up and run the bot (in the playground, unless .env holds a token)
	$(BIN)/moevatar

# A file's tests stay in one process: they share what takes long to start.
PYTEST := $(BIN)/python -m pytest -q -rs --numprocesses logical --dist loadfile

test: .venv/all  ## set up and run every test
	$(PYTEST)

test-fast: .venv/all  ## the tests that start no bot, no browser and no diffusion model
	$(PYTEST) -m 'not (e2e or browser or diffusion or gpu or network)'

check: .venv/all  ## format, lint, types, import contracts
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/pyright
	$(BIN)/lint-imports

fix: .venv/all  ## let ruff repair what it can
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: .venv/all  ## measure; every figure is a ratio or comes with what it was measured beside
	$(BIN)/python -m benchmarks

sheet: .venv/core  ## draw the illustrator's contact sheets into build/sheets
	$(BIN)/python -m generation.illustrator.sheet build/sheets

clean:  ## forget the virtual environment and what tools have cached
	rm -rf .venv build .pytest_cache .ruff_cache .import_linter_cache

.venv/bin/python:
	$(PYTHON) -m venv .venv

# The stamps make a second call install nothing.
.venv/core: pyproject.toml constraints.txt | .venv/bin/python
	$(PIP) --editable .
	touch $@

.venv/all: pyproject.toml constraints.txt | .venv/bin/python
	$(PIP) --editable '.[diffusion,dev]'
	touch .venv/core $@
