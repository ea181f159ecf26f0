# Everything that is typed in this project. `make help` lists it; the set-up itself is in deploy/setup.sh.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help run test thorough gthread setup lint types pagetypes bench fuzz crash soak demo release deploytest requirements clean ready-run ready-test

PORT ?= 8000
FUZZ_SECONDS ?= 20
KILLS ?= 100
MINUTES ?= 30
PYTHON := .venv/bin/python
SETUP := deploy/setup.sh
SERVED := tests/web tests/live tests/nginx tests/e2e tests/cli/test_serve.py tests/test_gunicorn_config.py
SYSTEM ?= run
FRONTEND := $(shell find frontend -type f -not -path '*/node_modules/*' -not -path '*/dist/*' 2>/dev/null)
LOCK := $(wildcard frontend/package-lock.json)

help: ## list these commands
	@sed -nE 's/^([a-z]+):.*## (.*)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 22

run: ## serve tsim with the demo network on loopback (make run PORT=8080 for another port)
	@$(MAKE) --no-print-directory -j2 ready-run
	@exec $(PYTHON) -m backend.cli.serve --port $(PORT)

test: ## all checks and tests: ruff, mypy, the frontend's own, pytest (ARGS='-k name' to choose)
	@$(MAKE) --no-print-directory -j2 SYSTEM=test ready-test
	@exec $(PYTHON) -m tests $(ARGS)

thorough: ## all tests, and what chance decides as often as it takes to believe it
	@THOROUGH=1 $(MAKE) --no-print-directory test

gthread: ## the tests of the served web and of the page, with a gthread worker instead of the green one
	@$(MAKE) --no-print-directory -j2 SYSTEM=test ready-test
	@GUNICORN_WORKER_CLASS=gthread exec $(PYTHON) -m pytest -n 2 --dist loadgroup $(SERVED) $(ARGS)

setup: ## do the set-up for run and test now, start nothing
	@$(MAKE) --no-print-directory -j2 SYSTEM=test ready-test

lint: .setup/python-test ## style and likely mistakes (ruff)
	@$(PYTHON) -m ruff check .

types: .setup/python-test ## types of backend and tests (mypy, strict)
	@$(PYTHON) -m mypy

pagetypes: .setup/python-test ## write the types of the API again that the page is built with
	@$(PYTHON) -m backend.web.typescript

bench: .setup/python-test ## measure the figures that we promise, printed with the machine
	@exec $(PYTHON) -m tests.bench $(ARGS)

fuzz: .setup/python-test ## hostile and random input, FUZZ_SECONDS=20 for each module of tests/fuzz
	@FUZZ_SECONDS=$(FUZZ_SECONDS) exec $(PYTHON) -m tests.fuzz $(ARGS)

crash: .setup/system-test .setup/python-test ## kill the engine and its processes at any point, KILLS=100 times (root)
	@exec $(PYTHON) -m tests.crash $(KILLS) $(ARGS)

soak: ready-test ## everybody at once for MINUTES=30: nothing fails, and nothing is larger at the end (root)
	@exec $(PYTHON) -m tests.soak $(MINUTES) $(ARGS)

demo: .setup/system-test .setup/python-test ## build the demo network in namespaces and collect its facts again (root)
	@exec $(PYTHON) -m backend.demo.generate $(ARGS)

release: .setup/python-run .setup/frontend ## a release archive in dist/: deploy/install.sh in it installs or upgrades a server
	@deploy/release.sh dist

deploytest: ready-test ## install from an archive with wheels on a bare Debian (DEBIAN=13 for another) under its own systemd, and what is long (root)
	@MACHINE=clean exec $(PYTHON) -m pytest tests/deploy $(ARGS)

requirements: .setup/python-test ## choose the newest allowed packages and pin them with hashes
	@$(SETUP) pin

clean: ## remove what make has made here, but not the state of the application
	rm -rf .setup .venv frontend/dist frontend/node_modules .pytest_cache .mypy_cache .ruff_cache .hypothesis

ready-run: .setup/python-run .setup/frontend
	@:

ready-test: .setup/system-test .setup/python-test .setup/frontend
	@:

# Stamps: a step runs again when what it was made from has changed.
.setup/system-run .setup/system-test: .setup/system-%: deploy/setup.sh
	@$(SETUP) system $* && touch $@

.venv/bin/python: | .setup/system-$(SYSTEM)
	@$(SETUP) venv

.setup/python-run: requirements.txt .venv/bin/python
	@$(SETUP) python requirements.txt && touch $@

.setup/python-test: requirements-dev.txt .venv/bin/python
	@$(SETUP) python requirements-dev.txt && touch $@

.setup/node: requirements-node.txt .venv/bin/python
	@$(SETUP) node && touch $@

.setup/packages: $(LOCK) $(if $(LOCK),.setup/node)
	@$(SETUP) packages && touch $@

.setup/frontend: $(FRONTEND) .setup/packages
	@$(SETUP) frontend && touch $@
