# Two commands do everything on a fresh machine: make workbook, make test. Each makes its own environment.

PYTHON ?= python3
VENV   ?= .venv
RUN    := $(VENV)/bin
INSTALL = $(RUN)/pip install --quiet --disable-pip-version-check
INTO    = $(RUN)/uv pip install --quiet --compile-bytecode --python build/$@/bin/python
# Old libraries are warned by newer ones that they use.
OF_OLD  = -W ignore::DeprecationWarning -W ignore::PendingDeprecationWarning
# Spreadsheets and readers in JavaScript: where npm is missing, or cannot install them, their tests are left out.
NODE    = $(if $(shell command -v npm),build/node/node_modules/.package-lock.json)
# The marks of tests that ask another program.
PROGRAMS = chromium or gnumeric or libreoffice or neovim or node
SECONDS = 60
SEED    = 1
PIN     = --quiet --generate-hashes --allow-unsafe --strip-extras --no-emit-index-url --no-emit-find-links \
          --no-emit-trusted-host

.PHONY: workbook test quick lint bench guard speed fuzz vscode lowest newest lock clean

workbook: $(VENV)/.user            ## write sora.xlsx from models/sora.toml
	$(RUN)/python cli.py export --xlsx

test: $(VENV)/.dev $(NODE)         ## run every test that this machine can run
	$(RUN)/python -m pytest -n auto --dist worksteal

quick: $(VENV)/.dev $(NODE)        ## the tests that take no longer than about a second each
	$(RUN)/python -m pytest -n auto --dist worksteal -m "not slow"

lint: $(VENV)/.dev                 ## style, types, and the floors of the architecture
	$(RUN)/ruff check .
	$(RUN)/ruff format --check .
	$(RUN)/mypy
	$(RUN)/lint-imports

bench: $(VENV)/.dev                ## ratios against floors measured in the same run
	$(RUN)/python benchmarks/run.py

guard: $(VENV)/.dev                ## fail where a ratio at 1,000 quantities is twice what it was
	$(RUN)/python benchmarks/guard.py

speed: $(VENV)/.dev $(NODE) build/peers/.installed  ## measure all of docs/speed.md again, with peers
	$(RUN)/python benchmarks/page.py

fuzz: fuzz-workbooks fuzz-models fuzz-edits fuzz-lint fuzz-data  ## inputs that nobody wrote: make fuzz SECONDS=600 SEED=7

fuzz-%: $(VENV)/.dev               ## one kind of them: make fuzz-models SECONDS=600 SEED=7
	OPENBLAS_NUM_THREADS=1 $(RUN)/python -m tests.fuzz $* --seconds $(SECONDS) --seed $(SEED)

vscode: $(NODE)                    ## pack the extension for Visual Studio Code
	$(PYTHON) editors/vscode/pack.py build/node/node_modules build/plainsheet.vsix

# What another program makes of our files does not turn on our libraries. Versions that are all locked are those of make test.
lowest newest: $(VENV)/.dev        ## the quick tests with the oldest, or the newest, versions that setup.py lets in
	$(RUN)/uv venv --quiet --clear --seed --python $(PYTHON) build/$@
	$(INTO) $(if $(filter lowest,$@),--resolution lowest-direct) --editable '.[cluster,editor,pandas,parquet,xarray]'
	$(RUN)/uv pip freeze --quiet --python build/$@/bin/python --exclude-editable --exclude pip >build/$@.txt
	$(RUN)/uv pip freeze --quiet --python $(RUN)/python >build/locked.txt
	if ! grep -vxFf build/locked.txt build/$@.txt; then echo "$@: all are locked, and tested by make test"; else \
	$(INTO) --constraint build/$@.txt --editable '.[test]' && \
	build/$@/bin/python -m pytest -n auto --dist worksteal -m "not slow and not ($(PROGRAMS))" $(if $(filter lowest,$@),$(OF_OLD)); fi

lock:                              ## pin what is installed: for a user and by the action, and for CI
	$(PYTHON) -m venv build/lock
	build/lock/bin/pip install --quiet pip-tools
	build/lock/bin/pip-compile $(PIN) --build-deps-for wheel --output-file requirements.lock setup.py
	build/lock/bin/pip-compile $(PIN) --build-deps-for wheel --constraint requirements.lock --extra dev \
	  --output-file requirements-dev.lock setup.py

$(VENV)/.user: setup.py requirements.lock
	$(PYTHON) -m venv $(VENV)
	$(INSTALL) --require-hashes --requirement requirements.lock
	$(INSTALL) --no-deps --no-build-isolation --editable .
	touch $@

$(VENV)/.dev: $(VENV)/.user requirements-dev.lock
	$(INSTALL) --require-hashes --requirement requirements-dev.lock
	touch $@

build/peers/.installed: benchmarks/calculators/requirements.txt
	$(RUN)/uv venv --quiet --clear build/peers
	$(RUN)/uv pip install --quiet --python build/peers/bin/python --requirement $<
	touch $@

build/node/node_modules/.package-lock.json: tests/node/package-lock.json
	mkdir -p build/node
	cp tests/node/package.json tests/node/package-lock.json build/node
	-npm ci --prefix build/node --no-fund --no-audit --loglevel error

clean:
	rm -rf $(VENV) build *.egg-info
