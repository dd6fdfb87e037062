# The front door. `make` alone lists what there is.
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
.PHONY: help demo demo-down check check-all bench install dev release asan ct ct-msan fuzz cover \
	lint tidy analyze clean

PREFIX ?= /usr/local

help: ## this list
	@sed -n 's/^\([a-z -]*\):[^#]*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 20

demo: ## start three co-signers on loopback, sign a real transaction, verify it
	scripts/bootstrap build
	cmake --preset release
	cmake --build build/release -j2
	scripts/demo up

demo-down: ## stop exactly what the demo started
	scripts/demo down

check: ## install what tests need, build, run every test
	scripts/bootstrap all
	scripts/check

check-all: ## check, and what takes long: constant time, fuzzing, 64-bit ARM, big sweeps
	scripts/bootstrap all
	-scripts/bootstrap cross
	scripts/check --all

bench: ## benchmarks, one JSON object each (bench/e2e: the programs themselves)
	scripts/bootstrap build
	cmake --preset release
	cmake --build build/release -j2
	scripts/bench

install: ## install programs, library and manual pages below PREFIX (/usr/local)
	cmake --preset release
	cmake --build build/release -j2
	cmake --install build/release --prefix $(PREFIX)

dev release: ## configure and build build/dev or build/release
	cmake --preset $@
	cmake --build build/$@ -j2

asan: ## build with address and undefined-behaviour sanitizers, run the tests
	scripts/check build-asan asan

ct: ## constant time under valgrind
	scripts/check build-ct ct

ct-msan: ## constant time under MemorySanitizer
	scripts/check build-ct-msan ct-msan

fuzz: ## every fuzz target for 60 seconds
	scripts/check build-fuzz fuzz

cover: ## run the tests of floors 0 to 5 instrumented, judge line and branch coverage
	cmake --preset cover
	cmake --build build/cover -j2
	tools/coverage --run

lint: ## the lints alone
	tools/check-floors
	tools/check-source
	tools/check-docs
	tools/genwire --check
	tests/lints/shell

tidy: ## clang-tidy over src and gen
	tools/analyze clang-tidy

analyze: ## gcc -fanalyzer over src and gen
	tools/analyze gcc

clean: ## remove build/
	rm -rf build
