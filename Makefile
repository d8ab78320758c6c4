# Every target sets up what it needs; make help lists them. PYTHON, VENV, PORT, QUESTIONS, TORCH and OCR=1 (scanned pages) may be named on the
# command line. Which build of torch is installed is pip's to choose: its settings (pip.conf, PIP_INDEX_URL,
# PIP_EXTRA_INDEX_URL) are heeded, and a torch that is already in .venv is kept.
PYTHON    ?= python3
VENV      ?= .venv
TORCH     ?= torch==2.13.0
PORT      ?= 7860
QUESTIONS ?= tests/data/questions.jsonl
BIN       := $(VENV)/bin
EXTRAS    := $(if $(filter-out 0,$(OCR)),[ocr])
INSTALLED := $(VENV)/.installed$(if $(EXTRAS),-ocr)
CHECKED   := $(VENV)/.dev-installed
# $(call timed,WORDS,COMMAND): says what begins, runs it, says how long it took.
timed = echo "… $(1)"; begun=$$(date +%s); $(2) && echo "✓ $(1): $$(( $$(date +%s) - begun )) s"

.PHONY: help app test check fix index eval torture milvus lock audit clean

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 12

app: index ## build the index if needed, then show the page
	$(BIN)/bearing-qa serve --port $(PORT)

index: $(INSTALLED) ## build or update index/ from corpus/
	@$(call timed,index of corpus/,$(BIN)/bearing-qa index)

eval: index ## figures on judged questions, report in report/
	$(BIN)/bearing-qa evaluate $(QUESTIONS) --report report

test: $(CHECKED) ## all tests, in two processes
	$(BIN)/python -m pytest -n 2 --dist loadfile

torture: $(CHECKED) ## kills, damages and crowds, and the tests that take long: many minutes
	$(BIN)/python -m scripts.torture
	$(BIN)/pip install -e '.[llm-test]'
	$(BIN)/python -m pytest -m long tests/test_workers.py tests/test_benchmarks.py tests/test_real_model.py

milvus: $(CHECKED) ## the second store: on milvus-lite, and on a real old server in a network of its own
	$(BIN)/pip install -e '.[milvus-test]'
	unshare --net --pid --fork --kill-child --mount-proc --map-root-user sh -c 'ip link set lo up && exec $(BIN)/python -m pytest tests/test_stores.py tests/test_milvus_server.py -m "long or not long"'

check: $(CHECKED) ## format, lint, types, imports
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

fix: $(CHECKED) ## format, and fix what can be fixed
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lock: $(CHECKED) ## write the installed versions to requirements.lock
	$(BIN)/python -m scripts.lock

audit: $(CHECKED) ## known vulnerabilities of the locked versions; needs a network
	$(BIN)/python -m scripts.audit

# torch first and by itself, so that nothing else pulls another build of it; the rest in the versions of requirements.lock.
$(INSTALLED): pyproject.toml requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; name one: make app PYTHON=python3.12")'
	@test -x $(BIN)/python || { $(call timed,virtual environment $(VENV),$(PYTHON) -m venv $(VENV)); }
	@$(BIN)/python -c 'import torch' 2>/dev/null || { $(call timed,$(TORCH),$(BIN)/pip install $(TORCH)); }
	@$(call timed,packages,$(BIN)/pip install -c requirements.lock -e '.$(EXTRAS)')
	@touch $@

$(CHECKED): $(INSTALLED)
	@$(call timed,packages for work on it,$(BIN)/pip install -c requirements.lock -e '.[dev]')
	@touch $@

clean: ## remove the virtual environment and caches; corpus/ and index/ stay
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis build report
