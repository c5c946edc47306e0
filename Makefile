# The book, its tests and its notebooks. Everything below sets itself up; see `make help`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
# Two workers share the tests by file: a notebook stays together, apart from the browser tests.
# What repeats a sampled test everywhere is left to `make test ALL=1`, and so to the CI.
TIER = $(if $(ALL),,-m "not thorough")
PYTEST = $(BIN)/python -m pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder
export OMP_NUM_THREADS = 1
export PYDEVD_DISABLE_FILE_VALIDATION = 1
# Dozens of processes read the same files: what one has compiled is kept for the others.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help book book-without-solutions test chapter check style lab notebooks teach paper bench picture requirements fonts repository binder wasm hostile browsers

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-24s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(READY): requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.11 ...")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

book: $(READY) ## execute the notebooks and build the HTML book
	$(BIN)/python tools/build.py

book-without-solutions: $(READY) ## build the book without any solution, for classes
	$(BIN)/python tools/build.py --without-solutions

test: $(READY) ## build the book and test it: library, notebooks, ledger, pages in a browser; with ALL=1 as the CI does
	$(PYTEST) $(TIER)

chapter: $(READY) ## make a new chapter's files: make chapter NAME=... [TITLE="..." AFTER=...]
	$(BIN)/python tools/new_chapter.py "$(NAME)" $(if $(TITLE),--title "$(TITLE)") $(if $(AFTER),--after "$(AFTER)")

check: $(READY) ## test one chapter and say what is left to write: make check NAME=...
	$(BIN)/python tools/check_chapter.py "$(NAME)" $(if $(BROWSER),--browser)

style: $(READY) ## mend what ruff can mend, and check style and types
	$(BIN)/ruff check --fix . && $(BIN)/ruff format . && $(BIN)/mypy

lab: $(READY) ## open the chapters in JupyterLab
	$(BIN)/jupyter lab book

notebooks: $(READY) ## execute every chapter and store its text outputs
	$(BIN)/python tools/notebooks.py

teach: $(READY) ## make the files of a course, in _build/teach: make teach [CHAPTER=...] [PART=...]
	$(BIN)/python -m teach._tools $(if $(CHAPTER),--chapter "$(CHAPTER)") $(if $(PART),--part "$(PART)")

paper: $(READY) ## check the article on the book, and make a page of it, in _build/paper
	$(BIN)/python -m paper

bench: $(READY) ## race the library against its peers
	$(BIN)/python -m benchmarks

picture: $(READY) ## draw the picture of the README anew
	$(BIN)/python tools/picture.py

requirements: $(READY) ## (maintainers) pin requirements.txt anew, within the ranges of pyproject.toml
	$(BIN)/python -m pip install --quiet pip-tools
	CUSTOM_COMPILE_COMMAND="make requirements" $(BIN)/pip-compile --quiet --extra test --strip-extras \
	  --allow-unsafe --annotate --no-emit-index-url --no-emit-find-links --output-file requirements.txt pyproject.toml
	sed 's|^dmfbook @ .*|-e .  # the library itself, from this folder|' requirements.txt > $(VENV)/pins
	mv $(VENV)/pins requirements.txt
	$(BIN)/python tools/binder.py

fonts: $(READY) ## (maintainers) cut the fonts anew, to the characters in tools/fonts.py
	npm install --silent --no-save --prefix _build/fonts $$($(BIN)/python tools/fonts.py --packages)
	$(BIN)/python tools/fonts.py _build/fonts

repository: $(READY) ## (maintainers) write the repository's address everywhere: URL=https://github.com/owner/name
	$(BIN)/python tools/repository.py "$(URL)"

binder: $(READY) ## (maintainers) run the chapters with what Binder installs, without Docker
	$(BIN)/python tools/binder.py --check

wasm: $(READY) ## (maintainers) run the chapters in WebAssembly, where Pyodide's files are at hand
	node tools/wasm.mjs

hostile: $(READY) ## (maintainers) build a clone on a machine that has everything against it
	$(BIN)/python tools/hostile.py

browsers: book ## (maintainers) look at the book in Firefox and WebKit, where they are installed
	$(BIN)/python tools/browsers.py
