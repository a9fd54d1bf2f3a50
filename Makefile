# allot: what does a GPU-allocation rule do before it is changed for real?
# "make deps demo" on a fresh machine; "make help" lists the targets.
# Variants: make V=debug (or asan, tsan, cov, native); another compiler: make CC=clang.
V      ?= release
CC     = gcc
PREFIX ?= /usr/local
BUILD  := build/$(V)$(if $(filter gcc cc,$(CC)),,-$(notdir $(CC)))
LIBS   := gsl libconfig jansson nettle lua5.4 sqlite3 zlib
VERSION := 0.1.0

SOURCES := $(wildcard sim/*/*.c)
OBJECTS := $(SOURCES:sim/%.c=$(BUILD)/%.o)
LIBRARY := $(BUILD)/liballot.a
PROGRAM := $(BUILD)/allot
HELPERS := $(patsubst tests/%.c,$(BUILD)/tests/%.o,$(wildcard tests/support/*.c))
UNITS   := $(patsubst tests/%.c,$(BUILD)/tests/%,$(wildcard tests/unit/*.c))
STATS   := $(patsubst tests/%.c,$(BUILD)/tests/%,$(wildcard tests/statistics/*.c))
BENCHES := $(patsubst tests/%.c,$(BUILD)/tests/%,$(wildcard tests/bench/*.c))

FUZZERS := $(patsubst tests/%.c,$(BUILD)/tests/%,$(wildcard tests/fuzz/fuzz_*.c))
REPLAYS := $(subst /fuzz_,/replay_,$(FUZZERS))

WARNINGS := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla \
	-Wpointer-arith -Wwrite-strings -Wno-missing-field-initializers
FLAGS_release := -O2 -g
FLAGS_debug   := -O0 -g3 -Werror
FLAGS_native  := -O3 -march=native -g -Werror
FLAGS_fused   := $(FLAGS_native) -ffp-contract=fast # what the others must not do
FLAGS_asan    := -O1 -g -Werror  -fsanitize=address,undefined,float-cast-overflow \
	-fno-sanitize-recover=all -fno-omit-frame-pointer
FLAGS_tsan    := -O1 -g -Werror -fsanitize=thread
FLAGS_fuzz    := -O1 -g -fsanitize=fuzzer-no-link,address,undefined \
	-fno-sanitize-recover=all -fno-omit-frame-pointer
FLAGS_cov     := -O0 -g -Werror --coverage
# pkg-config is asked only when something is compiled: "make deps" comes before it exists.
# Where there is no lua5.4 the package is called lua.
PACKAGES = $(if $(shell pkg-config --exists lua5.4 && echo 1),$(LIBS),$(LIBS:lua5.4=lua))
PKG_CFLAGS = $(eval PKG_CFLAGS := $$(shell pkg-config --cflags $(PACKAGES)))$(PKG_CFLAGS)
PKG_LIBS   = $(eval PKG_LIBS := $$(shell pkg-config --libs $(PACKAGES)))$(PKG_LIBS)
CPPFLAGS += -D_GNU_SOURCE -DALLOT_VERSION='"$(VERSION)"' \
	-DALLOT_DATA_DIR='"$(PREFIX)/share/allot"' -Iinclude
CFLAGS   += -std=c11 -ffp-contract=off $(WARNINGS) $(FLAGS_$(V))
VERIFY := $(if $(filter debug asan fuzz,$(V)),1,0) # world_check after each event
CPPFLAGS += -DALLOT_VERIFY=$(VERIFY)
LDLIBS   += -lm -pthread

all: allot              ## builds the program (V=debug|asan|tsan|cov, CC=clang)
allot: $(PROGRAM)
	@ln -sf $(PROGRAM) allot

$(PROGRAM): $(BUILD)/cli/main.o $(LIBRARY)
	@echo "  LD $@"
	@$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(PKG_LIBS) $(LDLIBS)
$(LIBRARY): $(filter-out %/cli/main.o,$(OBJECTS))
	@rm -f $@
	@$(AR) rcs $@ $^
$(BUILD)/%.o: sim/%.c
	@mkdir -p $(@D)
	@echo "  CC $<"
	@$(CC) $(CPPFLAGS) $(PKG_CFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<
$(BUILD)/tests/%.o: tests/%.c
	@mkdir -p $(@D)
	@echo "  CC $<"
	@$(CC) $(CPPFLAGS) $(PKG_CFLAGS) -Itests $(CFLAGS) -MMD -MP -c -o $@ $<
$(BUILD)/tests/%: $(BUILD)/tests/%.o $(HELPERS) $(LIBRARY)
	@$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ -lcmocka $(PKG_LIBS) $(LDLIBS)
$(BUILD)/tests/fuzz/%: $(BUILD)/tests/fuzz/%.o $(LIBRARY)
	@$(CC) $(CFLAGS) -fsanitize=fuzzer -o $@ $^ $(PKG_LIBS) $(LDLIBS)
$(BUILD)/tests/fuzz/replay_%: $(BUILD)/tests/fuzz/fuzz_%.o $(BUILD)/tests/fuzz/replay.o $(LIBRARY)
	@$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(PKG_LIBS) $(LDLIBS)
$(BUILD)/tests/faults/shim.so: tests/faults/shim.c
	@mkdir -p $(@D)
	@$(CC) -std=c11 -D_GNU_SOURCE $(WARNINGS) -O1 -g -shared -fPIC -o $@ $<
.PRECIOUS: $(BUILD)/%.o $(BUILD)/tests/%.o

deps:                   ## installs what is missing (apt, dnf or brew)
	@tests/support/deps.sh
test: $(PROGRAM) $(UNITS) $(REPLAYS) ## the fast tests
	@tests/run.sh $(BUILD)
random:                 ## 500 random scenarios, all state checked after each event
	@$(MAKE) --no-print-directory V=asan build/asan/tests/unit/test_invariants
	@ALLOT_RANDOM=500 build/asan/tests/unit/test_invariants
statistics: $(STATS)    ## slow tests against theory
	@tests/run.sh $(BUILD) statistics
faults: $(PROGRAM) $(BUILD)/tests/faults/shim.so ## calls of the system fail in turn (N=60, all)
	@tests/faults/run.sh $(PROGRAM) $(BUILD)/tests/faults/shim.so $(or $(N),60)
	@tests/faults/disk.sh $(PROGRAM)
fuzz:                   ## each reader is fuzzed for T=60 seconds (clang)
	@$(MAKE) --no-print-directory V=fuzz CC=clang fuzzers
	@tests/fuzz/run.sh build/fuzz-clang $(or $(T),60)
fuzzers: $(FUZZERS) $(PROGRAM)
coverage:               ## what of sim/ the fast tests reach: lines, branches (gcc)
	@find build/cov -name '*.gcda' -delete 2>/dev/null; $(MAKE) --no-print-directory V=cov test
	@tests/support/coverage.sh build/cov
valgrind: $(PROGRAM) $(UNITS) ## unit programs and all commands in memcheck; helgrind, DRD
	@tests/valgrind/run.sh $(BUILD)
# A build of each pair of variant and compiler; the first is the reference.
BUILDS ?= release debug native release-clang debug-clang native-clang
determinism:            ## the same bytes: gcc, clang, release, debug, threads, resumed
	@for b in $(BUILDS); do $(MAKE) --no-print-directory V=$${b%-clang} \
		CC=$$(case $$b in *-clang) echo clang;; *) echo gcc;; esac) build/$$b/allot || exit 1; done
	@tests/determinism/run.sh $(BUILDS:%=build/%/allot)
mutants: $(PROGRAM) $(UNITS) ## do the fast tests notice N=40 changes of one token? (SEED=1)
	@tests/mutants/run.sh $(BUILD) $(or $(N),40) $(or $(SEED),1) V=$(V) CC=$(CC)
test-slurm: $(PROGRAM)  ## a sweep and an import on a real Slurm (installs it; root)
	@tests/slurm/run.sh $(PROGRAM)
	@tests/slurm/accounting.sh $(PROGRAM)
test-browser: $(PROGRAM) ## looks at reports in Chromium (installs it and npm packages)
	@tests/browser/deps.sh build/browser
	@BROWSER_PACKAGES=build/browser node tests/browser/run.mjs $(PROGRAM) $(BUILD)/browser
lint: $(PROGRAM)        ## layers, headers, sizes, format, shell scripts
	@CC="$(CC)" BUILD="$(BUILD)" tests/lint/lint.sh
analyse: $(PROGRAM)     ## clang-tidy, cppcheck, gcc's analyzer, shellcheck (TOOLS="shell gcc")
	@FLAGS="$$(printf '%s ' -std=c11 $(CPPFLAGS) $(PKG_CFLAGS))" PROGRAM=$(PROGRAM) \
		tests/lint/analyse.sh $(TOOLS)
check:                  ## lint, then the tests in release, asan and tsan
	@$(MAKE) --no-print-directory lint
	@for v in release asan tsan; do $(MAKE) --no-print-directory V=$$v test || exit 1; done
bench: $(PROGRAM) $(BENCHES) ## times what the project promises, as a table
	@tests/bench/bench.sh $(BUILD)
golden: $(PROGRAM)      ## rewrites the expected results of scenarios/; read the diff
	@tests/golden/golden.sh $(PROGRAM) --write
gallery: allot          ## rewrites scenarios/README.md: questions, answers, charts
	@scenarios/gallery.sh ./allot
docs: $(PROGRAM)        ## rewrites what the program tells in docs/*.md; read the diff
	@docs/update.sh $(PROGRAM)
	@docs/cookbook.sh --write $(PROGRAM)
demo: allot             ## runs the flagship scenario and draws its charts
	@./allot run scenarios/llama-vs-opt.cfg --out out/demo --quiet
	@echo; echo "Its files are in out/demo, its charts:"
	@./allot chart out/demo
install: $(PROGRAM)     ## into PREFIX (/usr/local), under DESTDIR if that is set
	@docs/install/install.sh $(PROGRAM) "$(DESTDIR)$(PREFIX)"
uninstall:              ## takes away what install put there
	@docs/install/install.sh --remove "$(DESTDIR)$(PREFIX)"
deb: $(PROGRAM)         ## a Debian package, in build/
	@docs/install/deb.sh $(PROGRAM) build
clean:                  ## removes what was built
	rm -rf build allot
help:                   ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' Makefile

.PHONY: all allot deps test random statistics faults fuzz fuzzers coverage valgrind determinism mutants test-slurm test-browser lint analyse check bench \
	golden gallery docs demo install uninstall deb clean help
-include $(OBJECTS:.o=.d) $(UNITS:=.d) $(STATS:=.d) $(BENCHES:=.d) $(HELPERS:.o=.d)
