# Chores. `make` lists them; each sets up what it needs in .venv, once.

# The first Python of at least 3.11; `make test PYTHON=python3.12` chooses another.
PYTHON ?= $(shell for python in python3 python3.13 python3.12 python3.11; do \
	"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& echo "$$python" && break; done)
PY := .venv/bin/python
PIP := $(PY) -m pip --quiet --disable-pip-version-check
UV := uv==0.13.9

.PHONY: help mock test check lint bench bench-suite bench-store attack kill soak large corpus docs kill-matrix lock clean

help: ## list these verbs
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s%s\n", $$1, $$2 }' Makefile

mock: .venv/installed ## start the mock server: make mock ARGS='--port 5001'
	@exec $(PY) -m hyfn mock $(ARGS)

test: .venv/installed ## test our own code: make test ARGS='-k rooms'
	@exec $(PY) -m pytest -q -rs -n auto --maxprocesses 8 --dist worksteal $(ARGS)

check: .venv/installed ## ask a running API to keep its contract: make check URL=... ARGS=...
	@exec $(PY) -m hyfn check $(if $(URL),'$(URL)') $(ARGS)

lint: .venv/installed ## style, types, and who may import whom
	@$(PY) -m ruff check --quiet .
	@$(PY) -m ruff format --check --quiet .
	@$(PY) -m mypy
	@.venv/bin/lint-imports --no-logo

bench: .venv/installed ## measure the mock beside its peers: make bench ARGS='--rounds 3 --svg FILE'
	@exec $(PY) -W ignore -m bench $(ARGS)

bench-suite: .venv/installed ## measure the conformance suite beside stock Schemathesis
	@exec $(PY) -W ignore -m bench.suite $(ARGS)

bench-store: .venv/installed ## measure the store at 100 and at 100,000 records: make bench-store ARGS=--file
	@exec $(PY) -W ignore -m bench.store $(ARGS)

attack: .venv/installed ## what hostile clients can do to the mock, in full size
	@exec $(PY) -W ignore -m bench.attack $(ARGS)

kill: .venv/installed ## twenty rounds of kill -9 under load: make kill ARGS='--seed 20'
	@exec $(PY) -W ignore -m bench.kill $(ARGS)

soak: .venv/installed ## load the mock for ten minutes: make soak ARGS='--minutes 30'
	@exec $(PY) -W ignore -m bench.soak $(ARGS)

large: .venv/installed ## time a large document: make large ARGS='--document github.json --path /repos/a/b'
	@exec $(PY) -m bench.large $(ARGS)

docs: .venv/installed ## write docs/checks.md, and the README's table of what is supported
	@$(PY) -m contract_tests.guide
	@$(PY) -W ignore -m tests.supported.table

corpus: .venv/installed ## judge the mock of 29 real documents by Schemathesis: make corpus ARGS='--only hcloud'
	@exec $(PY) -W ignore -m bench.corpus $(ARGS)

kill-matrix: .venv/installed ## try the suite on every fault: make kill-matrix ARGS='--sandboxed-only'
	@exec $(PY) -W ignore -m tests.matrix $(ARGS)

lock: ## write requirements.lock from pyproject.toml: make lock ARGS='--upgrade'
	@$(need_python)dir=$$(mktemp -d) && trap 'rm -rf "$$dir"' EXIT INT TERM \
	&& $(PYTHON) -m venv "$$dir" \
	&& "$$dir/bin/python" -m pip --quiet --disable-pip-version-check install $(UV) \
	&& "$$dir/bin/uv" pip compile --quiet --universal --python-version 3.11 --extra dev \
		--generate-hashes --no-emit-index-url --no-header --annotation-style line \
		$(ARGS) --output-file requirements.lock pyproject.toml

clean: ## remove .venv, caches and build results
	@rm -rf .venv .bench build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache \
		.hypothesis .schemathesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Two stamps: a changed lock makes .venv anew, a changed pyproject.toml only installs us again.
.venv/locked: requirements.lock
	@$(need_python)echo "Setting up .venv with $(PYTHON) ..." >&2
	@$(PYTHON) -m venv --clear .venv
	@$(PIP) install --require-hashes -r requirements.lock
	@touch $@

.venv/installed: .venv/locked pyproject.toml
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

# Expands to nothing when PYTHON will do, else stops make with one line.
need_python = $(if $(filter fine,$(python_is)),,$(error $(python_wish_$(python_is))))
python_is = $(or $(shell $(or $(PYTHON),false) -c 'import importlib.util as u, sys; print( \
	"old" if sys.version_info < (3, 11) else \
	"fine" if u.find_spec("venv") and u.find_spec("ensurepip") else "bare")' 2>/dev/null),old)
python_wish_old = Python 3.11 or newer is needed: install it, or name it with PYTHON=/path/to/python
python_wish_bare = $(PYTHON) has no venv module: install it (Debian and Ubuntu: apt install python3-venv)
