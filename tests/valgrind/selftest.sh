#!/bin/bash
# Shows that run.sh finds what it is there for: in the place of allot a program that reads
# what is not set, that writes past a block, that loses one, whose threads race, or that is
# without a fault.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cat >"$work/allot.c" <<'END'
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static long n;
static void *count(void *unused)
{
    for (int i = 0; i < 100; i++)
        n++;
    return unused;
}
int main(int argc, char **argv)
{
    const char *command = argc > 1 ? argv[1] : "";
    char *volatile block = malloc(8);
    if (!strcmp(command, "init") && block[3] == 'x')
        puts("unset");
    if (!strcmp(command, "list"))
        block[8] = 'x';
    if (!strcmp(command, "divide"))
        block = NULL;
    free(block);
    pthread_t thread;
    if (!strcmp(command, "sweep") && pthread_create(&thread, NULL, count, NULL) == 0) {
        count(NULL);
        pthread_join(thread, NULL);
    }
    return 0;
}
END
${CC:-gcc} -O0 -g -pthread -o "$work/allot" "$work/allot.c"

status=0
"$here/run.sh" "$work" command/init command/list command/divide threads/helgrind threads/drd \
    command/check >"$work/said" || status=$?
for line in "FAIL  command/init" "FAIL  command/list" "FAIL  command/divide" \
    "FAIL  threads/helgrind" "FAIL  threads/drd" "ok    command/check" \
    ".*depends on uninitialised" ".*Invalid write" ".*definitely lost" \
    ".*Possible data race" ".*Conflicting" "1 passed, 5 failed"; do
    if [ $status -ne 1 ] || ! grep -q "^$line" "$work/said"; then
        cat "$work/said"
        echo "valgrind: not found: $line"
        exit 1
    fi
done
echo "valgrind: all five faults were found"
