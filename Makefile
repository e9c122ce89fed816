# Everything happens in .venv, which scripts/venv.sh makes and keeps right. Another interpreter than
# python3: make start PYTHON=python3.12
BIN := .venv/bin
# A file's tests stay in one process: they share what takes long to start. Files are begun in the
# order of tests/conftest.py, the longest first; xdist's own order is by the number of tests.
PYTEST := $(BIN)/python -m pytest -q -rs --numprocesses logical --dist loadfile --no-loadscope-reorder

.PHONY: start diffusion test test-fast check fix bench sheet clean core dev

start: core  ## set up and run the bot (in the playground, unless .env holds a token)
	$(BIN)/python -P -m bot

diffusion:  ## add PyTorch and diffusers, for drawing with AI models on this computer
	@scripts/venv.sh diffusion

test: dev  ## set up and run every test
	$(PYTEST)

test-fast: dev  ## the tests that start no bot, no browser and no diffusion model
	$(PYTEST) -m 'not (e2e or browser or diffusion or gpu or network or soak)'

check: dev  ## format, lint, types, import contracts
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/pyright
	$(BIN)/lint-imports

fix: dev  ## let ruff repair what it can
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: dev  ## measure; every figure is a ratio or comes with what it was measured beside
	$(BIN)/python -m benchmarks

sheet: core  ## draw the illustrator's contact sheets into build/sheets
	$(BIN)/python -m generation.illustrator.sheet build/sheets

clean:  ## forget the virtual environment and what tools have cached
	rm -rf .venv build .pytest_cache .ruff_cache .import_linter_cache

core:
	@scripts/venv.sh

dev:
	@scripts/venv.sh dev
