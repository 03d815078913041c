# `make` alone lists the targets. Everything is installed into .venv of this folder and nowhere else.
# Written for GNU make 3.81 (macOS) and later.

PYTHON ?= python3
PORT = 8000

bin := .venv/bin
# No package is built from source: a build would fetch tools that nobody pinned.
pip := $(bin)/python -m pip --disable-pip-version-check --no-input -qq
pinned := install --require-hashes --only-binary :all:

# The environment holds absolute paths: it is made again where the folder was moved or copied,
# and where the Python that it was made from is gone.
ifneq ($(shell test -x $(bin)/python && cat .venv/home 2>/dev/null),$(CURDIR))
.venv/run: FORCE
endif

.DEFAULT_GOAL := help
.PHONY: help install run test check coverage mutate format bench lock clean FORCE

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' Makefile

install: .venv/project ## make .venv with the pinned requirements and `onrecord` in it

run: .venv/project ## serve on 127.0.0.1:8000 (PORT=n), data in .onrecord/, the seed loaded; Ctrl-C stops
	@$(bin)/python scripts/run.py --port $(PORT) --data-dir .onrecord

# pytest compiles what it loads for each of its processes anew where no bytecode may be kept.
test: .venv/dev ## the tests (PYTEST='-k dates' for some; PYTEST='-n 0' one after another)
	@env -u PYTHONDONTWRITEBYTECODE \
	$(bin)/python -m pytest -n auto --maxprocesses 4 --dist worksteal $(COVERAGE) $(PYTEST) || \
	{ [ $$? = 1 ] && [ -n '$(AGAIN)' ] && $(bin)/python scripts/again.py $(PYTEST); }

check: .venv/dev ## what CI runs: format, lint, types, import contracts, tests
	@echo '== format' && $(bin)/ruff format --check .
	@echo '== lint' && $(bin)/ruff check .
	@echo '== types' && $(bin)/mypy
	@echo '== import contracts' && $(bin)/lint-imports --no-logo
	@echo '== tests' && $(MAKE) --no-print-directory test AGAIN=1

coverage: ## the tests, and which lines they reach (a fifth slower)
	@$(MAKE) --no-print-directory test COVERAGE=--cov

mutate: .venv/mutate ## break the code in small ways, tell which no test notices (ONLY='events.edtf.dates.*')
	@scripts/mutate $(ONLY)

format: .venv/dev ## format the code and mend what the linter can
	@$(bin)/ruff check --fix-only .
	@$(bin)/ruff format .

bench: .venv/dev ## measure
	@$(bin)/python -m benchmarks

lock: ## write requirements/*.txt again from pyproject.toml (UPGRADE=1 moves every pin)
	@PYTHON='$(PYTHON)' scripts/lock $(if $(UPGRADE),--upgrade)

clean: ## remove what make made; the data in .onrecord/ stays
	@rm -rf .venv dist build .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	@rm -rf .coverage .coverage.* htmlcov .mutation
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Each file below is written last, so that an interrupted step is taken again.
.venv/run: requirements/run.txt requirements/build.txt
	@PYTHON='$(PYTHON)' scripts/new-venv
	@echo 'Installing the pinned requirements into .venv (a minute, the first time) ...'
	@$(pip) $(pinned) -r requirements/build.txt -r requirements/run.txt
	@printf '%s\n' '$(CURDIR)' > .venv/home
	@touch $@

.venv/project: .venv/run pyproject.toml
	@$(pip) install --no-deps --no-build-isolation --editable .
	@touch $@

.venv/dev: .venv/project requirements/dev.txt
	@echo 'Installing the pinned tools of development ...'
	@$(pip) $(pinned) -r requirements/dev.txt
	@touch $@

.venv/mutate: .venv/dev requirements/mutate.txt
	@echo 'Installing the pinned tools of mutation testing ...'
	@$(pip) $(pinned) -r requirements/mutate.txt
	@touch $@
