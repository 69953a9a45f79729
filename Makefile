# Two commands: `make report` tries the suite on emulated devices, `make test` runs the project's own tests.
# Both make a virtual environment of their own in .venv and install what they need from requirements*.txt.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: help report test lint e2e lab record docs mutants dist clean

# The lab has broken devices on purpose, so the compliance run inside ends with status 1; `demo` checks that exactly the planted
# faults were found, and fails otherwise.
report: $(VENV)/run.stamp  ## run the suite on emulated devices: reports/compliance.html
	$(BIN)/python -m sse_compliance demo

test: $(VENV)/dev.stamp  ## the project's own tests
	$(BIN)/python -m pytest tests/unit tests/integration tests/browser tests/docs tests/package -n 2 --dist loadfile $(ARGS)

# On real tools, in network namespaces; needs Linux and the Debian packages of tests/e2e/packages.txt (docs/development.md).
e2e: $(VENV)/dev.stamp  ## the tests on real tools, in network namespaces
	$(BIN)/python -m tests.e2e.lab run -- $(BIN)/python -m pytest tests/e2e $(ARGS)

lab: $(VENV)/dev.stamp  ## the real lab, with a shell in it
	$(BIN)/python -m tests.e2e.lab shell

lint: $(VENV)/dev.stamp  ## ruff, mypy, the arrows of the rooms, nothing dead
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/vulture

# Faults put into the code by a machine (pyproject.toml says where); docs/development.md tells which survive, and why.
mutants: $(VENV)/dev.stamp  ## faults made by a machine: which survive the tests
	$(BIN)/mutmut run $(ARGS)
	$(BIN)/python -m bench.survivors

# The lab's devices as they are judged again by tests/integration/test_recorded.py.
record: $(VENV)/run.stamp  ## record the embedded lab's evidence anew
	$(BIN)/python -m sse_compliance demo --reports reports/recording
	rm -f fixtures/evidence/*.json
	cp reports/recording/evidence/*.json fixtures/evidence/

docs: $(VENV)/dev.stamp  ## generate docs/requirements.md, docs/commands.md and the picture of docs/architecture.md
	$(BIN)/python -m sse_compliance requirements --markdown > docs/requirements.md
	$(BIN)/python -m docs.commands
	$(BIN)/python -m docs.architecture

# Source distribution and wheel, in dist/.
dist: $(VENV)/dev.stamp  ## source distribution and wheel
	rm -rf dist
	$(BIN)/python -m build

clean:  ## remove what was made
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(VENV)/run.stamp: requirements.txt
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or later is needed (set PYTHON=python3.12, for example)" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	touch $@

$(VENV)/dev.stamp: requirements-dev.txt $(VENV)/run.stamp
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	touch $@

help:  ## these words
	@sed -n 's/^\([a-z0-9]*\):.*## \(.*\)/\1\t\2/p' Makefile | expand -t 12
