# What a person does here. `make run` and `make test` are all that a newcomer needs.
.DEFAULT_GOAL := help
JOBS ?= $(shell nproc)
export JOBS

.PHONY: help run test lint format bench crowd evidence soak determinism aarch64 mutations model \
        planted fuzz setup-run setup-test setup-lint clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: setup-run release ## build the release binary and replay a crash, ending with a report
	@tools/run_demo

.PHONY: release
release: ## build the release binary only: build/release/bulkhead
	@cmake --preset release >/dev/null
	@cmake --build --preset release --parallel $(JOBS)

test: setup-test ## build and run every test
	@tools/run_tests

lint: setup-lint ## formatting, clang-tidy, the repository's own rules
	@tools/lint

format: setup-lint ## rewrite all C++ files in the repository's style
	@git ls-files -co --exclude-standard '*.h' '*.cc' | xargs clang-format-19 -i

determinism: setup-test ## same log, same bytes: three compilations, 1 and 2 threads, reversed
	@tools/determinism

aarch64: ## build the core for AArch64 and re-execute the golden log in an emulator
	@tools/setup run test aarch64
	@tools/aarch64

mutations: setup-test ## changed rounding, comparison, ordering: the golden logs must notice
	@tools/mutations

model: setup-test ## random commands against a naive model: MODEL_COMMANDS (default 1000000)
	@tools/model

planted: setup-test ## broken rules, one at a time: the naive model must see each
	@tools/planted

bench: setup-run ## full evaluations per second, bytes per account
	@tools/bench

crowd: setup-run ## a million accounts, one hour of ticks: CROWD_OPTIONS (default all of it)
	@tools/crowd

evidence: ## the long form of what CI shows in short: full windows, reports, pictures
	@tools/setup run evidence
	@tools/evidence

soak: setup-run ## a year of a small venue, then generated markets for SOAK_MINUTES (default 60)
	@tools/soak

fuzz: ## build the fuzzers and run each for FUZZ_SECONDS (default 60)
	@tools/setup run test fuzz
	@tools/run_fuzzers

setup-run: ## install the Debian packages that `make run` needs
	@tools/setup run

setup-test: ## install the Debian packages that `make test` needs
	@tools/setup run test

setup-lint: ## install the Debian packages that `make lint` needs
	@tools/setup run lint

clean: ## remove everything that was built
	@rm -rf build
