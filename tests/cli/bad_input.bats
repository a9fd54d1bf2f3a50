#!/usr/bin/env bats
# Bad input gets a located error and its exit status, and nothing is written.
#
# The exact messages of mistakes in a scenario stand in tests/bad; here is what only the
# whole program shows: status, place, an empty stdout and no trace on the disk.

setup() { load helper; }

# Both commands that read a scenario refuse it alike, and leave the directory as it is.
#   refused STATUS PART-OF-STDERR [OPTION...]
refused() {
    local status=$1 part=$2 command before
    shift 2
    before=$(names_in .)
    for command in check run; do
        allot "$status" "$command" x.cfg "$@"
        prints ""
        complained "$part"
        [ "$(names_in .)" = "$before" ] || fail "$command has left: $(names_in .)"
    done
}

# The same of the base scenario with a change.
#   wrong SED-SCRIPT PART-OF-STDERR
wrong() {
    with "$1"
    refused 65 "$2"
}

# ---- files ----

@test "no file" {
    refused 66 "x.cfg: error: cannot be read: No such file or directory"
}

@test "an empty file" {
    : >x.cfg
    refused 65 "x.cfg: error: is empty
    hint: 'allot init' writes a scenario to start from"
}

@test "a file of blanks and comments" {
    printf '\n# nothing here\n\n' >x.cfg
    refused 65 "x.cfg"
}

@test "a directory" {
    mkdir x.cfg
    refused 66 "x.cfg: error: cannot be read: it is a directory"
}

@test "a path through a file" {
    base >file
    allot 66 run file/x.cfg
    complained "file/x.cfg: error: cannot be read: Not a directory"
}

@test "a FIFO does not hang" {
    mkfifo x.cfg
    refused 66 "x.cfg: error: cannot be read: it is no regular file"
}

@test "a device does not hang" {
    allot 66 check /dev/zero
    complained "/dev/zero: error: cannot be read: it is no regular file"
}

@test "a loop of links" {
    ln -s x.cfg x.cfg
    refused 66 "x.cfg: error: cannot be read: Too many levels of symbolic links"
}

@test "a binary file" {
    printf '\177ELF\002\001\001\000\000\000' >x.cfg
    refused 65 "x.cfg:1:8: error: is not a text file"
    complained "hint: the byte 0x00 here is not for text files"
    # What is shown of it does nothing to a terminal.
    [[ $stderr != *$'\177'* && $stderr == *'\x7fELF'* ]] || fail "raw bytes"
}

@test "text that is not UTF-8" {
    base | sed 's/Vision/Visi\xf3n/' >x.cfg
    refused 65 "x.cfg:6:25: error: is not a text file"
    complained "the byte 0xf3 here is not UTF-8"
}

@test "2 MB" {
    { base; head -c 2000000 /dev/zero | tr '\0' '#'; } >x.cfg
    refused 65 "x.cfg: error: is too large: at most 1000000 bytes are read"
}

@test "just under the limit is read" {
    { base; head -c 990000 /dev/zero | tr '\0' '#'; } >x.cfg
    allot 0 check x.cfg
}

@test "escape codes in a scenario do not reach the terminal" {
    base | sed $'s/^months = 3;/months = "\e[31m\e]0;title\a";/' >x.cfg
    refused 65 "x.cfg:3:"
    [[ $stderr != *$'\e'* && $stderr != *$'\a'* ]] || fail "raw escape codes"
}

# ---- includes ----

@test "a missing include" {
    with 's/^months = 3;/@include "nope.cfg"/'
    refused 66 "x.cfg:3:1: error: 'nope.cfg' cannot be read: No such file or directory
    @include \"nope.cfg\"
    ^"
}

@test "an include of a directory, of a device, of nothing" {
    mkdir dir.cfg
    with 's/^months = 3;/@include "dir.cfg"/'
    refused 66 "x.cfg:3:1: error: 'dir.cfg' cannot be read: it is a directory"
    with 's/^months = 3;/@include "\/dev\/zero"/'
    refused 66 "x.cfg:3:1: error: '/dev/zero' cannot be read: it is no regular file"
    with 's/^months = 3;/@include ""/'
    refused 65 "x.cfg:3:"
}

@test "a cycle of includes" {
    echo '@include "c.cfg"' >b.cfg
    echo '@include "x.cfg"' >c.cfg
    echo '@include "b.cfg"' >x.cfg
    refused 65 "c.cfg:1:1: error: this file includes itself: x.cfg -> b.cfg -> c.cfg -> x.cfg"
}

