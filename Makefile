# The two commands a newcomer needs are `make demo` and `make test`; `make help` lists the rest.
# Needs git, make and Python 3.11 with pip. Everything else is brought into the checkout.

PYTHON ?= python3
BIN := .venv/bin
READY := .make/environment
PO := $(wildcard src/tenor/ui/locale/*/LC_MESSAGES/django.po)
MO := $(PO:.po=.mo)

export UV_CACHE_DIR ?= $(CURDIR)/.make/uv-cache

.DEFAULT_GOAL := help
.PHONY: help demo demo-reset test check bench fmt lock translations clean

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{ printf "%-20s %s\n", $$1, $$2 }'

demo: $(READY) $(MO) ## serve the demo; prints one address, keeps its data, stops on Ctrl-C
	@exec $(BIN)/tenor demo

demo-reset: $(READY) ## throw the demo's data away, so that the next `make demo` starts anew
	@$(BIN)/tenor demo-reset

check: $(READY) $(MO) ## linters, types, contracts and the fast tests: under a minute, no database
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m tests.support.migrations
	$(BIN)/pytest -m "not slow"

test: check ## everything: `make check`, then database, processes and browser
	$(BIN)/python -m tests.support.chromium
	$(BIN)/pytest -m slow -n 2 --dist loadgroup --no-loadscope-reorder

bench: $(READY) $(MO) ## benchmarks
	$(BIN)/python -m benchmarks

fmt: $(READY) ## format the code and mend what the linter can
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

lock: $(READY) ## resolve the dependencies anew into requirements.lock (UPGRADE=1: to their latest)
	$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
		$(if $(UPGRADE),--upgrade) --quiet --group dev pyproject.toml --output-file requirements.lock
	@if grep -nE '^--|://' requirements.lock; then echo "The lock must name no index: see the lines above." >&2; exit 1; fi

translations: $(READY) ## collect the texts of code and templates into the catalogs
	$(BIN)/pybabel --quiet extract --mapping-file babel.cfg --project Tenor --copyright-holder "the Tenor authors" \
		--sort-by-file --add-location file --no-wrap --add-comments "Translators:" --keyword pgettext_lazy:1c,2 --keyword gettext_lazy \
		--keyword ngettext_lazy:1,2 --keyword npgettext_lazy:1c,2,3 --keyword gettext_noop \
		--output-file .make/django.pot src/tenor
	$(BIN)/pybabel --quiet update --domain django --input-file .make/django.pot --output-dir src/tenor/ui/locale \
		--no-wrap --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date

clean: ## remove what make and the tools made (the demo's data stays: see demo-reset)
	@if [ -x $(BIN)/python ]; then $(BIN)/python -m tests.support.database; fi
	rm -rf .venv .make .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build dist
	rm -f $(MO)
	find src tests -name __pycache__ -prune -exec rm -rf {} +

# Made anew only when what it is made of has changed.
$(READY): requirements.lock pyproject.toml scripts/environment.sh
	@PYTHON="$(PYTHON)" sh scripts/environment.sh
	@touch $@

%.mo: %.po | $(READY)
	$(BIN)/pybabel compile --input-file $< --output-file $@
