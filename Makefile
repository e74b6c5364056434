# `make run` starts the program on a fresh machine; `make help` lists the rest.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

# Pinned versions, for the program and for the tools that build it. Relative, for pip splits this at spaces.
export PIP_CONSTRAINT := packaging/constraints.txt
export PIP_BUILD_CONSTRAINT := $(PIP_CONSTRAINT)
export PIP_DISABLE_PIP_VERSION_CHECK := 1

# A window needs more of Qt than drawing without one: each has a stamp, for DISPLAY may be there tomorrow.
SCREEN := $(if $(DISPLAY)$(WAYLAND_DISPLAY),screen,offscreen)

.PHONY: help run test soak bench gallery wheel dist clean distclean
.DEFAULT_GOAL := help

help:  ## this list
	@grep -E '^[a-z]+:.*##' Makefile | sed -E 's/:.*## /\t/' | expand -t 12

run: $(VENV)/.program $(VENV)/.$(SCREEN)  ## install what is missing, then start the program
	@$(BIN)/python -m explorer

test: $(VENV)/.dev $(VENV)/.offscreen  ## lint, types, import rules and tests, without a screen
	@$(PYTHON) packaging/system.py tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	QT_QPA_PLATFORM=offscreen $(BIN)/python -m pytest -n 2

# MINUTES, SEED, or the file of a failure: make soak REPLAY=build/soak.json
soak: $(VENV)/.dev $(VENV)/.offscreen  ## a restless user at the real window, for MINUTES=10 with SEED=1
	QT_QPA_PLATFORM=offscreen $(BIN)/python -m tests.soak.soak $(if $(REPLAY),--replay $(REPLAY),--minutes $(or $(MINUTES),10) --seed $(or $(SEED),1))

bench: $(VENV)/.dev $(VENV)/.offscreen  ## how fast it is: medians and ratios, also in build/bench.json
	QT_QPA_PLATFORM=offscreen $(BIN)/python tests/benchmarks/bench.py

gallery: $(VENV)/.program $(VENV)/.screen  ## pictures of the real window in build/gallery/
	@$(PYTHON) packaging/system.py gallery
	$(BIN)/python packaging/gallery.py

wheel: $(VENV)/.dev  ## a wheel in dist/
	$(BIN)/python -m hatchling build -t wheel

dist: $(VENV)/.build $(VENV)/.screen  ## what is given out, in dist/: wheel, source, the program with its own Python
	@$(PYTHON) packaging/system.py dist
	$(BIN)/python packaging/dist.py

clean:  ## remove what was built, keep the virtual environment
	rm -rf build dist figures .coverage* .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .benchmarks
	find explorer packaging tests -name __pycache__ -type d -prune -exec rm -rf {} +

distclean: clean  ## remove the virtual environment too
	rm -rf $(VENV)

$(BIN)/python:
	@$(PYTHON) packaging/system.py venv
	$(PYTHON) -m venv $(VENV)

# A half-made environment has no stamp and is completed by the next start.
$(VENV)/.program: pyproject.toml packaging/constraints.txt | $(BIN)/python
	$(BIN)/python -m pip install --quiet -e .
	@touch $@

$(VENV)/.dev: pyproject.toml packaging/constraints.txt | $(BIN)/python
	$(BIN)/python -m pip install --quiet -e '.[dev]'
	@touch $@ $(VENV)/.program

$(VENV)/.build: pyproject.toml packaging/constraints.txt | $(BIN)/python
	$(BIN)/python -m pip install --quiet -e '.[build]'
	@touch $@ $(VENV)/.program

$(VENV)/.screen $(VENV)/.offscreen: $(VENV)/.%: packaging/system.py | $(VENV)/.program
	@$(BIN)/python packaging/system.py $*
	@touch $@
