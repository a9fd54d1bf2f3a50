#!/usr/bin/env bats
# allot divide: what a rule grants for a table of claims.

setup() { load helper; }

# One row a line: what is asked, a comma, what must come out.
#   divides RULE "CLAIMS" "GRANTS" [OPTION...]
# CLAIMS and GRANTS are rows between blanks; the header of CLAIMS is $columns, that of
# GRANTS $heads. Numbers are compared to 1e-9.
columns=name,request
heads=name,grant
divides() {
    local rule=$1 claims=$2 grants=$3
    shift 3
    # shellcheck disable=SC2086 # rows
    printf '%s\n' "$columns" $claims >claims.csv
    # shellcheck disable=SC2086
    printf '%s\n' "$heads" $grants >expected.csv
    allot 0 divide "$rule" claims.csv -q "$@"
    complains ""
    printf '%s\n' "$output" >got.csv
    awk -F, '
        NR == FNR { row[FNR] = $0; n = FNR; next }
        {
            if (split(row[FNR], x) != NF) exit 1
            for (i = 1; i <= NF; i++) {
                y = x[i]
                if (split(y, part, "/") == 2) y = part[1] / part[2]
                is_text = FNR == 1 || i == 1
                near = is_text ? $i == y : $i - y < 1e-9 * (1 + y) && y - $i < 1e-9 * (1 + y)
                if (!near) exit 1
            }
        }
        END { if (FNR != n) exit 1 }' expected.csv got.csv ||
        fail "$rule $*: $claims should get $grants"
}

# ---- worked examples, one pool: shared/ORACLES, section 1 ----

@test "max-min, water filling [C]" {
    divides max-min "a,8 b,6 c,2" "a,4 b,4 c,2" -c 10
    divides max-min "a,2 b,2.6 c,4 d,5" "a,2 b,2.6 c,2.7 d,2.7" -c 10
    divides max-min "a,1 b,2 c,3 d,10" "a,1 b,2 c,3 d,6" -c 12
    divides max-min "a,0 b,5 c,20" "a,0 b,5 c,5" -c 10
    divides max-min "a,3 b,4" "a,0 b,0" -c 0
    columns=name,request,weight
    divides max-min "a,2,1 b,10,2 c,10,1" "a,2 b,16/3 c,8/3" -c 10
    divides max-min "a,2048,2 b,1024,1" "a,4096/3 b,2048/3" -c 2048
}

# A score is the weight where none is given, so that weighted and the market agree.
@test "weighted, and a market of one pool, are the same water filling [C]" {
    local rule
    columns=name,request,weight
    for rule in weighted market; do
        divides $rule "a,2,1 b,10,2 c,10,1" "a,2 b,16/3 c,8/3" -c 10
        divides $rule "a,2048,2 b,1024,1" "a,4096/3 b,2048/3" -c 2048
    done
    columns=name,request,score
    divides weighted "a,2,1 b,10,2 c,10,1" "a,2 b,16/3 c,8/3" -c 10
    columns=name,request,budget
    divides market "a,2,1 b,10,2 c,10,1" "a,2 b,16/3 c,8/3" -c 10
}

@test "quota: deserved, then over-quota [P KAI-Scheduler]" {
    columns=name,request,floor,weight,ceiling,class,age_months
    divides quota "1,6,2,2,,, 2,6,2,2,,," "1,6 2,6" -c 15
    divides quota "1,6,2,2,5,, 2,6,2,2,,," "1,5 2,6" -c 12
    divides quota "1,10,2,1,,, 2,10,2,4,,," "1,3 2,8" -c 11
    divides quota "1,6,2,2,,,9 2,6,2,2,,,1" "1,6 2,5" -c 11
    divides quota "1,6,2,2,,1, 2,6,2,2,,2," "1,2 2,2" -c 4
    divides quota "1,6,2,2,,1, 2,6,2,2,,2," "1,2 2,4" -c 6
    divides quota "1,100,10,3,,, 2,100,10,1,,," "1,70 2,30" -c 100
    divides quota "1,7000,5000,1,,, 2,5000,5000,1,,, 3,2000,5000,1,,," \
        "1,5000 2,5000 3,2000" -c 12000
    columns=name,request,floor,usage
    divides quota "1,16,0,.5 2,16,0,0" "1,5 2,11" -c 16 -s k=1
}

# By the published loop deserved quotas may exceed the pool: 2 of 1, and 12000 of 10000.
# An award never does, and scales them back.
@test "quota: what exceeds the pool is scaled back to it" {
    columns=name,request,floor
    divides quota "1,2,3" "1,1" -c 1
    divides quota "1,7000,5000 2,5000,5000 3,2000,5000" \
        "1,12500/3 2,12500/3 3,5000/3" -c 10000
}

