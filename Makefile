# make demo on a fresh clone: a virtual environment, wxb with PyTorch, and the whole notebook. make test: everything.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SOURCES := pyproject.toml setup.py constraints.txt $(wildcard src/wxb/moments/kernels/c/*.[ch] src/wxb/design/c/*.[ch] src/wxb/penalties/c/*.[ch] src/wxb/c/*.h) $(wildcard src/wxb/locale/*/LC_MESSAGES/*.po)
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
export OMP_NUM_THREADS ?= 1

.DEFAULT_GOAL := help
.PHONY: help demo docs test test-slow test-browser test-engines test-spark test-oldest test-bare fuzz check messages format bench clean

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | while IFS="$$(printf '\t')" read -r name what; do printf '  make %-11s %s\n' "$$name" "$$what"; done

demo: $(VENV)/.demo ## the notebook, start to end (makes .venv and installs wxb with PyTorch)
	@$(BIN)/wxb demo

test: $(VENV)/.test ## all tests but the slow ones (installs everything)
	$(BIN)/python -m pytest -n 2

test-slow: $(VENV)/.test ## all tests
	$(BIN)/python -m pytest -n 2 -m 'not browser and not engines'

test-browser: $(VENV)/.browser ## pages in a real browser, the system's chromium
	$(BIN)/python -m pytest -m browser tests/page tests/laboratory

test-engines: $(VENV)/.engines ## on Dask and PostgreSQL for real
	$(BIN)/python -m pytest -m engines tests/data/test_dask.py tests/data/test_postgresql.py

test-spark: $(VENV)-spark/.test ## on Spark for real, in local mode: needs Java 17 or newer
	$(VENV)-spark/bin/python -m pytest -m engines tests/data/test_spark.py

test-oldest: $(VENV)-oldest/.test ## with the oldest versions that are allowed, without PyTorch: everything that calls them
	$(VENV)-oldest/bin/python -m pytest -n 2 --without torch tests/data tests/cli tests/model tests/tails tests/inference tests/estimator

test-bare: $(VENV)-bare/.test ## installed from its source archive where there is no C compiler and no PyTorch
	$(VENV)-bare/bin/python -m pytest -n 2 --without torch --without compiler tests/moments tests/solve tests/model tests/api tests/cli tests/laboratory

fuzz: $(VENV)/.test ## hostile inputs, each answered or refused in words: make fuzz N=200000 SEED=1
	$(BIN)/python tests/fuzz/run.py --inputs $(or $(N),20000) --seed $(or $(SEED),0)

check: $(VENV)/.test ## lint, format, types, floors
	$(BIN)/ruff check src tests bench tools setup.py
	$(BIN)/ruff format --check src tests bench tools setup.py
	$(BIN)/pyright
	$(BIN)/lint-imports

messages: $(VENV)/.test ## gather the texts of the code into the catalogues of other languages, and compile them
	$(BIN)/python tools/catalogues.py

format: $(VENV)/.test ## format the code
	$(BIN)/ruff check --fix src tests bench tools setup.py
	$(BIN)/ruff format src tests bench tools setup.py

docs: $(VENV)/.docs ## the documentation as a site of plain files (site/), strictly
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --quiet

bench: $(VENV)/.bench ## measure, beside what people use today; writes bench/RESULTS.md
	$(BIN)/python bench/run.py

clean: ## remove the virtual environment and all caches
	rm -rf $(VENV) $(VENV)-oldest $(VENV)-bare $(VENV)-spark spark-warehouse build dist site .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	rm -f src/wxb/moments/kernels/_native*.so src/wxb/design/_elementary*.so src/wxb/penalties/_walk*.so
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Stamps: each says what is installed, and is older than what it depends on when that must be done again.
%/.pip:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "wxb needs Python 3.11 or newer: make PYTHON=python3.12 …")'
	$(PYTHON) -m venv $*
	$*/bin/python -m pip --disable-pip-version-check --quiet install --upgrade 'pip>=25.1'
	@touch $@

$(VENV)/.demo: $(VENV)/.pip $(SOURCES)
	@echo 'installing wxb with PyTorch into $(VENV) (some minutes the first time) …'
	$(PIP) install --constraint constraints.txt --editable '.[torch]'
	@touch $@

$(VENV)/.test: $(VENV)/.pip $(SOURCES)
	@echo 'installing wxb, everything it can use, and the tools for testing into $(VENV) …'
	$(PIP) install --constraint constraints.txt --editable '.[all]' --group dev
	@touch $(VENV)/.demo $@

$(VENV)-oldest/.test: $(VENV)-oldest/.pip $(SOURCES) constraints-oldest.txt
	$(VENV)-oldest/bin/python -m pip --disable-pip-version-check --quiet install --constraint constraints-oldest.txt --editable '.[report,excel,sklearn]' --group test
	@touch $@

# The source archive is what is installed; tests find that, not src/.
$(VENV)-bare/.test: $(VENV)-bare/.pip $(SOURCES) $(shell find src -name '*.py')
	$(VENV)-bare/bin/python -m pip --disable-pip-version-check --quiet install 'setuptools>=77' --group test
	rm -rf dist/bare
	$(VENV)-bare/bin/python -c 'from setuptools.build_meta import build_sdist; build_sdist("dist/bare")' >/dev/null
	CC=false $(VENV)-bare/bin/python -m pip --disable-pip-version-check --quiet install --no-cache-dir --force-reinstall "$$(echo dist/bare/*.tar.gz)[report,excel]"
	@touch $@

$(VENV)/.engines: $(VENV)/.test
	$(PIP) install --constraint constraints.txt --editable '.[all,dask,sql]'
	@touch $@

# PySpark has bounds of its own for pandas, which the others need not keep.
$(VENV)-spark/.test: $(VENV)-spark/.pip $(SOURCES)
	$(VENV)-spark/bin/python -m pip --disable-pip-version-check --quiet install --constraint constraints.txt --editable '.[spark]' --group test --group spark
	@touch $@

$(VENV)/.browser: $(VENV)/.test
	$(PIP) install --constraint constraints.txt --group browser
	@touch $@

$(VENV)/.docs: $(VENV)/.test
	$(PIP) install --constraint constraints.txt --group docs
	@touch $@

$(VENV)/.bench: $(VENV)/.test
	$(PIP) install --constraint constraints.txt --group bench
	@touch $@
