# One command for each thing a developer does; `make` alone lists them. Nothing but Python 3.11 or newer is needed.
# Another Python: make test PYTHON=python3.12. Fewer workers: make test WORKERS=1.

PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
# Two to a processor: a test waits for the database and for what is drawn half of its time.
WORKERS ?= $(shell echo $$((2 * $$(getconf _NPROCESSORS_ONLN || echo 1))))
VENV := .venv
BIN := $(VENV)/bin
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt
PO := $(wildcard salesdesk/locale/*/LC_MESSAGES/*.po)
MO := $(PO:.po=.mo)

.DEFAULT_GOAL := help
.PHONY: help demo test check lint format bench load pictures messages lock clean
.SUFFIXES:
.NOTPARALLEL:
MAKEFLAGS += --no-builtin-rules --no-print-directory

help: ## list what there is
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' Makefile | expand -t 12

demo: $(VENV)/.installed $(MO) ## the desk on a sample base, made afresh in a temporary place
	@$(BIN)/salesdesk demo

test: $(VENV)/.installed-dev $(MO) ## the tests
	@$(BIN)/python -m pytest -n $(WORKERS) --maxprocesses 4

check: lint test ## lint, format, types, import contracts, tests: what CI runs

lint: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/.installed-dev ## put the sources in shape
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/.installed-dev $(MO) ## the benchmarks, on a base of a million clients
	@$(BIN)/python -m benchmarks

load: $(VENV)/.installed-dev $(MO) ## what a shared base holds, and what faults do to it
	@$(BIN)/python -m benchmarks.load

pictures: $(VENV)/.installed-dev $(MO) ## the pictures of every screen, in both languages
	@$(BIN)/python docs/pictures.py

messages: $(VENV)/.installed-dev ## collect the texts to translate, and compile the catalogues
	@mkdir -p .build
	$(BIN)/pybabel -q extract -F babel.cfg -k N_ -k _ -k ngettext:1,2 --no-wrap --sort-by-file \
		--add-location=file --omit-header -o .build/salesdesk.pot salesdesk
	@for po in $(PO); do $(BIN)/pybabel -q update --no-wrap --no-fuzzy-matching --ignore-obsolete \
		--ignore-pot-creation-date -i .build/salesdesk.pot \
		-l $$(basename $$(dirname $$(dirname $$po))) -o $$po || exit 1; done
	@$(MAKE) $(MO)

lock: ## renew constraints.txt, the versions of a repeatable install
	rm -rf .build/lock && $(PYTHON) -m venv .build/lock
	.build/lock/bin/python -m pip install --quiet --disable-pip-version-check '.[dev]'
	.build/lock/bin/python -m pip freeze --quiet --exclude salesdesk > .build/constraints.txt
	mv .build/constraints.txt constraints.txt && rm -rf .build/lock

clean: ## remove what was made here: the environment, caches, compiled catalogues
	rm -rf $(VENV) .build .pytest_cache .ruff_cache .mypy_cache .import_linter_cache .hypothesis $(MO)

%.mo: %.po $(VENV)/.installed
	@$(BIN)/pybabel -q compile -i $< -o $@

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed: https://www.python.org" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "$(PYTHON) is older than Python 3.11; name another: make PYTHON=python3.12" >&2; exit 1; }
	@echo "Setting up in $(VENV), once …"
	@$(PYTHON) -m venv $(VENV) \
		|| { rm -rf $(VENV); echo "This Python cannot make environments; on Debian: apt install python3-venv" >&2; exit 1; }

# An environment with the tools for developers has all that the desk needs.
$(VENV)/.installed: pyproject.toml constraints.txt hatch_build.py | $(BIN)/python
	@test $(VENV)/.installed-dev -nt pyproject.toml && test $(VENV)/.installed-dev -nt constraints.txt \
		|| $(INSTALL) -e .
	@touch $@

$(VENV)/.installed-dev: pyproject.toml constraints.txt hatch_build.py | $(BIN)/python
	@$(INSTALL) -e '.[dev]'
	@touch $@ $(VENV)/.installed
