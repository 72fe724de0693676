# Two commands do everything on a fresh machine: make workbook, make test. Each makes its own environment.

PYTHON ?= python3
VENV   ?= .venv
RUN    := $(VENV)/bin

.PHONY: workbook test quick lint bench lock clean

workbook: $(VENV)/.user            ## write sora.xlsx from models/sora.toml
	$(RUN)/python cli.py export --xlsx

test: $(VENV)/.dev                 ## run every test that this machine can run
	$(RUN)/python -m pytest -n auto --dist worksteal

quick: $(VENV)/.dev                ## the tests that take no longer than three seconds each
	$(RUN)/python -m pytest -n auto --dist worksteal -m "not slow"

lint: $(VENV)/.dev                 ## style, types, and the floors of the architecture
	$(RUN)/ruff check .
	$(RUN)/ruff format --check .
	$(RUN)/mypy
	$(RUN)/lint-imports

bench: $(VENV)/.dev                ## ratios against floors measured in the same run
	$(RUN)/python benchmarks/run.py

lock: $(VENV)/.dev                 ## pin what CI installs
	$(RUN)/pip install --quiet pip-tools
	$(RUN)/pip-compile --quiet --extra dev --strip-extras --no-emit-index-url --no-emit-find-links \
	  --no-emit-trusted-host --output-file requirements.lock setup.py

$(VENV)/.user: setup.py requirements.lock
	$(PYTHON) -m venv $(VENV)
	$(RUN)/pip install --quiet --disable-pip-version-check --constraint requirements.lock --editable .
	touch $@

$(VENV)/.dev: $(VENV)/.user
	$(RUN)/pip install --quiet --disable-pip-version-check --constraint requirements.lock --editable '.[dev]'
	touch $@

clean:
	rm -rf $(VENV) build *.egg-info
