# `make demo` and `make test` do all the set-up from a bare clone.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo test torture test-readers lint types check docs bench sample clean

demo: .venv/installed
	$(BIN)/w2v train data/sample.txt --config configs/small.yaml -o demo-model --overwrite
	$(BIN)/w2v neighbors paris dog walked seven -k 5 -m demo-model
	$(BIN)/w2v export --format text -m demo-model -o demo-model.txt
	head -n 3 demo-model.txt | cut -c 1-72

test: .venv/installed-dev
	$(BIN)/pytest

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

# Compares speed, memory and quality with gensim and fastText; see benchmarks/README.md.
CORPUS ?= data/sample.txt
bench: .venv/installed-bench
	$(BIN)/python benchmarks/compare.py $(CORPUS) $(BENCH)

# The sample corpus is part of the repository; this writes the same bytes again.
sample:
	$(PYTHON) data/generate.py

clean:
	rm -rf .venv demo-model demo-model.txt

.venv/bin/pip:
	$(PYTHON) -m venv .venv

.venv/installed: pyproject.toml | .venv/bin/pip
	$(BIN)/pip install --quiet --editable .
	touch $@

.venv/installed-bench: pyproject.toml | .venv/bin/pip
	$(BIN)/pip install --quiet --editable '.[bench]'
	touch $@ .venv/installed

.venv/installed-readers: pyproject.toml | .venv/bin/pip
	$(BIN)/pip install --quiet --editable '.[dev,readers]'
	touch $@ .venv/installed .venv/installed-dev

.venv/installed-dev: pyproject.toml | .venv/bin/pip
	$(BIN)/pip install --quiet --editable '.[dev]'
	touch $@ .venv/installed
