# Two words are the whole set-up: `make run` and `make test`.
# Another Python: make run PYTHON=python3.12. Another port: make run PORT=8001.
# Tests run on as many cores as there are: make test JOBS=1 runs them one after the other.

PYTHON ?= python3
export PORT ?= 8000
JOBS ?= auto
BIN := .venv/bin
PYTEST := $(BIN)/python -m pytest --numprocesses $(JOBS) --maxprocesses 8 --dist loadgroup

.PHONY: run test lint bench clean

run: ## Set up what is missing and serve the app, with a demo, on PORT
	@$(PYTHON) bin/setup requirements.txt
	@exec $(BIN)/python bin/serve

test: ## Set up what is missing and run every test, in a real browser too
	@$(PYTHON) bin/setup requirements-dev.txt
	@$(BIN)/python -m tests.browser.chromium
	@exec $(PYTEST) $(ARGS)

lint: ## Check style: Python (ruff) and templates (djade)
	@$(PYTHON) bin/setup requirements-dev.txt
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@git ls-files -z -- 'templates/*.html' | xargs -0 $(BIN)/djade --check

bench: ## Measure speed; asserts nothing
	@$(PYTHON) bin/setup requirements-dev.txt
	@$(BIN)/python -m tests.bench

clean: ## Erase local data (var/), after asking
	@printf 'This erases var/, the database and mails in it included. Type yes to go on: '
	@read answer && [ "$$answer" = yes ] && rm -rf var && echo 'Erased var/.' || echo 'Kept var/.'
