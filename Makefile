# dealdice: `make demo` shows a forecast, `make test` proves it; `make help` lists the rest.
# Flavours live side by side: CC=clang builds into build/clang, the checks into
# build/sanitize and build/race, MPI=1 (a run shared by processes) into build/mpi.
# V=1 shows the commands.
VERSION := 0.1.0
PREFIX ?= /usr/local
ifeq ($(origin CC),default)
CC := gcc
endif
RANKS_DEFS = -DDEALDICE_MPI $(subst -I,-isystem ,$(shell mpicc --showme:compile))
RANKS_LIBS = $(shell mpicc --showme:link)
ifdef MPI
B ?= build/mpi
MPI_DEFS = $(RANKS_DEFS)
MPI_LIBS = $(RANKS_LIBS)
endif
B ?= $(if $(filter gcc,$(CC)),build,build/$(CC))
Q := $(if $(V),,@)
ifeq ($(MAKELEVEL),0)
MAKEFLAGS += -j$(shell nproc) --no-print-directory
endif

# No -ffast-math, -march or contraction: the same seed gives the same bytes everywhere.
CFLAGS ?= -O3
MODE := -std=gnu11 -fno-math-errno -ffp-contract=off -fopenmp -fPIC
WARN := -Wall -Wextra -Wpedantic -Wshadow -Wvla -Wfloat-conversion -Wdouble-promotion \
	-Wstrict-prototypes -Wmissing-prototypes -Wwrite-strings -Werror
DEFS := -Iinclude -Isim -Itests -DDEALDICE_VERSION='"$(VERSION)"' $(MPI_DEFS)
LIBS := -lgsl -lgslcblas -lcsv -lyaml -lutf8proc -lm $(MPI_LIBS)
COMPILE = $(CC) $(MODE) $(WARN) $(DEFS) $(CFLAGS) $(ISA) -MMD -MP
LINK = $(CC) -fopenmp $(CFLAGS) $(LDFLAGS)

# What knows of ranks is compiled for them; `make test` shares the rest with one process.
RANKED := $(shell grep -lr --include='*.c' 'engine/ranks.h' sim)
RANKS := $(if $(findstring -fsanitize,$(CFLAGS)),,$(and \
  $(shell command -v mpicc),$(shell command -v mpirun),$B/ranks/dealdice))

