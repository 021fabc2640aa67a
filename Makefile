# Every target sets up what it needs by itself, inside this folder. `make help` lists them.
SHELL := /bin/bash
.DEFAULT_GOAL := help

PYTHON ?= python3
BIN := .venv/bin
# Files are kept together: their fixtures are made once a file.
PARALLEL := --numprocesses 2 --dist loadfile
# Which tests run: `make test-all` empties this, and so runs the long ones, too.
SELECTED ?= -m "not long"

# Nothing is cached outside this folder.
export PIP_CACHE_DIR := $(CURDIR)/.cache/pip
export npm_config_cache := $(CURDIR)/.cache/npm
export JSII_RUNTIME_PACKAGE_CACHE_ROOT := $(CURDIR)/.cache/jsii
export CDK_HOME := $(CURDIR)/.cache/cdk
export PATH := $(CURDIR)/$(BIN):$(CURDIR)/node_modules/.bin:$(PATH)
# Python keeps what it has compiled: the tests alone start thousands of processes.
unexport PYTHONDONTWRITEBYTECODE
# Node.js comes from the virtual environment; jsii need not tell everybody about other versions.
export JSII_SILENCE_WARNING_UNTESTED_NODE_VERSION := 1

.PHONY: help setup setup-deploy setup-dev setup-sdks setup-airflow setup-full setup-checkov demo embedded synth lint check test test-all test-long test-unit
.PHONY: test-containers test-full-containers test-embedded test-e2e iam-report checkov test-one docs screenshots bench bench-all clean

help: ## list the targets
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-15s %s\n", $$1, $$2}'

setup-deploy: ## install what deploys to an AWS account, without AutoGluon (once)
	@$(PYTHON) demo/set_up.py local node

setup: setup-deploy ## install everything the demo needs into this folder (2-3 minutes, once)
	@$(PYTHON) demo/set_up.py image

setup-dev: ## install what the tests need: their tools, AutoGluon, a headless browser (once)
	@$(PYTHON) demo/set_up.py dev image-dev image-full-dev peer node browser

setup-sdks: setup-dev ## install SageMaker's own Python SDKs 2 and 3 and packages of data, which only long tests use (1.4 GB, once)
	@$(PYTHON) demo/set_up.py sdk2 sdk3 foreign

setup-airflow: setup-dev ## install Airflow, which only a long test uses (330 MB, once)
	@$(PYTHON) demo/set_up.py airflow

setup-checkov: setup-dev ## install checkov, which scans the templates (300 MB, once)
	@$(PYTHON) demo/set_up.py checkov

setup-full: setup ## install all that AutoGluon's container holds, for the embedded AWS (3.5 GB, once)
	@$(PYTHON) demo/set_up.py image-full

demo: setup ## deploy, train, promote, serve and batch-predict, with no AWS account
	@$(BIN)/python -m autogluon_demo

# `agcdk embedded` finds it under this name.
PORT ?= 4566
NAME ?= $(if $(filter 4566,$(PORT)),default,port-$(PORT))
# All of AutoGluon where `make setup-full` or `make setup-dev` has installed it.
IMAGE_ENV ?= $(if $(wildcard .venv-image-full/.installed-image-full*),.venv-image-full,.venv-image)
embedded: setup ## run the embedded AWS in the foreground: make embedded PORT=4566
	@$(BIN)/python -m embedded_aws --port $(PORT) --instance .embedded/instances/$(NAME) --image-env $(IMAGE_ENV)