@test "claims rules: proportional, and equal awards as max-min [C]" {
    divides proportional "a,100 b,200 c,300" "a,50/3 b,100/3 c,50" -c 100
    divides proportional "a,100 b,200 c,300" "a,100/3 b,200/3 c,100" -c 200
    divides proportional "a,100 b,200 c,300" "a,50 b,100 c,150" -c 300
    local rule
    for rule in equal max-min; do
        divides $rule "a,100 b,200 c,300" "a,100/3 b,100/3 c,100/3" -c 100
        divides $rule "a,100 b,200 c,300" "a,200/3 b,200/3 c,200/3" -c 200
        divides $rule "a,100 b,200 c,300" "a,100 b,100 c,100" -c 300
    done
}

@test "whole units [P Balinski and Young]" {
    local claims="a,27744 b,25178 c,19951 d,14610 e,9225 f,3292"
    divides proportional "$claims" "a,10 b,9 c,7 d,5 e,4 f,1" -c 36 --unit 1
    divides proportional "$claims" "a,10 b,9 c,8 d,5 e,3 f,1" -c 36 --unit 1 -s round=webster
    divides proportional "$claims" "a,11 b,9 c,7 d,5 e,3 f,1" -c 36 --unit 1 -s round=jefferson
    # Alabama: a seat more costs the smallest one.
    divides proportional "a,6 b,6 c,2" "a,4 b,4 c,2" -c 10 --unit 1
    divides proportional "a,6 b,6 c,2" "a,5 b,5 c,1" -c 11 --unit 1
}

# ---- several pools: shared/ORACLES, section 2 ----

@test "drf: 9 CPU, 18 GB [P Ghodsi et al.; weights C]" {
    columns=name,request,weight,task:cpu,task:gb
    heads=name,cpu,gb
    local pools=(-c cpu=9 -c gb=18)
    divides drf "A,100,1,1,4 B,100,1,3,1" "A,3,12 B,6,2" "${pools[@]}"
    divides drf "A,100,1,1,4 B,100,1,3,1" "A,3,12 B,6,2" "${pools[@]}" -s whole_tasks=true
    divides drf "A,100,2,1,4 B,100,1,3,1" "A,4,16 B,3,1" "${pools[@]}" -s whole_tasks=true
    # In the order of --capacity.
    heads=name,gb,cpu
    divides drf "A,100,1,1,4 B,100,1,3,1" "A,12,3 B,2,6" -c gb=18 -c cpu=9
}

@test "market: equal incomes on the same instance [P]" {
    columns=name,request,task:cpu,task:gb
    heads=name,cpu,gb
    divides market "A,100,1,4 B,100,3,1" "A,45/11,180/11 B,54/11,18/11" -c cpu=9 -c gb=18
}

@test "market: symmetric, linear, at prices of 1 [P]" {
    columns=name,request,value:x,value:y
    heads=name,x,y
    divides market "A,1,2,1 B,1,1,2" "A,1,0 B,0,1" -c x=1 -c y=1
    allot 0 divide market claims.csv -c x=1 -c y=1 --json
    local price
    while read -r price; do
        awk -v x="$price" 'BEGIN { exit !(x > 1 - 1e-9 && x < 1 + 1e-9) }' ||
            fail "a price of $price"
    done < <(sed -n '/"prices"/,/}/s/.*: \([0-9.e-]*\),\{0,1\}$/\1/p' <<<"$output")
}

# ---- memory: shared/ORACLES, section 3 ----

@test "Karma credits: three rounds [P, run]" {
    columns=name,request,credits
    divides credits "a,4,100 b,1,100 c,1,100" "a,4 b,1 c,1" -c 6 -s alpha=0.5
    divides credits "a,0,98 b,3,101 c,0,101" "a,0 b,3 c,0" -c 6 -s alpha=0.5
    divides credits "a,2,100 b,2,100 c,5,103" "a,1 b,1 c,4" -c 6 -s alpha=0.5
}

@test "auction: budgets, values, a reserve price" {
    columns=name,request,budget,value:gpu
    divides auction "a,60,3, b,100,1," "a,60 b,40" -c gpu=100
    divides auction "a,100,3,.9 b,100,1," "a,650/9 b,250/9" -c gpu=100
    divides auction "a,100,3, b,100,1," "a,37.5 b,12.5" -c gpu=100 -s reserve_price=2
    allot 0 divide auction claims.csv -c gpu=100 -s reserve_price=2
    complains "allot: auction: the price of a GPU of gpu is 2"
}

