# Everything that a person does with the project, one word each.
# PORT=9000 make run moves the address; DATABASE_URL=postgres://... uses PostgreSQL.

PYTHON ?= python3
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
BENCH := .venv-bench
SIZES ?= 36,1000,20000,200000

.PHONY: run test admin bench format clean

run: $(VENV)/run.stamp ## Install, prepare the database and serve on http://127.0.0.1:$(PORT)
	@PORT=$(PORT) $(BIN)/python manage.py prepare
	@PORT=$(PORT) exec $(BIN)/gunicorn --config python:portal.gunicorn

admin: $(VENV)/run.stamp ## Make a person who may sign in to /admin/
	@$(BIN)/python manage.py migrate --verbosity 0
	@$(BIN)/python manage.py createsuperuser

test: $(VENV)/test.stamp ## Lint, types, migrations and the whole test suite
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/djade --check --target-version 5.2 $$(find templates -name '*.html')
	$(BIN)/mypy
	$(BIN)/python manage.py makemigrations --check --dry-run
	$(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 --dist loadfile

bench: $(BENCH)/bench.stamp ## Measure beside the peers (docs/performance.md); SIZES=36,1000 narrows
	@$(BENCH)/bin/python -m bench $(PARTS) --sizes $(SIZES)

format: $(VENV)/test.stamp ## Let the tools settle questions of style
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	-$(BIN)/djade --target-version 5.2 $$(find templates -name '*.html')

clean: ## Remove the environment and the state of this checkout, the local database included
	rm -rf $(VENV) $(BENCH) var

# The stamps say for which list of requirements the environment was made.
$(VENV)/run.stamp: requirements.txt
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement requirements.txt
	@touch $@

$(VENV)/test.stamp: $(VENV)/run.stamp requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement requirements-dev.txt
	@touch $@

$(BENCH)/bench.stamp: requirements.txt requirements-bench.txt
	@test -x $(BENCH)/bin/python || $(PYTHON) -m venv $(BENCH)
	$(BENCH)/bin/python -m pip install --quiet --disable-pip-version-check --requirement requirements-bench.txt
	@touch $@
