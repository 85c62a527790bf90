# Every target needs only python3.11 (or newer), make and git. `make` alone prints this list.

PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3.14 python3; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
BOOTSTRAP = $(or $(PYTHON),python3) bootstrap.py

.DEFAULT_GOAL := help
.PHONY: help setup run test lint bench lock screenshots clean

help: ## Print this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 22

setup: ## Build .venv from requirements.lock
	@$(BOOTSTRAP) setup

run: ## Start the whole site with embedded servers; Ctrl-C stops it
	@$(BOOTSTRAP) run

test: ## Run all tests (ARGS="-k name" for some of them)
	@$(BOOTSTRAP) test $(ARGS)

lint: ## Check style, types, imports, templates and migrations
	@$(BOOTSTRAP) lint

bench: ## Measure every figure against its goal (ONLY=name for one)
	@$(BOOTSTRAP) bench $(ONLY)

lock: ## Pin every dependency again from requirements*.in (needs uv)
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header requirements.in -o requirements.lock
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header requirements-dev.in -o requirements-dev.lock
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-deps requirements-votes.in -o requirements-votes.lock

screenshots: ## Make the README's pictures from a running demo
	@$(BOOTSTRAP) screenshots

clean: ## Remove .venv, caches and test data; the site's own data in var stays
	rm -rf .venv var/test .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
