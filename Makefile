# The commands of Colloque. Each first installs what this checkout lacks (dev/setup).
MAKEFLAGS += --no-print-directory
PYTHON := .venv/bin/python
CATALOGUES := $(patsubst %.po,%.mo,$(wildcard locale/*/LC_MESSAGES/*.po))
READY := .venv/ready $(CATALOGUES)

.PHONY: help demo run test check fmt bench lock clean-demo

help:  ## what can be asked
	@sed -nE 's/^([a-z-]+):.*## (.*)/make \1	\2/p' Makefile | expand -t 18

demo: $(READY)  ## the reference event on line, and the main job done (ONCE=1: then end)
	@COLLOQUE_DEMO=1 exec $(PYTHON) manage.py demo $(if $(ONCE),--once)

run: $(READY)  ## the development server, reloading, on servers of its own
	@DEBUG=1 exec $(PYTHON) manage.py develop

test: $(READY)  ## every test (ARGS="tests/press -x" for some)
	@$(PYTHON) -m pytest $(ARGS)

check: $(READY)  ## everything that can be checked without running the tests
	@$(PYTHON) -m dev.check

fmt: $(READY)  ## put code and templates into shape
	@$(PYTHON) -m ruff check --quiet --fix-only .
	@$(PYTHON) -m ruff format --quiet .
	@git ls-files -z 'templates/*.html' | xargs -0 -r .venv/bin/djade --target-version 6.1

bench: $(READY)  ## the figures of docs/benchmarks.md, on this machine
	@COLLOQUE_DEMO=1 $(PYTHON) -m bench $(ARGS)

lock: $(READY)  ## write the locked packages anew from pyproject.toml (ARGS=--upgrade: newer ones)
	@dev/lock $(ARGS)

clean-demo: $(READY)  ## forget what the demonstration did
	@COLLOQUE_DEMO=1 $(PYTHON) manage.py demo --forget

.venv/ready: dev/setup requirements-dev.txt .python-version
	@dev/setup

%.mo: %.po | .venv/ready
	@$(PYTHON) -m babel.messages.frontend --quiet compile --input-file $< --output-file $@
