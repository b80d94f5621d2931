# What people type. Everything that a command needs and that is missing is installed first
# (tools/setup).

JOBS ?= $(shell nproc)
BUILD = cmake --preset $(1) >/dev/null && cmake --build --preset $(1) -j $(JOBS)

.PHONY: all setup demo build dev test unit lint asan tsan fuzz bench clean

all: build

setup:
	@tools/setup build

build: setup
	@$(call BUILD,release)

demo: build
	@build/release/tabularium demo

dev:
	@tools/setup build test
	@$(call BUILD,dev)

# All tests; the last line counts them.
test: dev
	@tools/setup browser
	@tools/run_tests dev

# The unit tests under the sanitizers.
asan tsan:
	@tools/setup build test
	@$(call BUILD,$@)
	@tools/run_tests --units $@

lint:
	@tools/setup build test
	@tools/lint

# Each fuzzer for SECONDS (default 30).
fuzz:
	@tools/setup build test
	@$(call BUILD,fuzz)
	@tools/run_fuzzers build/fuzz $(or $(SECONDS),30)

bench:
	@tools/setup build test
	@$(call BUILD,bench)
	@bench/run

clean:
	rm -rf build
