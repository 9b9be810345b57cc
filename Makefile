# make demo   a night on a live network, its capture, the main job; then the desk in the browser
# make test   all tests, on a fresh machine too
# make check  lint, types, borders, tests          make bench  the benchmarks (docs/benchmarks.md)
# make soak   the tests of random examples again, with fifty times as many; for a night
# make lock   pin the requirements anew            make clean  remove what was built

PYTHON ?= python3
BIN := .venv/bin
STAMPS := .stamps
DEMO := demo-workspace
APPS := $(notdir $(patsubst %/,%,$(dir $(wildcard web/*/package.json))))
WEBS := $(APPS:%=$(STAMPS)/web-%)

.PHONY: demo demo-job test soak check lint web-check bench lock sample format clean setup web
.DEFAULT_GOAL := test

# The tests begin hundreds of processes; where bytecode is not kept, each compiles all that it imports: a fourth of its start.
unexport PYTHONDONTWRITEBYTECODE

demo: $(STAMPS)/product $(STAMPS)/web-desk $(STAMPS)/demo-packages
	$(BIN)/underseal demo --workspace $(DEMO)

setup:  # at once: the environment, the web and Debian's packages have nothing to wait for in each other
	@$(MAKE) --no-print-directory --jobs=4 $(STAMPS)/develop $(WEBS) $(STAMPS)/test-packages

test: setup  # files in their order: xdist else puts those of few long tests last, and a worker idles
	for app in $(APPS); do (cd web/$$app && npm run --silent test) || exit 1; done
	$(BIN)/pytest -n 3 --dist loadfile --no-loadscope-reorder

soak: setup
	SOAK=1 $(BIN)/pytest -n 2 -m hypothesis

check: lint web-check test

lint: $(STAMPS)/develop
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

web-check: $(APPS:%=$(STAMPS)/node-%)
	for app in $(APPS); do (cd web/$$app && npm run --silent check) || exit 1; done

bench: $(STAMPS)/develop
	$(BIN)/python -m benchmarks.run

format: $(STAMPS)/develop
	$(BIN)/ruff format
	$(BIN)/ruff check --fix-only --quiet || true

sample: $(STAMPS)/develop
	$(BIN)/python samples/harbour/make.py

web: $(WEBS)

# --- what the targets stand on ---------------------------------------------------------------------------------------

$(STAMPS)/venv:
	@mkdir -p $(STAMPS)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Underseal needs Python 3.11 or later."; exit 1; }
	$(PYTHON) -m venv .venv || { scripts/packages python3-venv:/nonexistent && $(PYTHON) -m venv --clear .venv; }
	@touch $@

$(STAMPS)/product: requirements/network.txt pyproject.toml $(STAMPS)/venv
	@test -e $(STAMPS)/develop || $(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/network.txt
	@test -e $(STAMPS)/develop || $(BIN)/pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps -e .
	@touch $@

$(STAMPS)/develop: requirements/develop.txt pyproject.toml $(STAMPS)/venv
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/develop.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps -e .
	@touch $@

$(STAMPS)/test-packages: scripts/packages
	@mkdir -p $(STAMPS)
	@scripts/packages chromium:/usr/bin/chromium systemd:/usr/bin/systemd-analyze nginx-light:/usr/sbin/nginx caddy:/usr/bin/caddy 'postgresql:/usr/lib/postgresql/*/bin/initdb' espeak-ng:espeak-ng opus-tools:opusenc fonts-noto-core:/usr/share/fonts/truetype/noto/NotoSans-Regular.ttf
	@touch $@

$(STAMPS)/demo-packages: scripts/packages
	@mkdir -p $(STAMPS)
	@scripts/packages espeak-ng:espeak-ng opus-tools:opusenc
	@touch $@

$(STAMPS)/node-%: web/%/package-lock.json
	@mkdir -p $(STAMPS)
	@command -v npm >/dev/null || { echo "Underseal's web applications need Node 20 with npm to be built."; exit 1; }
	cd web/$* && npm ci --silent --no-audit --no-fund
	@touch $@

# The office is made of parts of the desk, so a change of any application builds those that are behind it.
SOURCES := $(shell find web \( -name node_modules -o -name dist \) -prune -o -type f -print 2>/dev/null)

$(STAMPS)/web-%: $(STAMPS)/node-% $(SOURCES)
	cd web/$* && npm run --silent build
	@touch $@

lock:
	uv pip compile --quiet --universal --generate-hashes --no-annotate --no-header --no-emit-index-url pyproject.toml --group build -o requirements/product.txt
	uv pip compile --quiet --universal --generate-hashes --no-annotate --no-header --no-emit-index-url pyproject.toml --all-extras --group build --group test --group check -o requirements/develop.txt
	uv pip compile --quiet --universal --generate-hashes --no-annotate --no-header --no-emit-index-url pyproject.toml --extra network --group build -o requirements/network.txt

clean:
	rm -rf .venv $(STAMPS) web/*/node_modules web/*/dist $(DEMO) $(DEMO)-network