# ---- the columns ----

@test "every column that allot list claims tells is read" {
    allot 0 list claims
    local names
    names=$(grep -xE '[a-z_]+' <<<"$output" | paste -sd, -)
    [ "$names" = name,request,weight,floor,ceiling,class,usage,score,budget,credits,age_months,min ] ||
        fail "columns: $names"
    printf '%s,task:gpu,value:gpu\nA,8,1,0,8,0,0,1,1,0,0,1,2,3\n' "$names" >claims.csv
    allot 0 divide max-min claims.csv -c gpu=100
    prints "name,grant
A,16"
}

@test "a row may leave cells empty, a table columns" {
    columns=name,request,floor,ceiling,score
    divides weighted "a,10,,, b,10,6,,1 c,10,,2,5" "a,2 b,6 c,2" -c 10
    divides ranked "a,10,,, b,10,6,,2 c,10,,2,5" "a,0 b,8 c,2" -c 10 -s round=webster
}

@test "a minimum that is not reached sets a claim aside" {
    columns=name,request,min,score
    divides weighted "a,1000,600,.5 b,1000,600,.4" "a,1000 b,0" -c 1000
}

@test "without tasks a row asks for the same of each pool" {
    heads=name,x,y
    divides equal "a,8 b,2" "a,4,8 b,2,2" -c x=6 -c y=10
}

@test "a task of 0 and a value of 0 want nothing of a pool" {
    columns=name,request,task:x,task:y
    heads=name,x,y
    divides equal "a,8,1,0 b,2,1," "a,4,0 b,2,0" -c x=6 -c y=10
    columns=name,request,value:x
    divides equal "a,8,0 b,2,1" "a,0,8 b,2,2" -c x=6 -c y=10
}

@test "strangers' names are quoted in CSV and JSON" {
    printf 'name,request\n"a, ""b""",1\n" x",2\n1+1=2,3\n' >claims.csv
    allot 0 divide equal claims.csv -c 'p, q=6'
    prints 'name,grant
"a, ""b""",1
" x",2
1+1=2,3'
    allot 0 divide equal claims.csv -c 'p, q=6' -c r=0
    printed 'name,"p, q",r'
    allot 0 divide equal claims.csv -c 'p"q=6' --json
    printed '"name": "a, \"b\""'
    printed '"p\"q": 1.0'
}

@test "the order of the rows is kept, and does not matter" {
    columns=name,request,weight
    divides max-min "c,10,1 a,2,1 b,10,2" "c,8/3 a,2 b,16/3" -c 10
}

@test "no claims" {
    printf 'name,request\n' >claims.csv
    allot 0 divide --all claims.csv -c 10 -q
    printed "name,equal,proportional"
    allot 0 divide drf claims.csv -c 10 --json
    printed '"claims": []'
}

# ---- side by side ----

@test "--all: a column a division, the same as each alone" {
    printf 'name,request,weight,floor\na,100,1,0\nb,200,2,10\nc,300,1,0\n' >claims.csv
    allot 0 divide --all claims.csv -c 300 -q
    printf '%s\n' "$output" >all.csv
    local division n=1
    local -A why=([fixed]="division 'fixed' reads what a table of claims does not say"
        [script]="division 'script' needs a file with a function divide(docket)")
    for division in $(head -n 1 all.csv | tr , ' '); do
        if [ -n "${why[$division]}" ]; then
            [ "$(cut -d, -f$n all.csv | tail -n +2 | sort -u)" = NaN ] || fail "$division"
            allot 64 divide "$division" claims.csv -c 300
            complained "${why[$division]}"
        elif [ "$division" != name ]; then
            allot 0 divide "$division" claims.csv -c 300 -q
            same <(cut -d, -f1,$n all.csv | tail -n +2) <(tail -n +2 <<<"$output")
        fi
        n=$((n + 1))
    done
    # None is left out.
    allot 0 list divisions
    local listed
    listed=$(awk '/^$/ { exit } NR > 1 { print $1 }' <<<"$output" | paste -sd, -)
    [ "$(head -n 1 all.csv)" = "name,$listed" ] || fail "all.csv: $(head -n 1 all.csv)"
}