@test "a file that includes itself" {
    echo '@include "x.cfg"' >x.cfg
    refused 65 "x.cfg:1:1: error: this file includes itself"
}

@test "a cycle through a link" {
    ln -s x.cfg y.cfg
    echo '@include "y.cfg"' >x.cfg
    refused 65 "this file includes itself"
}

@test "a mistake in an included file is found there" {
    printf '\nmonths = 0;\n' >months.inc
    with 's/^months = 3;/@include "months.inc"/'
    refused 65 "months.inc:2:10: error: months is 0, must be 1 to 1200"
}

@test "a binary include" {
    printf 'months = \377;\n' >months.inc
    with 's/^months = 3;/@include "months.inc"/'
    refused 65 "months.inc:1:10: error: is not a text file"
}

# ---- syntax ----

@test "a syntax error" {
    wrong 's/^months = 3;/months = ;/' "x.cfg:3:10: error: "
}

@test "a quote or a brace that is never closed" {
    wrong 's/name = "Vision";/name = "Vision;/' "x.cfg:6:"
    wrong 's/^rule = .*/rule = { divide = "weighted";/' "x.cfg:10:"
}

@test "a comment that is never closed" {
    wrong 's/^months = 3;/months = 3; \/* what follows/' "x.cfg:3:13: error: "
}

# ---- keys and types ----

@test "a duplicate key" {
    wrong 's/^months = 3;/months = 3; months = 4;/' "x.cfg:3:13: error: "
    complained "months"
}

@test "a key that does not exist" {
    wrong 's/people = 2;/poeple = 2;/' "x.cfg:6:30: error: team 'Vision': unknown key 'poeple'"
    complained "hint: did you mean 'people'?"
    wrong 's/^seed = 1;/sede = 1;/' "x.cfg:4:1: error: unknown key 'sede'"
    wrong 's/^rule = \{/rule = { ledgre = "none";/' "x.cfg:10:10: error: rule: unknown key 'ledgre'"
}

@test "a wrong type" {
    wrong 's/months = 3/months = "3"/' "x.cfg:3:10: error: months is '3', must be an integer"
    wrong 's/months = 3/months = 3.5/' "x.cfg:3:10: error: months is 3.5, must be an integer"
    wrong 's/priority = 0.5/priority = true/' "error: project 'Segment': priority is true, must be"
    wrong 's/team = "Vision"/team = 7/' "error: project 'Segment': team is 7, must be a text"
    wrong 's/^pools = .*/pools = { name = "h100"; gpus = 64; };/' \
        "x.cfg:5:9: error: pools is a group, must be a list ( ... )"
    wrong 's/^rule = .*/rule = "weighted";/' "x.cfg:10:8: error: rule is 'weighted', must be a group"
    wrong 's/"2025-01-01"/20250101/' "x.cfg:2:9: error: start is 20250101, must be a date"
}

@test "what is missing" {
    wrong '/^start/d' "x.cfg: error: start is missing"
    wrong '/^months/d' "x.cfg: error: months is missing"
    wrong '/^pools/d' "x.cfg: error: pools is missing"
    wrong 's/gpus = 64; //' "x.cfg:5:11: error: pool 'h100': gpus is missing"
    wrong 's/name = "Segment"; //' "x.cfg:8:14: error: project 1: name is missing"
}

# ---- numbers ----

@test "negative values" {
    wrong 's/gpus = 64/gpus = -64/' "x.cfg:5:35: error: pool 'h100': gpus is -64, must be >= 0"
    wrong 's/share = 1.0/share = -1.0/' "error: team 'Vision': share is -1, must be > 0"
    wrong 's/people = 2/people = -2/' "error: team 'Vision': people is -2, must be 0 to 1000000"
    wrong 's/gpu_hours = 20000.0/gpu_hours = -20000.0/' "gpu_hours is -20000, must be > 0"
    wrong 's/seed = 1/seed = -1/' "x.cfg:4:8: error: seed is -1, must be >= 0"
}

@test "infinite values" {
    local value
    for value in 1e999 -1e999 1.0e+400; do
        with "s/gpu_hours = 20000.0/gpu_hours = $value/"
        refused 65 "x.cfg:9:44: error: "
    done
    wrong 's/gpu_hours = 20000.0/gpu_hours = inf/' "x.cfg:9:44: error: "
    wrong 's/gpu_hours = 20000.0/gpu_hours = infinity/' "x.cfg:9:44: error: "
    wrong 's/gpu_hours = 20000.0/gpu_hours = 1e308/' "gpu_hours is 1e308, must be <= 1"
}

