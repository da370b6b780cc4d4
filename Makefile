# Clickwise: every target prepares what it needs and skips what is done.

VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= python3
INSTALLED := $(VENV)/.installed
SPARK := .venv-spark/bin
SPARK_INSTALLED := .venv-spark/.installed
PEERS := .venv-peers/bin
PEERS_INSTALLED := .venv-peers/.installed
EVENTS ?= 200000
BUDGET ?= 30
SHOP := build/demo/shop-$(EVENTS).parquet
TRAINED := build/demo/.trained-$(EVENTS)-$(BUDGET)
SOURCES := $(shell find clickstream automl -name '*.py')
export BENTOML_DO_NOT_TRACK := true

.DEFAULT_GOAL := help
.PHONY: help env env-spark env-peers demo smoke test lint serve bentos images load-test chaos bench bench-accuracy bench-serving bench-app screenshots requirements clean

help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

env: $(INSTALLED) ## Build the environment in .venv

$(INSTALLED): requirements/development.txt pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements/development.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

env-spark: $(SPARK_INSTALLED) ## Build the environment of --engine spark in .venv-spark; Spark needs Java 17

$(SPARK_INSTALLED): requirements/spark.txt pyproject.toml | $(INSTALLED)
	test -x $(SPARK)/python || $(PYTHON) -m venv $(@D)
	$(BIN)/uv pip install --quiet --python $(SPARK)/python --no-deps --require-hashes -r requirements/spark.txt
	$(BIN)/uv pip install --quiet --python $(SPARK)/python --no-deps --no-build-isolation --editable .
	touch $@

env-peers: $(PEERS_INSTALLED) ## Build the environment of the peers of bench-accuracy in .venv-peers

$(PEERS_INSTALLED): requirements/peers.txt | $(INSTALLED)
	test -x $(PEERS)/python || $(PYTHON) -m venv $(@D)
	$(BIN)/uv pip install --quiet --python $(PEERS)/python --no-deps --require-hashes -r requirements/peers.txt
	touch $@

$(SHOP): | $(INSTALLED)
	mkdir -p $(@D)
	$(BIN)/clickwise simulate --events $(EVENTS) --seed 7 --out $@ --truth build/demo/truth.parquet

$(TRAINED): $(SHOP) $(SOURCES)
	$(BIN)/clickwise train $(SHOP) --out build/demo --budget $(BUDGET)
	rm -f build/demo/.trained-*
	touch $@

demo: $(INSTALLED) $(TRAINED) ## Train on the simulated shop, start services and app, stay up until Ctrl-C
	$(BIN)/clickwise package build/demo --no-bentos
	$(BIN)/python deploy/local.py

smoke: $(INSTALLED) $(TRAINED) ## The same with one scripted round of requests, then down
	$(BIN)/clickwise package build/demo --no-bentos
	$(BIN)/python deploy/local.py --smoke

serve: $(INSTALLED) ## Start the three services on the bundles packaged last
	$(BIN)/python deploy/local.py --no-app

bentos: $(INSTALLED) $(TRAINED) ## Package the demo's bundles and build the three Bentos
	$(BIN)/clickwise package build/demo

images: bentos ## Build an OCI image of each service and of the app, with Docker, Podman or Buildah
	$(BIN)/python deploy/images.py

load-test: $(INSTALLED) $(TRAINED) ## Load the three services for 30 s and check every answer
	$(BIN)/clickwise package build/demo --no-bentos
	$(BIN)/python load_tests/run.py --start

chaos: $(INSTALLED) $(TRAINED) ## Kill workers under load, watch memory, ask odd things; about an hour
	$(BIN)/clickwise package build/demo --no-bentos
	$(BIN)/python -m benchmarks.chaos

bench: $(INSTALLED) ## Measure speed and memory; prints machine and versions
	$(BIN)/python -m benchmarks.run

bench-serving: $(INSTALLED) ## Measure what an answer costs, beside a stock BentoML service
	$(BIN)/python -m benchmarks.serving_speed

bench-app: $(INSTALLED) $(TRAINED) ## Measure how long readers of the app wait, in Chromium
	$(BIN)/python -m benchmarks.app build/demo

bench-accuracy: $(INSTALLED) $(PEERS_INSTALLED) ## Measure models beside their peers, for about an hour and a half
	$(BIN)/python -m benchmarks.accuracy

screenshots: $(INSTALLED) $(TRAINED) ## Make the pictures of README and docs/app.md
	$(BIN)/python -m tests.ui.screenshots build/demo

test: $(INSTALLED) $(SPARK_INSTALLED) ## Run every test, the browser's and Spark's included
	$(BIN)/python -m pytest -n logical --dist loadfile
	$(SPARK)/python -m pytest tests/spark

lint: $(INSTALLED) ## Check style, types and directions of dependence
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

requirements: $(INSTALLED) ## Compile the requirement sets anew, with hashes
	for set in development training serving app spark peers; do \
	  $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	    --no-emit-index-url --no-emit-find-links --custom-compile-command "make requirements" \
	    $$(case $$set in (development|peers) ;; (*) echo "--constraint requirements/development.txt";; esac) \
	    requirements/$$set.in --output-file requirements/$$set.txt || exit 1; \
	done

clean: ## Remove the environments and everything built
	rm -rf $(VENV) .venv-spark .venv-peers build *.egg-info .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
