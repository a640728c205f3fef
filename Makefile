# Two commands do everything: `make serve` runs Comity, `make test` proves it.
PYTHON ?= python3
PIP_FLAGS := --quiet --disable-pip-version-check -c constraints.txt
# Two files of tests at a time; each process starts its own database and browser, so more than the cores gain nothing.
WORKERS ?= 2
CORPORA ?= $(COMITY_CORPORA)
OUT ?= runs/shipped/bundle

.PHONY: serve demo test lint types bench train train-env constraints help
help:  ## list the commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/'

serve: .venv/.ready  ## install the service and start it on http://127.0.0.1:8080
	@.venv/bin/comity serve

demo: .venv/.ready  ## fill a store of its own with invented comments, and start the service on it
	@COMITY_STATE_DIR=var/demo .venv/bin/comity demo fill && COMITY_STATE_DIR=var/demo exec .venv/bin/comity serve

test: .venv-dev/.ready  ## install what the tests need, browser included, and run all of them
	@sh tests/system_packages.sh
	@.venv-dev/bin/python -m pytest -n $(WORKERS) --dist loadfile $(ARGS)

lint: .venv-dev/.ready  ## style
	@.venv-dev/bin/ruff check . && .venv-dev/bin/ruff format --check .

types: .venv-dev/.ready  ## mypy, strict
	@.venv-dev/bin/mypy

bench: .venv-dev/.ready  ## speed, as ratios against named peers in one run
	@.venv-dev/bin/python -m bench $(ARGS)

train-env: .venv-train/.ready  ## what training needs, torch included, in .venv-train

train: .venv-train/.ready  ## rebuild the shipped bundle: make train CORPORA=../shared/corpora
	@test -n "$(CORPORA)" || { echo "Name the corpora folder: make train CORPORA=DIR (or COMITY_CORPORA)"; exit 2; }
	.venv-train/bin/comity train --corpora "$(CORPORA)" --out "$(OUT)" --work runs/shipped/work --resume $(ARGS)

.venv/.ready: EXTRAS := .
.venv-train/.ready: EXTRAS := .[train]
.venv-dev/.ready: EXTRAS := .[train,postgres,dev]
.venv/.ready .venv-train/.ready .venv-dev/.ready: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Comity needs Python 3.11 or newer; name it with make PYTHON=python3.x"; exit 2; }
	@echo "Installing $(EXTRAS) into $(@D) ..."
	@$(PYTHON) -m venv $(@D)
	@$(@D)/bin/pip install $(PIP_FLAGS) -e '$(EXTRAS)'
	@touch $@

constraints: .venv-dev/.ready  ## write constraints.txt anew from what the tests ran with
	@.venv-dev/bin/python -m pip freeze --exclude-editable --disable-pip-version-check \
	    | sed -E 's/\+cpu//; / @ /d' > constraints.txt