synth: setup ## write the CloudFormation templates to cdk.out, offline
	@cdk synth --quiet && ls -1 cdk.out/*.template.json

lint: setup-dev ## ruff, mypy and the layers of the packages
	@ruff check . && ruff format --check . && mypy && lint-imports

# mypy uses one core, so that the tests run beside it.
check: setup-dev ## lint, types, docs, unit and infrastructure tests: needs neither embedded AWS nor AutoGluon
	@$(MAKE) --no-print-directory -j2 lint docs test-unit

test: setup-dev ## all but the long stories, in about half an hour on two cores; says which tests are slow
	@python -m scripts.stages check test-containers test-full-containers test-embedded test-e2e

test-all: setup-sdks setup-airflow setup-full ## the same and the long stories, hours of them; writes docs/testing.md
	@SELECTED= python -m scripts.stages --outcome docs/testing.md \
	  check test-containers test-full-containers test-embedded test-e2e

# A story at a time: make test-long T=tests/e2e/test_8_upgrade.py
test-long: setup-sdks setup-airflow setup-full ## only the long stories, or those of one file: make test-long T=FILE; writes docs/testing.md
	@SELECTED="-m long" PYTEST_ADDOPTS="-m long" python -m scripts.stages --outcome docs/testing.md \
	  $(if $(T),test-one,test-unit test-containers test-full-containers test-embedded test-e2e)

test-unit: setup-dev ## unit and infrastructure tests
	@pytest tests/unit tests/infrastructure -q $(PARALLEL) $(SELECTED) \
	  --ignore tests/unit/containers --ignore tests/unit/full_containers --ignore-glob 'tests/unit/embedded_*'

test-containers: setup-dev ## container code, with AutoGluon
	@.venv-image/bin/python -m pytest tests/unit/containers -q $(PARALLEL) $(SELECTED)

test-full-containers: setup-dev ## container code that needs all of AutoGluon, with Torch
	@.venv-image-full/bin/python -m pytest tests/unit/full_containers -q $(PARALLEL) $(SELECTED)

test-embedded: setup-dev ## the embedded AWS
	@pytest tests/unit/embedded_* tests/integration -q $(PARALLEL) $(SELECTED)

# Each of pytest's processes has an embedded AWS of its own; tests/e2e/conftest.py orders the files.
test-e2e: setup-dev ## the stories that people live through, from `cdk deploy` to `cdk destroy`
	@pytest tests/e2e -q $(PARALLEL) --no-loadscope-reorder $(SELECTED)

iam-report: setup-sdks setup-airflow setup-full ## record all end-to-end tests, for hours: what each role is granted, and what it uses of it
	@rm -rf .cache/iam-recordings
	@EMBEDDED_AWS_IAM_RECORDING=$(CURDIR)/.cache/iam-recordings $(MAKE) --no-print-directory test-e2e SELECTED=
	@python -m scripts.iam_report --recordings .cache/iam-recordings

checkov: setup-checkov ## scan the templates of all environments; writes docs/reference/checkov-findings.md
	@python -m scripts.checkov_findings --run

# Container code runs with the container's libraries, everything else with the project's own.
TEST_PYTHON = $(if $(filter tests/unit/containers%,$(T:./%=%)),.venv-image/bin/python,$\
  $(if $(filter tests/unit/full_containers%,$(T:./%=%)),.venv-image-full/bin/python,$(BIN)/python))
test-one: setup-dev ## run one test, or a file of them: make test-one T=path::name
	@$(if $(T),,$(error say which test, such as make test-one T=tests/unit/docs/test_pages.py))
	@$(TEST_PYTHON) -m pytest "$(T)" -q

docs: setup-dev ## build the documentation into .site, checking every link; needs no network
	@NO_MKDOCS_2_WARNING=1 mkdocs build --strict && echo ".site/index.html"

screenshots: setup-dev ## take the pictures of docs/images again, and run the example notebook (4 minutes)
	@python -m scripts.screenshots && python -m scripts.notebook

BENCH = PYTHONPATH=.:contracts:constructs:containers:lambda:client .venv-image-full/bin/python -m benchmarks
bench: setup-dev ## measure serving of some recipes beside autogluon.cloud's (20 minutes), into .cache/bench/results
	@$(BENCH) $(RECIPES)
bench-all: setup-dev ## measure all recipes (2 hours); writes benchmarks/results and the README's table
	@$(BENCH) --all

clean: ## remove what the other targets made (not the installed environments)
	@rm -rf .cache/test-artifacts cdk.out .site .embedded .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	@find . -name __pycache__ -not -path './.venv*' -not -path './node_modules/*' -prune -exec rm -rf {} +