@test "values that are not a number" {
    wrong 's/gpu_hours = 20000.0/gpu_hours = nan/' "x.cfg:9:44: error: "
    wrong 's/gpu_hours = 20000.0/gpu_hours = NaN/' "x.cfg:9:44: error: "
}

@test "integers beyond their type do not wrap" {
    wrong 's/gpus = 64/gpus = 4294967360/' "x.cfg:5:35: error: "
    wrong 's/months = 3/months = 4294967299/' "x.cfg:3:10: error: "
    wrong 's/seed = 1/seed = 18446744073709551617L/' "x.cfg:4:8: error: "
}

@test "a share of zero, and shares that sum up to it" {
    wrong 's/share = 1.0/share = 0/' "x.cfg:6:50: error: "
    complained "team 'Vision': share is 0, must be > 0"
    wrong 's/^rule = .*/rule = { score = { weights = { priority = 0.0; closeness = 0.0; }; }; };/' \
        "x.cfg:10:"
    complained "rule.score.weights: all weights are 0, one must be another"
}

@test "months = 0 and months = 10,000" {
    wrong 's/months = 3/months = 0/' "x.cfg:3:10: error: months is 0, must be 1 to 1200"
    wrong 's/months = 3/months = 10000/' "x.cfg:3:10: error: months is 10000, must be 1 to 1200"
    with 's/months = 3/months = 1200/'
    allot 0 check x.cfg
}

# ---- dates ----

@test "dates that do not exist" {
    local date
    for date in 2023-02-29 2023-02-30 2023-13-01 2023-00-10 2023-01-00 1900-02-29 2023-1-1 \
        23-01-01 2023-01-01x ' 2023-01-01' 2023/01/01 tomorrow; do
        with "s|2025-01-01|$date|"
        refused 65 "x.cfg:2:9: error: start is '$date', which is no date"
    done
    with 's/2025-01-01/2024-02-29/; s/2025-02-15/2025-03-15/'
    allot 0 check x.cfg
}

@test "a target before the start" {
    wrong 's/target = "2025-02-15"/target = "2024-12-31"/' "x.cfg:8:76: error: project 'Segment': \
target is 2024-12-31, must be later than the start, 2025-01-01"
    wrong 's/target = "2025-02-15"/start = "2025-02-15"; target = "2025-02-10"/' \
        "must be later than the start, 2025-02-15"
}

# ---- names ----

@test "a project of no team" {
    wrong 's/team = "Vision"/team = "Visoin"/' \
        "x.cfg:8:41: error: project 'Segment': no team 'Visoin'"
    complained "hint: did you mean 'Vision'?"
    wrong 's/team = "Vision"; //' "x.cfg:8:14: error: project 'Segment': team is missing"
}

@test "two teams, pools, projects of one name" {
    wrong 's/^teams = \( /teams = ( { name = "Vision"; }, /' \
        "x.cfg:6:42: error: group or team 'Vision' is there twice"
    wrong 's/^pools = \( /pools = ( { name = "h100"; gpus = 8; }, /' "pool 'h100' is there twice"
    wrong 's/^projects = \( /projects = ( { name = "Segment"; team = "Vision"; stages = ( { do = "wait"; days = 1.0; } ); },/' \
        "project 'Segment' is there twice"
}

@test "an empty name and one that is too long" {
    wrong 's/name = "Vision"/name = ""/' "x.cfg:6:20: error: team 1: name is empty"
    wrong "s/name = \"h100\"/name = \"$(printf 'x%.0s' {1..201})\"/" \
        "x.cfg:5:20: error: pool 1: name has 201 bytes, must have at most 200"
}

# ---- what does not fit together ----

@test "min_gpus over max_gpus" {
    wrong 's/min_gpus = 8/min_gpus = 40/' \
        "x.cfg:9:64: error: project 'Segment', stage 1: min_gpus is 40, more than max_gpus, 32"
}

@test "min_gpus over what the pool will ever have" {
    wrong 's/min_gpus = 8; max_gpus = 32/min_gpus = 65; max_gpus = 128/' "x.cfg:9:64: error: \
project 'Segment', stage 1: min_gpus is 65, but pool 'h100' will never offer more than 64"
    # A delivery makes it good, a reserve bad again.
    with 's/min_gpus = 8; max_gpus = 32/min_gpus = 65; max_gpus = 128/
        s/node_gpus = 8;/node_gpus = 8; deliveries = ( { at = "2025-02-01"; gpus = 8; } );/'
    allot 0 check x.cfg
    with 's/min_gpus = 8; max_gpus = 32/min_gpus = 65; max_gpus = 128/
        s/node_gpus = 8;/reserved_frac = 0.2; deliveries = ( { at = "2025-02-01"; gpus = 8; } );/'
    refused 65 "will never offer more than"
}

