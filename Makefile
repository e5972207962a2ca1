# What a person needs: make demo, make lab, make test, make lint, make bench, make clean.
# Everything is installed into .venv/ and node_modules/ below this folder; only Chromium is installed for the system.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMPS := .setup
EXTRAS := lab,demo,test,lint
CHROMIUM := $(STAMPS)/chromium
JUPYTER_SOURCES := $(shell find labextension/src labextension/style labextension/schema -type f) package.json tsconfig.json

# Scripts of package.json call jlpm by its name.
export PATH := $(abspath $(BIN)):$(PATH)
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD := 1

.PHONY: demo lab test test-python test-ui lint bench clean setup help

help:
	@echo "make demo   walk the four steps on real data and render its report (installs .venv first)"
	@echo "make lab    open JupyterLab on the tutorials"
	@echo "make test   run every test, the browser's too (installs Chromium as root on Debian)"
	@echo "make lint   check style and types"
	@echo "make bench  print speed beside the peers'"
	@echo "make clean  remove what make made"

demo: setup
	$(BIN)/jupyter gov demo

lab: setup
	$(BIN)/jupyter lab notebooks/examples/four_steps.ipynb

# Everything is fetched before the first test runs.
test: setup $(CHROMIUM) $(STAMPS)/ui $(STAMPS)/corpus $(STAMPS)/wheels test-python test-ui

test-python: setup $(STAMPS)/corpus $(STAMPS)/wheels
	$(BIN)/python -m pytest -n 2 --dist loadfile

test-ui: setup $(CHROMIUM) $(STAMPS)/ui
	cd tests/ui && JUPYTER_GOV_PYTHON=$(abspath $(BIN))/python $(abspath $(BIN))/jlpm test

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/jlpm lint:check

bench: setup $(CHROMIUM) $(STAMPS)/ui $(STAMPS)/bench
	@for script in benchmarks/*.py; do echo "== $$script"; $(BIN)/python $$script || exit 1; done
	@echo "== benchmarks/panel.js"; JUPYTER_GOV_PYTHON=$(abspath $(BIN))/python node benchmarks/panel.js

clean:
	rm -rf $(VENV) $(STAMPS) node_modules tests/ui/node_modules labextension/lib jupyter_gov/labextension
	rm -rf gov-reports notebooks/examples/gov-reports test-results build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

setup: $(STAMPS)/python

# A stamp without its environment is worth nothing.
ifeq ($(wildcard $(BIN)/jupyter-gov),)
.PHONY: $(STAMPS)/python
endif

# The editable install builds the lab extension as well, so it is done again when its sources change.
$(STAMPS)/python: pyproject.toml constraints.txt $(JUPYTER_SOURCES)
	@mkdir -p $(STAMPS)
	@command -v $(PYTHON) > /dev/null || { echo "Install Python 3.11 or later."; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or later is needed: make PYTHON=python3.12"; exit 1; }
	@command -v node > /dev/null || { echo "Install Node.js 20.19 or later."; exit 1; }
	@node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' || { echo "Node.js 20.19 or later is needed."; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing into $(VENV) (a few minutes the first time) …"
	@$(BIN)/pip install --quiet --constraint constraints.txt --editable '.[$(EXTRAS)]'
	@touch $@

$(STAMPS)/ui: $(STAMPS)/python tests/ui/package.json tests/ui/yarn.lock
	cd tests/ui && $(abspath $(BIN))/jlpm install --immutable
	@touch $@

# scikit-learn's example scripts, of which the tests make notebooks; only its source distribution carries them.
$(STAMPS)/corpus: $(STAMPS)/python
	@index="$$($(BIN)/pip config get global.index-url 2> /dev/null)"; mkdir -p $@ && \
	$(BIN)/unearth --no-binary $${index:+--index-url "$$index"} --download $@ \
	  "$$(grep '^scikit-learn==' constraints.txt)" > /dev/null
	@touch $@

# What environments are made from in tests: all that the package needs, and one distribution in a second version.
$(STAMPS)/wheels: $(STAMPS)/python
	@rm -rf $@ $@.part && names="$$($(BIN)/python -c 'import re, tomllib; about = tomllib.load(open("pyproject.toml", "rb"))["project"]; \
	  print(*(re.match(r"[\w.-]+", r)[0] for r in [*about["dependencies"], *about["optional-dependencies"]["demo"]]))')" && \
	$(BIN)/pip download --quiet --only-binary :all: --constraint constraints.txt --dest $@.part $$names && \
	$(BIN)/pip download --quiet --only-binary :all: --no-deps --dest $@.part joblib==1.5.3 && mv $@.part $@

$(STAMPS)/bench: $(STAMPS)/python
	@$(BIN)/pip install --quiet --constraint constraints.txt --editable '.[$(EXTRAS),bench]'
	@touch $@

$(CHROMIUM):
	@mkdir -p $(STAMPS)
	@if command -v chromium > /dev/null || test -n "$$JUPYTER_GOV_CHROMIUM"; then :; \
	elif test "$$(id -u)" = 0 && command -v apt-get > /dev/null; then \
	  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium fonts-noto-core > /dev/null; \
	else echo "The browser tests need Chromium. Install it, for example: sudo apt-get install chromium"; exit 1; fi
	@touch $@