@test "a script divides a table too; its mistakes are its own" {
    printf 'name,request,weight\na,100,1\nb,300,2\n' >claims.csv
    cat >mine.lua <<'LUA'
function divide(docket)
    local grants = {}
    for i, claim in ipairs(docket.claims) do
        grants[i] = claim.score * 50
    end
    return grants
end
LUA
    allot 0 divide script claims.csv -c 200 -s file=mine.lua
    [ "$output" = $'name,grant\na,50\nb,100' ] || fail "$output"
    allot 0 divide --all claims.csv -c 200 -s script.file=mine.lua -q
    [ "$(head -n 2 <<<"$output" | tail -n 1 | awk -F, '{ print $NF }')" = 50 ] || fail "$output"
    sed -i 's/claim.score \* 50/1e6/' mine.lua
    allot 65 divide script claims.csv -c 200 -s file=mine.lua
    complained "mine.lua:1"
}

@test "--all: several pools, settings by division, JSON" {
    printf 'name,request\na,8\nb,8\n' >claims.csv
    allot 0 divide --all claims.csv -c x=8 -c y=4 -s k=0.5 -s drf.whole_tasks=true -q
    printed "name,equal:x,equal:y,proportional:x,"
    allot 0 divide --all claims.csv -c 8 --json -q
    printed '"divisions": ['
    printed '"division": "auction",
      "refused": null,'
}

@test "--seed and --unit" {
    divides max-min "a,100 b,100" "a,56 b,48" -c 104 --unit 8 --seed 3
    divides max-min "a,5 b,100" "a,8 b,96" -c 104 --unit 8
}

# ---- results that are not exact ----

@test "a market that has not settled says so" {
    printf 'name,request,task:x,task:y\na,9,1,4\nb,9,3,1\n' >claims.csv
    allot 0 divide market claims.csv -c x=9 -c y=18 -s rounds=2
    complained "allot: warning: market found no exact result: relative error 0."
    allot 0 divide market claims.csv -c x=9 -c y=18
    not_complained warning
}

# ---- mistakes ----

# A wrong table: status 65, nothing printed.
#   wrong "TABLE" "MESSAGES" [OPTION...]
wrong() {
    local table=$1 messages=$2
    shift 2
    printf '%b' "$table" >x.csv
    allot 65 divide max-min x.csv -c 10 "$@"
    prints ""
    complains "$messages"
}

@test "columns that are none, missing, twice" {
    wrong 'name,requests\na,1\n' "x.csv:1:6: error: there is no column 'requests'
    name,requests
         ^
    hint: did you mean 'request'?"
    wrong 'name,request,x\na,1,1\n' "x.csv:1:14: error: there is no column 'x'
    name,request,x
                 ^
    hint: allot list claims tells the columns"
    wrong 'name\na\n' "x.csv:1: error: column 'request' is missing
    hint: request: what it asks for; with any task:POOL a number of tasks"
    wrong 'name,request,name\na,1,b\n' "x.csv:1:14: error: column 'name' stands twice
    name,request,name
                 ^"
    wrong 'name,request,task:gpu\na,1,1\n' "x.csv:1:14: error: there is no pool 'gpu'
    name,request,task:gpu
                 ^
    hint: say --capacity gpu=GPUS"
}

@test "cells that are wrong, all at once" {
    wrong 'name,request,class\na,1,8e89\n' \
        "x.csv:2:5: error: class is 8e89, must be <= 1000000000
    a,1,8e89
        ^"
    wrong 'name,request,weight,class,min\na,x,0,1.5,0\n,-1,,,\nb,1,1,1,2\n' \
        "x.csv:2:3: error: column 'request': 'x' is not a number
    a,x,0,1.5,0
      ^
x.csv:2:5: error: weight is 0, must be > 0
    a,x,0,1.5,0
        ^
x.csv:2:7: error: class is 1.5, must be a whole number
    a,x,0,1.5,0
          ^
x.csv:3:1: error: the claim has no name
    ,-1,,,
    ^
x.csv:3:2: error: request is -1, must be >= 0
    ,-1,,,
     ^
x.csv:4:9: error: min is 2, must be at most what it may get, 1
    b,1,1,1,2
            ^"
    wrong 'name,request\na,\nb,NaN\nc,Inf\n' \
        "x.csv:2:3: error: column 'request' is empty, must be a number
    a,
      ^
x.csv:3:3: error: request is NaN, must be >= 0
    b,NaN
      ^
x.csv:4:3: error: request is Inf, must be <= 1000000000000
    c,Inf
      ^"
    wrong 'name,request,floor,ceiling\na,9,5,3\n' \
        "x.csv:2:7: error: ceiling is 3, must be at least the floor, 5
    a,9,5,3
          ^"
    wrong 'name,request\na,1\nb,2\na,3\n' "x.csv:4:1: error: 'a' stands twice: first in line 2
    a,3
    ^"
}