SOURCES := $(shell find sim -name '*.c' | LC_ALL=C sort)
PROGRAM := $(filter sim/cli/% sim/serve/%,$(SOURCES))
LIBRARY := $(filter-out $(PROGRAM),$(SOURCES))
TESTS := $(patsubst tests/%.c,$B/tests/%,$(wildcard tests/test_*.c))
LONG := $(patsubst tests/%.c,$B/tests/%,$(wildcard tests/long/*.c))
STORIES := $(patsubst %/command,%,$(shell find scenarios -name command | LC_ALL=C sort))
objects = $(patsubst %.c,$B/obj/%.o,$1)

## Build build/dealdice and libdealdice, static and shared
all: $B/dealdice $B/libdealdice.so

## Install what is missing, build, and print the forecast of a made-up company
demo:
	@.ci/deps build
	@$(MAKE) $B/dealdice
	$B/dealdice forecast scenarios/demo/funnel.yaml

# After a wanted change of answers: ACCEPT=1 make test lint writes what is expected anew.
## Install what is missing, build, run every test and scenario
test:
	@.ci/deps build test
	@$(MAKE) all $(TESTS) $(RANKS)
	@DEALDICE=$B/dealdice RANKS=$(RANKS) tests/run $(TESTS) tests/ranks $(STORIES)

# What takes minutes: samples over thousands of seeds, and another compiler's bytes.
## Repeat what chance decides over many seeds, and compare gcc's answers with clang's
check-long:
	@.ci/deps build test race
	@$(MAKE) all $(LONG) $B/tests/test_calibration $B/tests/test_moving_markets
	@$(MAKE) B=$B/other CC=$(if $(filter gcc,$(CC)),clang,gcc) $B/other/dealdice
	@LIMIT=1800 tests/run $(LONG)
	@tests/long/other_seeds $B $(SEEDS)
	@tests/long/same_bytes $B/dealdice $B/other/dealdice

## Check layering, symbols, format, length, and run cppcheck and clang-tidy
lint: all
	@.ci/deps build lint
	tests/lint/readme $B/dealdice
	tests/lint/layers $B/obj
	tests/lint/format
	tests/lint/static

## Repeat the tests under the address and undefined-behaviour sanitizers
sanitize:
	@LIMIT=900 $(MAKE) test B=build/sanitize CFLAGS='-O1 -g -fno-omit-frame-pointer \
	  -fsanitize=address,undefined -fno-sanitize-recover=undefined'

## Repeat the engine's tests under clang's thread sanitizer, which knows OpenMP by archer
race:
	@.ci/deps build test race
	@B=build/race tests/lint/race $(MAKE)

## Time dealdice against its peers on the same workloads, goals met or not
bench: $B/bench/bench $B/dealdice
	@$(MAKE) $B/dealdice $(RANKS)
	$B/bench/bench $B/dealdice $(or $(ROUNDS),5) bench/results/$(or $(RUN),last).csv $(RANKS)

## Score past forecasts of SEEDS made-up companies and of FILES; PARTS=1: what parts do
backtests: $B/bench/backtests
	$B/bench/backtests $(or $(SEEDS),8) $(or $(PARTS),0) $(FILES)

## Apply .clang-format to every source
format:
	@clang-format -i $(SOURCES) $(shell find sim include bench tests -name '*.h') \
	  $(wildcard bench/*.c bench/*/*.c tests/*.c)

## Install program, library, headers and pkg-config file under PREFIX (DESTDIR works)
install: all
	install -d $(addprefix $(DESTDIR)$(PREFIX)/,bin lib/pkgconfig include/dealdice)
	install $B/dealdice $(DESTDIR)$(PREFIX)/bin
	install -m 644 $B/libdealdice.a $(DESTDIR)$(PREFIX)/lib
	install -m 644 $B/libdealdice.so $(DESTDIR)$(PREFIX)/lib/libdealdice.so.0
	ln -sf libdealdice.so.0 $(DESTDIR)$(PREFIX)/lib/libdealdice.so
	install -m 644 include/dealdice/*.h $(DESTDIR)$(PREFIX)/include/dealdice
	sed 's|@PREFIX@|$(PREFIX)|; s|@VERSION@|$(VERSION)|' dealdice.pc.in \
	  > $(DESTDIR)$(PREFIX)/lib/pkgconfig/dealdice.pc

## Install the packages that building and testing need, and only the missing ones
deps:
	@.ci/deps build test

## Remove everything that was built
clean:
	rm -rf build

## List the targets
help:
	@awk '/^## / { says = substr($$0, 4); next } says && /^[a-z-]+:/ { sub(":.*", ""); \
	  printf "make %-10s %s\n", $$0, says } { says = "" }' Makefile

$B/dealdice: $(call objects,$(PROGRAM)) $B/libdealdice.a
	$(Q)echo "  LINK $@"; $(LINK) $^ $(LIBS) -o $@

$B/ranks/obj/%.o: %.c Makefile
	$(Q)echo "  CC   $< for ranks"; mkdir -p $(@D); $(COMPILE) $(RANKS_DEFS) -c $< -o $@

$B/ranks/dealdice: $(patsubst %.c,$B/ranks/obj/%.o,$(RANKED)) \
  $(call objects,$(filter-out $(RANKED),$(PROGRAM))) $B/libdealdice.a
	$(Q)echo "  LINK $@"; $(LINK) $^ $(LIBS) $(RANKS_LIBS) -o $@

$B/libdealdice.a: $(call objects,$(LIBRARY))
	$(Q)echo "  AR   $@"; rm -f $@; $(AR) rcs $@ $^

$B/libdealdice.so: $(call objects,$(LIBRARY))
	$(Q)echo "  LINK $@"; $(LINK) -shared -Wl,-soname,libdealdice.so.0 $^ $(LIBS) -o $@

$B/obj/%.o: %.c Makefile
	$(Q)echo "  CC   $<"; mkdir -p $(@D); $(COMPILE) -c $< -o $@

# Inner loops: one source in three instruction sets, chosen as the program starts.
ifneq ($(filter x86_64%,$(shell $(CC) -dumpmachine)),)
$B/obj/sim/engine/cells/kernel_avx2.o $B/obj/sim/model/curve/curve_avx2.o: ISA := -mavx2
$B/obj/sim/engine/cells/kernel_avx512.o $B/obj/sim/model/curve/curve_avx512.o: \
  ISA := -mavx512f -mavx512bw -mavx512dq -mavx512vl -mprefer-vector-width=512
$B/obj/sim/base/sha256_ni.o: ISA := -msha -msse4.1
endif

$B/tests/%: tests/%.c $B/libdealdice.a
	$(Q)echo "  CC   $<"; mkdir -p $(@D); $(COMPILE) $< $(filter %.a,$^) $(LDFLAGS) -lcmocka $(LIBS) -o $@

$B/bench/bench: $(wildcard bench/*.c) $B/libdealdice.a
	$(Q)echo "  CC   $@"; mkdir -p $(@D); $(COMPILE) -Ibench $(filter %.c %.a,$^) $(LDFLAGS) $(LIBS) -o $@

$B/bench/backtests: bench/backtests/backtests.c $B/libdealdice.a
	$(Q)echo "  CC   $@"; mkdir -p $(@D); $(COMPILE) $(filter %.c %.a,$^) $(LDFLAGS) $(LIBS) -o $@

-include $(shell find $B -name '*.d' 2> /dev/null)
.PHONY: all demo test check-long lint sanitize race bench backtests format install deps clean help
