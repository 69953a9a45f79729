# Two commands: `make report` tries the suite on emulated devices, `make test` runs the project's own tests.
# Both make a virtual environment of their own in .venv and install what they need from requirements*.lock: nothing that has not the
# hash written there, also what builds a package. `make lock` writes those files of requirements*.txt.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation
PIN := pip compile --quiet --universal --python-version 3.11 --generate-hashes --strip-extras --no-header $(UPGRADE)

.PHONY: help report test lint e2e lab record docs mutants lock dist clean

# The lab has broken devices on purpose, so the compliance run inside ends with status 1; `demo` checks that exactly the planted
# faults were found, and fails otherwise.
report: $(VENV)/run.stamp  ## run the suite on emulated devices: reports/compliance.html
	$(BIN)/python -m sse_compliance demo

# Files that take long come first, in this order, so that none is left over to one worker at the end. A browser's driver keeps an
# event loop running, so its tests have processes of their own.
test: $(VENV)/dev.stamp  ## the project's own tests
	$(BIN)/python -m pytest tests/package tests/docs tests/integration tests/unit -n 2 --dist loadfile --no-loadscope-reorder $(ARGS)
	$(BIN)/python -m pytest tests/browser -n 2 --dist loadfile $(ARGS) $(if $(ARGS),|| [ $$? = 5 ])

# On real tools, in network namespaces; needs Linux and the Debian packages of tests/e2e/packages.txt (docs/development.md).
e2e: $(VENV)/dev.stamp  ## the tests on real tools, in network namespaces
	$(BIN)/python -m tests.e2e.lab run -- $(BIN)/python -m pytest tests/e2e $(ARGS)

lab: $(VENV)/dev.stamp  ## the real lab, with a shell in it
	$(BIN)/python -m tests.e2e.lab shell

lint: $(VENV)/dev.stamp  ## ruff, mypy, the arrows of the rooms, nothing dead, bandit
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/vulture
	$(BIN)/bandit --quiet --configfile pyproject.toml --recursive sse_compliance tests_sse conftest.py

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

# For each Python and system that the project knows; what is pinned already stays, but for UPGRADE=--upgrade.
lock: $(VENV)/dev.stamp  ## pin what requirements*.txt ask for: requirements*.lock
	$(BIN)/uv $(PIN) --output-file requirements.lock requirements.txt
	$(BIN)/uv $(PIN) --output-file requirements-build.lock requirements-build.txt
	$(BIN)/uv $(PIN) --constraint requirements.lock --output-file requirements-cluster.lock requirements-cluster.txt
	$(BIN)/uv $(PIN) --constraint requirements.lock --constraint requirements-cluster.lock --constraint requirements-build.lock --output-file requirements-dev.lock requirements-dev.txt

# Built of the commit, with its time: who builds it again gets the same wheel, bit by bit.
dist: $(VENV)/dev.stamp  ## source distribution, wheel and bill of materials (CycloneDX), in dist/
	rm -rf build dist
	umask 022 && mkdir -p build/source dist && git archive HEAD | tar --extract --no-same-permissions --directory build/source
	umask 022 && export SOURCE_DATE_EPOCH=$$(git log -1 --format=%ct) && $(BIN)/python -m build --no-isolation --outdir dist build/source \
	    && $(BIN)/cyclonedx-py requirements --output-reproducible --pyproject pyproject.toml --output-file dist/sse-compliance.cdx.json requirements.lock

clean:  ## remove what was made
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(VENV)/run.stamp: requirements.lock requirements-build.lock
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or later is needed (set PYTHON=python3.12, for example)" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)
	$(INSTALL) --require-hashes -r requirements-build.lock -r requirements.lock
	$(INSTALL) --no-deps --editable .
	touch $@

$(VENV)/dev.stamp: requirements-dev.lock $(VENV)/run.stamp
	$(INSTALL) --require-hashes -r requirements-dev.lock
	touch $@

help:  ## these words
	@sed -n 's/^\([a-z0-9]*\):.*## \(.*\)/\1\t\2/p' Makefile | expand -t 12
