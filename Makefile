# What there is to make. CONTRIBUTING.md has each of them as plain commands too.
#   book       install what the site needs (no TensorFlow) and build it
#   test       everything: unit tests, doctests, every notebook run again and compared, the site in a browser
#   check      before each commit, in two minutes: style, types, and the tests that are not marked slow
#   lint       style and types
#   live       show the site, and build and load it again whenever something was saved
#   serve      show the site as it is
#   notebooks  run the sources in notebooks/source and store the notebooks with their outputs
#   lab        open the notebooks in JupyterLab
#   offline    one zip of the whole site that opens from disk
#   pdf        one PDF of the whole book, printed with Chromium or Chrome
#   results    show the command behind each file of results/ (a network takes half an hour, so none is run)
#   lock       renew the pins (needs uv); with UPGRADE= keep those that still fit
#   clean      remove all that was made

# The first Python that is 3.11, 3.12 or 3.13; choose another with `make book PYTHON=/path/to/python3.12`.
PYTHON ?= $(shell for p in python3.12 python3.13 python3.11 python3 python; do \
	$$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' >/dev/null 2>&1 && echo $$p && break; done)
PY := .venv/bin/python
PIP := $(PY) -m pip install --quiet --disable-pip-version-check
SITE := _build/html/index.html
UPGRADE := --upgrade

.PHONY: book test check lint live serve notebooks lab offline pdf results lock clean
.DELETE_ON_ERROR:

book: .venv/.book
	@echo "Building the site"
	@$(dir $(PY))jupyter-book build . --toc book/_toc.yml -W -n --keep-going --quiet
	@touch $(SITE)  # the tests see that it is up to date, also where nothing had to be written
	@echo "Done. Open $(CURDIR)/$(SITE) in a browser; try .venv/bin/audiocls predict clip.wav"

test: .venv/.all book
	@echo "Running all tests: unit, doctests, notebooks (strict nbval), site"
	$(PY) -m pytest -n 2 --dist loadfile --nbval --nbval-current-env --nbval-cell-timeout 600 -q

check: lint
	$(PY) -m pytest -n 2 --dist loadfile -m "not slow" -q

lint: .venv/.all
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy

live: .venv/.all
	$(PY) book/live.py

serve: book
	@echo "The book is at http://127.0.0.1:8000 (Ctrl-C stops it)"
	@$(PY) -m http.server 8000 --bind 127.0.0.1 --directory _build/html

notebooks: .venv/.all
	$(PY) notebooks/build.py

lab: .venv/.all
	$(PY) -m jupyterlab notebooks

offline: book
	$(PY) book/export.py offline

pdf: .venv/.all
	@echo "Building the book as one page and printing it (a few minutes)"
	$(PY) book/export.py pdf

results:
	@grep '"command"' results/*.json

lock:
	uv pip compile pyproject.toml --extra learn --extra cluster --extra book --extra dev --universal --generate-hashes \
		--python-version 3.11 --fork-strategy fewest --no-header --quiet $(UPGRADE) -o requirements.lock
	uv pip compile pyproject.toml --extra book --universal --generate-hashes \
		--python-version 3.11 --fork-strategy fewest --no-header --quiet $(UPGRADE) -c requirements.lock -o requirements-book.lock

clean:
	rm -rf _build .venv .pytest_cache .ruff_cache .mypy_cache .hypothesis

.venv/.made:
	@test -n "$(PYTHON)" || { echo "audiocls needs Python 3.11, 3.12 or 3.13 and found none on PATH. \
Install one, or name yours: make book PYTHON=/path/to/python3.12"; exit 1; }
	@echo "Creating .venv with $(PYTHON)"
	@rm -rf .venv && $(PYTHON) -m venv .venv || { echo "$(PYTHON) cannot make a virtual environment. \
On Debian and Ubuntu: apt install python3-venv"; rm -rf .venv; exit 1; }
	@touch $@

.venv/.book: .venv/.made requirements-book.lock pyproject.toml
	@echo "Installing the pinned core and book packages (about two minutes the first time)"
	@$(PIP) --require-hashes -r requirements-book.lock
	@$(PIP) --no-deps --no-build-isolation -e .
	@touch $@

.venv/.all: .venv/.book requirements.lock
	@echo "Installing the pinned packages for training and tests (TensorFlow: about 2 GB, a few minutes the first time)"
	@$(PIP) --require-hashes -r requirements.lock
	@touch $@
