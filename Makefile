# Two words are the whole set-up: `make run` and `make test`.
# Another Python: make run PYTHON=python3.12. Another port: make run PORT=8001.
# Tests use all cores: make test JOBS=1 runs them one after the other.

PYTHON ?= python3
export PORT ?= 8000
JOBS ?= auto
BIN := .venv/bin
PYTEST := $(BIN)/python -m pytest --numprocesses $(JOBS) --maxprocesses 8 --dist loadscope

# What lint and format look at besides Python.
TEMPLATES := git ls-files -z -- 'templates/*.html'
SCRIPTS_AND_STYLES := static/js static/css

.PHONY: run dev test test-quick test-postgres test-all lint format bench pictures clean

run: ## Set up what is missing and serve the app, with a demo, on PORT
	@$(PYTHON) bin/setup requirements.txt
	@exec $(BIN)/python bin/serve

dev: ## Serve it while you change it: Python, templates, and CSS are reloaded
	@$(PYTHON) bin/setup requirements.txt
	@exec $(BIN)/python bin/serve --dev

test: ## Set up what is missing and run every test but the long ones, in a real browser too
	@$(PYTHON) bin/setup requirements-dev.txt
	@$(BIN)/python -m tests.browser.chromium
	@exec $(PYTEST) $(ARGS)

test-quick: ## Run the tests that need no browser and take no seconds
	@$(PYTHON) bin/setup requirements-dev.txt
	@exec $(PYTEST) -m "not slow" $(ARGS)

test-postgres: ## Run the tests without a browser on a PostgreSQL of their own
	@$(PYTHON) bin/setup requirements-dev.txt
	@exec bin/with-postgres $(PYTEST) -m "not browser" $(ARGS)

test-all: ## Run every test: the long ones, every page in every size, queries in loops, PostgreSQL
	@$(PYTHON) bin/setup requirements-dev.txt
	@$(BIN)/python -m tests.browser.chromium
	@AXE=every ZEAL=1 $(PYTEST) --long $(ARGS)
	@exec bin/with-postgres $(PYTEST) -m "not browser" --long $(ARGS)

lint: ## Check style and types: Python (ruff, mypy), templates (djade), JavaScript and CSS (biome)
	@$(PYTHON) bin/setup requirements-dev.txt
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy accounts briefs config circles operations
	@$(TEMPLATES) | xargs -0 $(BIN)/djade --check
	@$(BIN)/biome lint --error-on-warnings $(SCRIPTS_AND_STYLES)

format: ## Put Python and templates into the one format, and fix what a machine can
	@$(PYTHON) bin/setup requirements-dev.txt
	@$(BIN)/ruff check --quiet --fix . || true
	@$(BIN)/ruff format .
	@$(TEMPLATES) | xargs -0 $(BIN)/djade || true

bench: ## Measure speed, and compare with an earlier run (AGAINST=…); see docs/scale.md
	@$(PYTHON) bin/setup requirements-dev.txt
	@$(BIN)/python -m tests.bench

pictures: ## Take the pictures of the docs again, from a demo of its own on PORT
	@$(PYTHON) bin/setup requirements-dev.txt
	@exec $(BIN)/python bin/pictures

clean: ## Erase local data (var/), after asking
	@printf 'This erases var/, with the database and emails in it. Type yes to continue: '
	@read answer && [ "$$answer" = yes ] && rm -rf var && echo 'Erased var/.' || echo 'Kept var/.'
