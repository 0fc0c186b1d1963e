# Medborgarfokus. `make` alone tells what there is, in Swedish and English: `## svenska | English` after a target.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

PYTHON ?= python3
PORT ?= 8000

BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check -qq
PYTEST := $(BIN)/python -m pytest -q -n 2 --dist loadfile
SOURCES := foundation delivery site_builder subscriptions editor cases tools tests $(wildcard benchmarks)
STATE := .cache/make

.PHONY: kills help run build audit sbom bench coverage browser check search-quality test test-all slow docs lint format setup lock clean

help: ## den här listan | this list
	@echo "make …"
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | \
		awk -F ':.*## | [|] ' '{ printf "  %-14s %s\n  %-14s %s\n", $$1, $$2, "", $$3 }'

run: $(STATE)/runtime ## bygg och visa allt på http://127.0.0.1:8000 (PORT= byter port) | build and show all of it (PORT= changes the port)
	@PORT=$(PORT) $(BIN)/python -m tools.run

build: $(STATE)/runtime ## webbplatsen till site/ | the site, into site/
	@$(BIN)/site-builder build

check: $(STATE)/runtime ## alla problem i content/ | every problem in content/
	@$(BIN)/site-builder check

test: setup browser lint ## allt utom de långa provningarna | all tests but the long ones
	@echo "• innehåll"
	@$(BIN)/site-builder check
	@echo "• prov"
	@$(PYTEST) -m "not slow"

coverage: setup browser ## hur mycket av koden som proven går igenom | how much of the code the tests run
	@rm -rf .cache/coverage
	@$(PYTEST) -m "not slow" --cov --cov-report=term:skip-covered

test-all: test slow ## allt, även de långa proven | all tests, the long ones too

slow: setup browser
	@echo "• långa prov"
	@$(PYTEST) -m slow

kills: setup ## tusen avbrott mitt i anmälningar, på båda databaserna | a thousand kills amid reports, on both databases
	@KILLS=500 $(PYTEST) -m slow --timeout 7200 tests/faults/test_cases_killed.py

bench: setup browser ## mät mot andra, i samma körning | measure beside others, in one run
	@$(BIN)/python -m benchmarks.site
	@$(BIN)/python -m benchmarks.weight
	@$(BIN)/python -m benchmarks.transfer
	@$(BIN)/python -m tests.browser.search_quality
	@tools/need postfix:/usr/sbin/smtp-sink
	@$(BIN)/python -m benchmarks.push
	@$(BIN)/python -m benchmarks.fanout
	@$(BIN)/python -m benchmarks.service
	@$(BIN)/python -m benchmarks.rest

search-quality: setup browser ## hur väl sökningen svarar på vardagliga frågor | how well the search answers everyday questions
	@$(BIN)/python -m tests.browser.search_quality

audit: setup browser ## pröva tillgängligheten och skriv accessibility/results.json | try accessibility, write the results
	@$(BIN)/python -m tests.browser.audit

sbom: $(STATE)/dev ## vad programmet består av, till sbom.cdx.json (CycloneDX) | the bill of materials
	@$(BIN)/python -m tools.sbom

lint: $(STATE)/dev ## format, fel, typer och importregler | format, errors, types, import contracts
	@echo "• format";        $(BIN)/ruff format --quiet --check $(SOURCES) || { $(BIN)/ruff format --check $(SOURCES); exit 1; }
	@echo "• vanliga fel";   $(BIN)/ruff check --quiet $(SOURCES)
	@echo "• typer";         $(BIN)/mypy --no-error-summary
	@echo "• importregler";  $(BIN)/lint-imports >$(STATE)/imports.log 2>&1 || { cat $(STATE)/imports.log; exit 1; }

docs: $(STATE)/dev ## skriv om det i docs/ som följer av koden | write anew what in docs/ follows from the code
	@$(BIN)/python -m site_builder.editing.documentation
	@$(BIN)/python -m tools.house

format: $(STATE)/dev ## skriv om koden i projektets format | rewrite the code in the project's format
	@$(BIN)/ruff check --quiet --fix-only $(SOURCES)
	@$(BIN)/ruff format --quiet $(SOURCES)

setup: $(STATE)/dev

browser: $(STATE)/node $(STATE)/system

lock: $(STATE)/dev ## nya låsfiler efter requirements*.in | new lock files after requirements*.in
	@tools/lock

clean: ## ta bort allt som make har gjort | remove all that make has made
	rm -rf .venv .cache node_modules site

# What is installed, and when: each stamp is newer than what it was installed from.
$(STATE)/venv:
	@mkdir -p $(STATE)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 eller senare behövs (PYTHON=python3.12 make … väljer en annan)."; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || tools/need python3-venv:no-such-command
	@$(PYTHON) -m venv .venv
	@touch $@

$(STATE)/runtime: $(STATE)/venv requirements.txt pyproject.toml
	@echo "• installerar det som behövs"
	@$(PIP) install --require-hashes -r requirements.txt
	@$(PIP) install --no-index --no-deps --no-build-isolation --config-settings editable_mode=compat -e .
	@rm -rf *.egg-info
	@touch $@

$(STATE)/dev: $(STATE)/runtime requirements-dev.txt
	@echo "• installerar det som proven behöver"
	@$(PIP) install --require-hashes -r requirements-dev.txt
	@touch $@

$(STATE)/node: package-lock.json | $(STATE)/venv
	@echo "• installerar det som webbläsarproven behöver"
	@tools/need nodejs:node npm:npm
	@npm ci --ignore-scripts --no-audit --no-fund --loglevel=error --no-progress >$(STATE)/npm.log 2>&1 || \
		{ cat $(STATE)/npm.log; exit 1; }
	@touch $@

$(STATE)/system: tools/need | $(STATE)/venv
	@tools/need chromium:chromium fonts-dejavu-core:/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf \
		postgresql:'/usr/lib/postgresql/*/bin/postgres' default-jre-headless:java prometheus:promtool
	@touch $@
