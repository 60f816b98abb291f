# `make demo` and `make test` do all the set-up from a bare clone.
PYTHON ?= python3
BIN := .venv/bin
INSTALL := $(BIN)/pip install --quiet --constraint constraints.txt --editable
# Tests run side by side; each worker takes the next part of what the other has left.
WORKERS ?= 2
PYTEST := $(BIN)/pytest --numprocesses $(WORKERS) --dist worksteal

.PHONY: demo test test-all torture test-readers lint types check docs dist bench sample clean

demo: .venv/installed
	$(BIN)/w2v train data/sample.txt --config configs/small.yaml -o demo-model --overwrite
	$(BIN)/w2v neighbors paris dog walked seven -k 5 -m demo-model
	$(BIN)/w2v export --format text -m demo-model -o demo-model.txt
	head -n 3 demo-model.txt | cut -c 1-72

test: .venv/installed-dev
	$(PYTEST) -m 'not torture and not long'

# Also what is marked `long`: further cases of what `make test` shows.
test-all: .venv/installed-dev
	$(PYTEST)

# Kills, faults and damage in large numbers, more than half an hour; see docs/reliability.md.
torture: .venv/installed-dev
	$(BIN)/pytest -m torture -rs

# Our files in the hands of spaCy, model2vec and scikit-learn, some 500 MB of programs.
test-readers: .venv/installed-readers
	$(BIN)/pytest -m readers -rs

lint: .venv/installed-dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check

types: .venv/installed-dev
	$(BIN)/mypy

check: lint types test

# Runs the sessions in README.md and docs/, writes their output there, and writes docs/cli.md.
docs: .venv/installed-dev
	$(BIN)/python docs/build.py

# The sdist and the wheel, installed and used away from this directory.
dist:
	PYTHON=$(PYTHON) .ci/dist

# Compares speed, memory and quality with gensim and fastText; see benchmarks/README.md.
CORPUS ?= data/sample.txt
bench: .venv/installed-bench
	$(BIN)/python benchmarks/compare.py $(CORPUS) $(BENCH)

# The sample corpus is part of the repository; this writes the same bytes again.
sample:
	$(PYTHON) data/generate.py

clean:
	rm -rf .venv demo-model demo-model.txt dist

.venv/bin/pip:
	$(PYTHON) -m venv .venv

.venv/installed: pyproject.toml constraints.txt | .venv/bin/pip
	$(INSTALL) .
	touch $@

.venv/installed-bench: pyproject.toml constraints.txt | .venv/bin/pip
	$(INSTALL) '.[bench]'
	touch $@ .venv/installed

.venv/installed-readers: pyproject.toml constraints.txt | .venv/bin/pip
	$(INSTALL) '.[dev,readers]'
	touch $@ .venv/installed .venv/installed-dev

.venv/installed-dev: pyproject.toml constraints.txt | .venv/bin/pip
	$(INSTALL) '.[dev]'
	touch $@ .venv/installed
