#!/bin/bash
# Shows that lint finds what it is there for: a tiny tree without a fault passes, and each
# fault put into it is found by its rule and on its line.
#
# shellcheck disable=SC2016 # some of the lines of text hold backquotes
set -u

lint=$(cd "$(dirname "$0")" && pwd)/lint.sh
# shellcheck source=tests/lint/checks.sh
. "$(dirname "$0")/checks.sh"

# Writes a file of the tree from standard input.
put() {
    mkdir -p "$work/tree/$(dirname "$1")"
    cat >"$work/tree/$1"
}

tiny_tree() {
    rm -rf "$work/tree"
    mkdir -p "$work/tree"
    cp "$(dirname "$lint")/../../.clang-format" "$work/tree/"
    put sim/LAYERS <<'END'
# NUMBER LAYER...
6 run
5 world
4 scenario trace
0 base

private run/part_*
END
    put include/base/house.h <<'END'
#ifndef HOUSE_H
#define HOUSE_H
/* malloc(), exit() and "system()" in a comment are none. */
void house_free(void *memory);
struct house {
    void (*free)(void *memory);
};
#endif
END
    put sim/base/house.c <<'END'
#include "base/house.h"

#include <stdlib.h>

void house_free(void *memory)
{
    free(memory);
}
END
    put include/world/world.h <<'END'
#ifndef WORLD_H
#define WORLD_H
struct item {
    int n;
    int *list; /* free(list) */
};
struct world {
    int n, m;
    struct item item;
    struct item *items;
    int array[3];
};
void world_set(struct world *world, int n);
int world_get(const struct world *world);
#endif
END
    put sim/world/world.c <<'END'
#include "world/world.h"

void world_set(struct world *world, int n)
{
    world->n = n;
    world->items[0].n++;
}

int world_get(const struct world *world)
{
    return world->n;
}
END
    put include/run/run.h <<'END'
#ifndef RUN_H
#define RUN_H
#include "world/world.h"
void run_step(struct world *world, const char *text);
#endif
END
    put sim/run/run.c <<'END'
#include "run/run.h"

#include "base/house.h"

void run_step(struct world *world, const char *text)
{
    struct item copy = world->items[0];
    struct house house = {house_free};
    copy.n = text[0] == '"' || text[0] == '\'';
    house.free(0); /* a member, not the
                      malloc() of the library */
    world_set(world, world_get(world) == copy.n ? 1 : 2);
}
END
    put sim/run/part_one.c <<'END'
int part_one(void);
END
    put plots/good.gp <<'END'
# system("ls") in a comment
set title "a < b | c"
plot 'file.csv' using 1:2 title "it's" # `ls`
END
    put README.md <<'END'
See `sim/LAYERS`, `plots/*.gp`, `./sim/run/run.c:3`, `docs/NNNN-title.md`, a/b, `x/y`.
END
    put tests/good.sh <<'END'
#!/bin/sh
echo "$1"
END
}

# expect NAME RULE FILE:LINE: after the fault has been put into the tree
expect() {
    "$lint" "$work/tree" >"$work/out" 2>&1
    local status=$?
    grep -F "$3:" "$work/out" | grep -qF "[$2]" && [ "$status" -eq 1 ] &&
        tail -n 1 "$work/out" | grep -qE '^lint: [0-9]+ rules, [1-9][0-9]* findings$'
    check "$1" "$?"
    tiny_tree
}

# Appends a function with the given line as its body, on line N of FILE; N is printed.
add_line() {
    printf '\nvoid added(struct world *world);\nvoid added(struct world *world)\n{\n    %s\n}\n' \
        "$2" >>"$work/tree/$1"
    echo $(($(wc -l <"$work/tree/$1") - 1))
}

tiny_tree
"$lint" "$work/tree" >"$work/out" 2>&1
check "a tree without a fault passes" "$?"
grep -qE '^lint: [0-9]+ rules, 0 findings$' "$work/out"
check "and says so" "$?"

