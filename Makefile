# make demo   train, build, replay a machine that goes bad, write the report
# make monitor-demo   the live view of `pio device monitor`, on a machine that goes bad
# make dashboard-demo   the live page in the browser, on the same machine
# make test   every check and every test, on the host and on the simulated boards
# make test-quick   the part of it that takes less than a minute
# make campaign   the tests that take hours, of which `make test` runs a sample
# make bench  cycles, flash, RAM and stack on the simulated boards; WRITE=1 writes them to docs/, too
# make setup  what both need first: .venv and PlatformIO's packages

PYTHON ?= python3
VENV_PYTHON := .venv/bin/python

.PHONY: help demo monitor-demo dashboard-demo test test-quick campaign bench setup
help:
	@sed -n 's/^# //p' Makefile

demo: setup
	@$(VENV_PYTHON) -m thrum demo

monitor-demo: setup
	@$(VENV_PYTHON) -m tools.demos.monitor_demo

dashboard-demo: setup
	@$(VENV_PYTHON) -m tools.demos.dashboard_demo

test: setup
	@$(VENV_PYTHON) -m tools.ci.check

test-quick: setup
	@$(VENV_PYTHON) -m tools.ci.check --quick

campaign: setup
	@$(VENV_PYTHON) -m tools.ci.check --campaign

bench: setup
	@$(VENV_PYTHON) -m tools.bench $(if $(WRITE),--write)
	@$(VENV_PYTHON) -m tools.bench.bench_models

setup:
	@"$(PYTHON)" tools/ci/venv.py
	@$(VENV_PYTHON) -m tools.offline.bootstrap
