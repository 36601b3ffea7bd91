# Two words are the whole set-up: `make run` and `make test`.
# Another Python: make run PYTHON=python3.12. Another port: make run PORT=8001.

PYTHON ?= python3
export PORT ?= 8000
BIN := .venv/bin

.PHONY: run test lint bench clean

run: ## Set up what is missing and serve the app, with a demo, on PORT
	@$(PYTHON) bin/setup requirements.txt
	@exec $(BIN)/python bin/serve

test: ## Set up what is missing and run every test, in a real browser too
	@$(PYTHON) bin/setup requirements-dev.txt
	@$(BIN)/python -m tests.browser.chromium
	@exec $(BIN)/python -m pytest $(ARGS)

lint: ## Check style and types: Python (ruff, mypy) and templates (djade)
	@$(PYTHON) bin/setup requirements-dev.txt
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy accounts briefs config circles
	@git ls-files -z -- 'templates/*.html' | xargs -0 $(BIN)/djade --check

bench: ## Measure speed; asserts nothing
	@$(PYTHON) bin/setup requirements-dev.txt
	@$(BIN)/python -m tests.bench

clean: ## Erase local data (var/), after asking
	@printf 'This erases var/, the database and mails in it included. Type yes to go on: '
	@read answer && [ "$$answer" = yes ] && rm -rf var && echo 'Erased var/.' || echo 'Kept var/.'