@test "an unknown rule" {
    wrong 's/"weighted"/"wieghted"/' "x.cfg:10:19: error: rule: divide is 'wieghted', must be \
equal, proportional, weighted, max-min, ranked, drf, quota, credits or script"
    complained "hint: did you mean 'weighted'?"
    wrong 's/^rule = \{/rule = { ledger = "dcay";/' "rule: ledger is 'dcay', must be none or decay"
    complained "hint: did you mean 'decay'?"
    wrong 's/^rule = \{/rule = { score = { weights = { closenes = 1.0; }; };/' "closenes"
    complained "hint: did you mean 'closeness'?"
}

@test "combinations that make no sense name those that do" {
    wrong 's/over = "projects"/over = "tree"/' "x.cfg:10:"
    complained "weighted"
    complained "max-min"
    wrong 's/divide = "weighted"/divide = "credits"/' "x.cfg:10:"
    complained "credits"
    wrong 's/divide = "weighted"/ledger = "decay"; divide = "quota"/' "x.cfg:10:"
    complained "quota"
}

@test "a happening that nothing can happen to" {
    wrong '$a happenings = ( { at = "2025-02-01"; do = "cancel"; project = "Segmnt"; } );' \
        "x.cfg:11:62: error: happening 1: no project 'Segmnt'"
    complained "hint: did you mean 'Segment'?"
    wrong '$a happenings = ( { at = "2025-02-01"; do = "explode"; } );' \
        "happening 1: do is 'explode', must be deliver, retire,"
    wrong '$a happenings = ( { at = "2025-02-30"; do = "pause"; project = "Segment"; } );' \
        "x.cfg:11:23: error: happening 1: at is '2025-02-30', which is no date"
    wrong '$a happenings = ( { at = "2025-02-01"; do = "set"; path = "projects.Segment.prio"; value = 0.5; } );' \
        "'projects.Segment.prio' is no setting"
}

# ---- --set ----

@test "a --set path that leads nowhere" {
    base >x.cfg
    refused 65 "unknown key 'dvide'" -s rule.dvide=equal
    refused 65 "did you mean 'h100'?" -s pools.h10.gpus=8
    refused 65 "did you mean 'gpus'?" -s pools.h100.gpu=8
    refused 65 "did you mean 'projects'?" -s project.Segment.priority=0.5
    refused 65 "" -s pools=8
    refused 65 "" -s pools.h100=8
    refused 65 "" -s pools.h100.gpus.more=8
}

@test "a --set that is none" {
    local set
    base >x.cfg
    for set in nonsense '' = =5 months= 'months' '.months=3' 'months.=3' 'a..b=3' \
        'projects."Segment.priority=1'; do
        for command in check run; do
            run --separate-stderr "$ALLOT" $command x.cfg -s "$set"
            [ "$status" -eq 64 ] || [ "$status" -eq 65 ] || fail "status $status: -s '$set'"
            [ -n "$stderr" ] || fail "says nothing: -s '$set'"
        done
        holds . x.cfg
    done
}

@test "a --set value that is wrong" {
    base >x.cfg
    refused 65 "months is 0, must be 1 to 1200" -s months=0
    refused 65 "months is" -s months=many
    refused 65 "priority is 2, must be 0 to 1" -s projects.Segment.priority=2
    refused 65 "divide is 'wieghted', must be" -s rule.divide=wieghted
    refused 65 "" -s projects.Segment.priority=nan
    refused 65 "" -s projects.Segment.priority=1e999
    refused 65 "which is no date" -s start=2023-02-29
}

@test "all wrong --sets at once" {
    base >x.cfg
    refused 65 "'dvide'" -s rule.dvide=equal -s months=0 || true
    allot 65 check x.cfg -s pools.h10.gpus=8 -s months=0
    complained "h10"
}

@test "nothing is overwritten by a run that is refused" {
    base >x.cfg
    allot 0 run x.cfg -o out -q
    cp -R out before
    with 's/months = 3/months = 0/'
    allot 65 run x.cfg -o out
    allot 65 run x.cfg -o out -n 3
    same_runs before out
    same before/run.json out/run.json
}
