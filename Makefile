# Every target sets up what it needs. PYTHON, TORCH and TORCH_INDEX may be named on the command line,
# for example:  make app TORCH=torch TORCH_INDEX=https://pypi.org/simple   (the CUDA build)
PYTHON      ?= python3
VENV        ?= .venv
TORCH       ?= torch==2.13.0
TORCH_INDEX ?= https://download.pytorch.org/whl/cpu
PORT        ?= 7860
QUESTIONS   ?= tests/data/questions.jsonl
BIN         := $(VENV)/bin
INSTALLED   := $(VENV)/.installed
CHECKED     := $(VENV)/.dev-installed

.PHONY: app test check fix index eval torture milvus lock audit clean

app: index ## build the index if needed, then show the page
	$(BIN)/bearing-qa serve --port $(PORT)

index: $(INSTALLED) ## build or update index/ from corpus/
	$(BIN)/bearing-qa index

eval: index ## figures on judged questions, report in report/
	$(BIN)/bearing-qa evaluate $(QUESTIONS) --report report

test: $(CHECKED) ## all tests, in two processes
	$(BIN)/python -m pytest -n 2 --dist loadfile

torture: $(CHECKED) ## kills, damages and crowds, and the tests that take long: many minutes
	$(BIN)/python -m scripts.torture
	$(BIN)/python -m pytest -m long tests/test_workers.py tests/test_benchmarks.py

milvus: $(CHECKED) ## the second store: on milvus-lite, and on a real old server in a network of its own
	$(BIN)/pip install -e '.[milvus-test]'
	unshare --net --pid --fork --kill-child --mount-proc --map-root-user sh -c 'ip link set lo up && exec $(BIN)/python -m pytest tests/test_stores.py tests/test_milvus_server.py -m "long or not long"'

check: $(CHECKED) ## format, lint, types, floors
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

fix: $(CHECKED) ## format and mend what can be mended
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lock: $(CHECKED) ## write down the versions that are installed
	$(BIN)/python -m scripts.lock

audit: $(CHECKED) ## known weaknesses of the locked versions; needs a network
	$(BIN)/python -m scripts.audit

# The other packages come in the versions of requirements.lock.
# torch first and by itself, so that nothing else pulls the CUDA build; where the CPU index cannot be
# reached, pip takes the release from its own index.
$(INSTALLED): pyproject.toml requirements.lock
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; name one: make app PYTHON=python3.12")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -c 'import torch' 2>/dev/null \
	  || $(BIN)/pip install --retries 1 --timeout 20 --index-url $(TORCH_INDEX) $(TORCH) \
	  || $(BIN)/pip install $(TORCH)
	$(BIN)/pip install -c requirements.lock -e .
	touch $@

$(CHECKED): $(INSTALLED)
	$(BIN)/pip install -c requirements.lock -e '.[dev]'
	touch $@

clean: ## remove the virtual environment and caches; corpus/ and index/ stay
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis build report