@test "a table that is none" {
    allot 66 divide max-min nope.csv -c 10
    complains "nope.csv: error: cannot be read: No such file or directory"
    wrong '' "x.csv: error: is empty: a first row must name the columns"
    wrong 'name,request\na,1,2\n' "x.csv:2:5: error: 3 fields where the header names 2
    a,1,2
        ^"
    run --separate-stderr "$ALLOT" divide max-min - -c 10 <<<'name,request
a,x'
    [ "$status" -eq 65 ] || fail "status $status"
    complained "standard input:2:3: error: column 'request': 'x' is not a number"
}

@test "a million mistakes are not all told" {
    { echo name,request; yes 'a,x' | head -n 100000; } >x.csv
    allot 65 divide max-min x.csv -c 10
    [ "$(grep -c ': error: ' <<<"$stderr")" -eq 50 ] || fail "not 50"
}

@test "too many claims" {
    { echo name,request; seq -f '%.0f,1' 1000001; } >x.csv
    allot 65 divide max-min x.csv -c 10
    complains "x.csv: error: has 1000001 claims, at most 1000000 are read"
}

@test "the command line" {
    printf 'name,request\na,1\n' >x.csv
    allot 64 divide max-min x.csv
    complains "allot: error: allot divide needs --capacity
    hint: such as --capacity 100, or --capacity cpu=9 --capacity gpu=18"
    allot 64 divide x.csv -c 1
    complained "allot: error: allot divide needs RULE and CLAIMS, or --all"
    allot 64 divide --all max-min x.csv -c 1
    complained "allot: error: allot divide --all takes CLAIMS alone, no RULE"
    allot 64 divide maxmin x.csv -c 1
    complains "allot: error: there is no division 'maxmin'
    hint: did you mean 'max-min'?"
    allot 64 divide max-min x.csv -c many
    complains "allot: error: --capacity is 'many', must be a number from 0 to 1e12"
    allot 64 divide max-min x.csv -c gpu=-1
    complains "allot: error: --capacity is '-1', must be a number from 0 to 1e12"
    allot 64 divide max-min x.csv -c x=1 -c x=2
    complains "allot: error: --capacity: pool 'x' is there twice"
    allot 64 divide max-min x.csv -c 1 -c 2
    complained "allot: error: --capacity 2: a pool without a name must be the only one"
    allot 64 divide max-min x.csv -c =2
    complained "allot: error: --capacity =2 names no pool"
    allot 64 divide max-min x.csv -c 1 --unit 0
    complained "--unit is '0', must be a whole number from 1 to 1000000"
}

@test "settings" {
    printf 'name,request\na,10\nb,10\n' >x.csv
    allot 0 divide quota x.csv -c 8 -s k=1 -s quota.half_life_months=2 -s rule.quota.k=2
    allot 65 divide quota x.csv -c 8 -s kk=1
    complains "--set:1:1: error: division 'quota' has no setting 'kk'
    kk=1
    ^
    hint: did you mean 'k'?"
    allot 65 divide max-min x.csv -c 8 -s k=1
    complained "--set:1:1: error: division 'max-min' has no setting 'k'"
    allot 65 divide --all x.csv -c 8 -s kkk=1
    complained "--set:1:1: error: no division has a setting 'kkk'"
    allot 65 divide quota x.csv -c 8 -s k=-1
    complained "error: rule.quota: k is -1, must be 0 to 1000"
    allot 65 divide quota x.csv -c 8 -s rule.ledger=decay
    complained "--set:1:1: error: 'ledger' is no setting of a division"
    allot 65 divide quota x.csv -c 8 -s rule.score.weights.need=1
    complained "a table of claims has its scores in it, and no tree, past or dates"
    allot 65 divide quota x.csv -c 8 -s round=up
    complained "round is 'up', must be largest-remainder, webster or jefferson"
    allot 65 divide quota x.csv -c 8 -s 'k=( { value = 1.0; }, { from = "2025-01-01"; value = 2.0; } )'
    complained "--set:1:1: error: a table of claims has no dates"
}

@test "help has an example that runs" {
    allot 0 divide --help
    printed "allot divide max-min claims.csv --capacity 2048 --unit 8"
    run --separate-stderr "$ALLOT" divide --all - -c 2048 -q <<<'name,request,weight
A,2048,2
B,1024,1'
    [ "$status" -eq 0 ] || fail "status $status"
    printed "name,equal,"
}
