# One command each: run, test, check, bench, train. Everything is installed on first use.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes
APT := chromium fonts-noto-color-emoji tesseract-ocr tesseract-ocr-vie

.PHONY: run test check format lint types imports bench train evaluate pictures lock audit soak packages clean

run: $(VENV)/.run
	@$(BIN)/python -m bot run

# Chromium is for the page's tests; where it may not be installed, the tests that need it are
# skipped and named.
test: $(VENV)/.dev packages
	$(BIN)/python -m pytest -n 2 --dist loadfile -rs $(TESTS)

check: $(VENV)/.dev format lint types imports test

format: $(VENV)/.dev
	$(BIN)/ruff format --check .

lint: $(VENV)/.dev
	$(BIN)/ruff check .

types: $(VENV)/.dev
	$(BIN)/mypy

imports: $(VENV)/.dev
	$(BIN)/lint-imports

bench: $(VENV)/.dev
	$(BIN)/python -m tests.bench

train: $(VENV)/.dev
	$(BIN)/python -m bot train

evaluate: $(VENV)/.dev
	$(BIN)/python -m bot evaluate --save

# The README's pictures, taken from the sandbox.
pictures: $(VENV)/.dev packages
	$(BIN)/python -m tests.pictures

audit: $(VENV)/.dev
	$(BIN)/python -m tests.audit

# Kills, faults and fuzz by the thousand: half an hour and more.
soak: $(VENV)/.dev
	$(BIN)/python -m tests.soak

lock:
	uv pip compile pyproject.toml -q --generate-hashes --no-header --no-annotate --python-version 3.11 -o requirements.txt
	uv pip compile pyproject.toml -q --generate-hashes --no-header --no-annotate --python-version 3.11 --extra dev -o requirements-dev.txt
	uv pip compile pyproject.toml -q --generate-hashes --no-header --no-annotate --python-version 3.11 --extra train -c requirements-dev.txt -o requirements-train.txt

packages:
	@if command -v chromium >/dev/null 2>&1 && command -v tesseract >/dev/null 2>&1; then :; \
	elif command -v apt-get >/dev/null 2>&1 && [ "$$(id -u)" = 0 ]; then \
	  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $(APT) >/dev/null; \
	else echo "Not installed (needs root and apt): $(APT). Tests that need them are skipped and named."; fi

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: requirements.txt | $(VENV)/bin/python
	$(PIP) -r requirements.txt
	@touch $@

$(VENV)/.dev: requirements-dev.txt | $(VENV)/bin/python
	$(PIP) -r requirements-dev.txt
	@touch $@ $(VENV)/.run

clean:
	rm -rf $(VENV) build .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