# --- layers
echo '#include "run/run.h"' >>"$work/tree/sim/world/world.c"
expect "an include upward" layers sim/world/world.c:13
put include/trace/trace.h </dev/null
put include/scenario/scenario.h <<<'#include "trace/trace.h"'
expect "an include of a sibling" layers include/scenario/scenario.h:1
echo '#include "world.h"' >>"$work/tree/sim/world/world.c"
expect "an include without its layer" layers sim/world/world.c:13
echo '#include <base/house.h>' >>"$work/tree/sim/world/world.c"
expect "an include of ours in angle brackets" layers sim/world/world.c:13
put sim/cellar/wine.c <<<'int wine(void);'
expect "a layer that is not listed" layers sim/cellar/wine.c:1

# --- headers, names, sizes
put include/base/other.h <<<'size_t other(void);'
expect "a header that needs another" headers_stand_alone include/base/other.h:1
put include/base/other.h <<<'struct other { int n; };'
expect "a header without a guard" headers_stand_alone include/base/other.h:1
put sim/run/lonely.c <<<'int lonely(void);'
expect "a source without its header" every_source_has_its_header sim/run/lonely.c:1
put sim/run/house.c <<<'int wing(void);'
put include/run/house.h <<<'int wing(void);'
expect "two files of one name" unique_names sim/run/house.c:1
yes '/* long */' | head -n 501 >>"$work/tree/sim/run/part_one.c"
expect "a long file" file_sizes sim/run/part_one.c:501

# --- calls
for call in 'malloc(1)' 'calloc(1, 1)' 'realloc(0, 1)' 'free(0)' 'strdup("x")' \
    'asprintf(0, "x")'; do
    line=$(add_line sim/run/run.c "(void)$call;")
    expect "$call outside base" heap "sim/run/run.c:$line"
done
echo '#include <libconfig.h>' >>"$work/tree/sim/run/part_one.c"
expect "libconfig outside scenario" libconfig sim/run/part_one.c:2
for call in 'exit(1)' '_exit(1)' 'abort()' 'errx(1, "x")'; do
    line=$(add_line sim/world/world.c "$call;")
    expect "$call" exit "sim/world/world.c:$line"
done
for call in 'setlocale(0, "")' 'system("ls")' 'popen("ls", "r")' 'longjmp(0, 1)' 'rand()'; do
    line=$(add_line sim/run/run.c "$call;")
    expect "$call" forbidden_calls "sim/run/run.c:$line"
done

# --- the world
for write in 'world->n = 1;' 'world->m++;' 'world->items[0].n += 1;' 'world->item.n = 2;' \
    'struct item *item = &world->items[0];' 'world->array[1] = 3;' \
    'world->item.list[0] = 4;' 'int *n = &world->n;' 'world->items = 0;'; do
    line=$(add_line sim/run/run.c "$write")
    expect "$write" world_writes "sim/run/run.c:$line"
done
put include/scenario/scenario.h <<<'struct world; void look(struct world *world);'
expect "a world below run that may be changed" world_writes include/scenario/scenario.h:1

# --- plots, format, scripts, docs
for plot in 'x = system("ls")' 'plot "<ls"' "plot '< ls'" 'set output "|lp"' '!ls' 'x = `ls`' \
    'set title "`ls`"' 'x = 1; shell'; do
    put plots/bad.gp <<<"$plot"
    expect "a plot with $plot" gnuplot_starts_nothing plots/bad.gp:1
done
if command -v clang-format >/dev/null 2>&1; then
    put tests/unit/test_bad.c <<<'int  bad ( void ) ;'
    expect "a file out of format" format tests/unit/test_bad.c:1
fi
if command -v shellcheck >/dev/null 2>&1; then
    printf '#!/bin/sh\necho $1\n' | put tests/bad.sh
    expect "a script that shellcheck objects to" shell_scripts tests/bad.sh:2
    printf '#!/bin/bash\necho $1\n' | put .ci/run
    expect "the same without a suffix" shell_scripts .ci/run:2
fi
put docs/bad.md <<<'Read `sim/run/gone.c`.'
expect "a path in a doc that is not there" docs_name_real_paths docs/bad.md:1
put ARCHITECTURE.md <<<'Type `./allot run scenarios/gone.cfg`.'
expect "a path inside a command" docs_name_real_paths ARCHITECTURE.md:1

checks_end
