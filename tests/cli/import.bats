#!/usr/bin/env bats
# allot import: tables and traces become a scenario that runs. Sums are made another way,
# by awk. Public data is looked for in ALLOT_DATA; without it those tests are skipped.

setup() {
    load helper
    : "${ALLOT_DATA:=$ROOT/../shared/data}"
}

needs() {
    [ -r "$ALLOT_DATA/$1" ] || skip "no data in ALLOT_DATA: $1"
}

# Sums of columns of a folder's demand by team: jobs and GPU-hours used, a line a team.
by_team() {
    awk -F, 'NR > 1 { jobs[$2] += $7; used[$2] += $5 }
        END { for (t in used) printf "%s %d %.4f\n", t, jobs[t], used[t] }' "$1/demand.csv" |
        sort
}
# The sum of a column of a folder's demand.
total() {
    csv "$1/demand.csv" "$2" | awk '{ sum += $1 } END { printf "%.1f\n", sum }'
}
is_equal() {
    [ "$1" = "$2" ] || fail "is: $1" "should be: $2"
}

jobs_csv() {
    cat <<'EOF'
id,lab,asked,begin,finish,n,kind
1,Vision,2025-01-01T00:00:00,2025-01-01T12:00:00,2025-01-02T12:00:00,8,a100
2,"Language, large",2025-01-31T00:00:00,2025-01-31T12:00:00,2025-02-01T12:00:00,16,h100
3,Vision,2025-02-10 06:00:00,2025-02-10T06:00:00Z,2025-02-10T18:00:00,4,a100
EOF
}
COLUMNS=team=lab,submit=asked,start=begin,end=finish,gpus=n,pool=kind

@test "a table of jobs becomes a folder whose scenario is right and runs" {
    jobs_csv >jobs.csv
    allot 0 import csv jobs.csv --columns "$COLUMNS" --out ours
    complains "wrote ours; next: allot run ours/scenario.cfg"
    printed "3  imported"
    holds ours "demand.csv scenario.cfg skipped.csv"
    is_equal "$(cat ours/demand.csv)" "month,team,pool,gpus,used_gpu_hours,waiting_gpu_hours,jobs
2025-01,Vision,a100,0.3870967741935484,192,96,1
2025-02,Vision,a100,0.07142857142857142,48,0,1
2025-01,\"Language, large\",h100,0.5161290322580645,192,192,1
2025-02,\"Language, large\",h100,0.2857142857142857,192,0,0"
    is_equal "$(cat ours/skipped.csv)" "file,line,reason,what"
    allot 0 check ours/scenario.cfg
    not_complained warning
    allot 0 run ours/scenario.cfg -q --out ours/run
    allot 0 run ours/scenario.cfg -q --alternative credits --out ours/run-credits
}

@test "a table of use: by month, or by day with --by day" {
    cat >use.csv <<'EOF'
day;team;hours;waited
2025-01-01;A;240;0
2025-01-03;A;48;24
2025-01-02;B;100;0
EOF
    map=date=day,team=team,gpu_hours=hours,waiting_gpu_hours=waited
    allot 0 import csv use.csv --columns $map --delimiter ';' --by day --out days
    is_equal "$(csv days/demand.csv gpus | paste -sd' ')" "10 0 3 0 4.166666666666667 0"
    allot 0 check days/scenario.cfg
    allot 0 import csv use.csv --columns $map --delimiter ';' --out months
    is_equal "$(total months used_gpu_hours) $(total months waiting_gpu_hours)" "388.0 24.0"
    printed "3  imported"
    printf 'month,team,h\n2025-01,A,7440\n2025-02,A,672\n' |
        "$ALLOT" import csv - --columns month=month,team=team,gpu_hours=h --out piped -q
    is_equal "$(csv piped/demand.csv gpus | paste -sd' ')" "10 1"
}

@test "times are local: months and durations follow --timezone through summer time" {
    cat >jobs.csv <<'EOF'
team,start,end,gpus
A,2025-03-30T00:00:00,2025-03-31T00:00:00,1
A,2025-10-26T00:00:00,2025-10-27T00:00:00,1
A,2025-05-31T23:30:00,2025-06-01T00:30:00,1
A,2025-06-30T22:30:00+0000,2025-06-30T23:30:00Z,1
EOF
    allot 0 import csv jobs.csv --columns team=team,start=start,end=end,gpus=gpus \
        --timezone Europe/Berlin --out here
    # 23 hours on the day that clocks go forward, 25 when they go back; the last job
    # runs in July there.
    is_equal "$(csv here/demand.csv used_gpu_hours | paste -sd' ')" "23 0 0.5 0.5 1 0 0 25"
    allot 64 import csv jobs.csv --columns team=team,start=start,end=end,gpus=gpus \
        --timezone Europe/Berlim --out no
    complained "this system knows no zone 'Europe/Berlim'"
}

@test "--from and --until cut what lies outside" {
    jobs_csv >jobs.csv
    allot 0 import csv jobs.csv --columns "$COLUMNS" --from 2025-01-02 --until 2025-02-01 --out ours
    is_equal "$(total ours used_gpu_hours) $(total ours waiting_gpu_hours)" "288.0 192.0"
    printed "1  left out: nothing of it between --from and --until"
    allot 64 import csv jobs.csv --columns "$COLUMNS" --from 2025-01-02 --until 2025-01-02 --out no
    complained "--until is 2025-01-02, must be later than --from"
}

@test "what the options of import cannot mean" {
    jobs_csv >jobs.csv
    allot 64 import cvs jobs.csv
    complained "did you mean 'csv'?"
    allot 64 import csv jobs.csv
    complained "allot import csv needs --columns"
    allot 64 import csv jobs.csv --columns team=lab,begin=begin
    complained "--columns: there is no role 'begin'"
    allot 64 import csv jobs.csv --columns team=lab,start=begin
    complained "--columns says too little"
    allot 65 import csv jobs.csv --columns team=team,start=begin,end=finish,gpus=n
    complained "jobs.csv:1: error: there is no column 'team'"
    allot 64 import csv jobs.csv jobs.csv --columns "$COLUMNS"
    complained "'jobs.csv' is named twice"
    allot 64 import swf jobs.csv --columns "$COLUMNS"
    complained "allot import swf takes no --columns"
    allot 64 import csv jobs.csv --columns "$COLUMNS" --capacity b200=8 --out no
    complained "pools are a100, h100; write POOL=GPUS"
    allot 64 import csv jobs.csv --columns "$COLUMNS" --by week
    complained "--by is 'week', must be month or day"
    allot 66 import csv none.csv --columns "$COLUMNS" --out no
    complained "none.csv: error: cannot be read"
    is_gone no
    mkdir full && touch full/x
    allot 73 import csv jobs.csv --columns "$COLUMNS" --out full
    complained "full: error: is not empty"
}

@test "capacity is told, or the largest mean use of an hour" {
    jobs_csv >jobs.csv
    allot 0 import csv jobs.csv --columns "$COLUMNS" --capacity a100=64 --out ours
    grep -q 'name = "a100"; gpus = 64;' ours/scenario.cfg
    grep -q 'name = "h100"; gpus = 16;' ours/scenario.cfg
    grep -q '\[D\] h100: the largest mean use of an hour' ours/scenario.cfg
}

@test "wrong lines are named and left out; --strict stops at the first" {
    {
        jobs_csv
        cat <<'EOF'
4,Vision,2025-02-10T06:00:00
5,Vision,,2025-02-11T06:00:00,2025-02-10T06:00:00,1,a100
6,Vision,,2025-02-11T06:00:00,2025-02-12T06:00:00,-1,a100
7,Vision,,2025-02-11T06:00:00,2025-02-12T06:00:00,9223372036854775808,a100
8,Vision,,0001-02-11T06:00:00,2025-02-12T06:00:00,1,a100
9,Vision,,2025-02-29T06:00:00,2025-03-12T06:00:00,1,a100
10,,,2025-02-11T06:00:00,2025-02-12T06:00:00,1,a100
11,"Vision,,2025-02-11T06:00:00,2025-02-12T06:00:00,1,a100
12,Vision,2025-02-12T06:00:00,2025-02-11T06:00:00,2025-02-12T06:00:00,1,a100
13,Vision,,Unknown,,1,a100
14,Vision,,2025-02-11T06:00:00,2025-02-12T06:00:00,0,a100
EOF
        printf '15,Vis\0ion,,2025-02-11T06:00:00,2025-02-12T06:00:00,1,a100\n'
        printf '16,Vis\xffion,,2025-02-11T06:00:00,2025-02-12T06:00:00,1,a100\n'
        head -c 10000000 /dev/zero | tr '\0' x
        printf '\n'
        printf '18,Vision,,2025-02-11T06:00:00,2025-02-11T07:00:00,1,a100'
    } >jobs.csv
    allot 0 import csv jobs.csv --columns "$COLUMNS" --out ours
    printed "18  read"
    printed "4  imported"
    printed "1  left out: has neither begun nor ended"
    printed "1  left out: a job without a GPU"
    is_equal "$(awk -F, 'NR > 1 { print $2, $3 }' ours/skipped.csv | paste -sd,)" \
        "5 fields,6 order,7 negative,8 number,9 time,10 time,11 name,12 fields,13 order,16 nul,17 name,18 too-long"
    complained "jobs.csv:5: warning: left out: 3 fields where the header names 7"
    complained "jobs.csv:8: warning: left out: gpus is '9223372036854775808', must be a number to 1e15"
    is_equal "$(total ours used_gpu_hours)" "625.0"
    allot 65 import csv jobs.csv --columns "$COLUMNS" --strict --out no
    complained "jobs.csv:5: error: 3 fields where the header names 7"
    is_gone no
}

@test "a byte-order mark, CRLF and empty lines are no matter; an empty file is" {
    { printf '\xef\xbb\xbf'; jobs_csv | sed 's/$/\r/'; printf '\r\n'; } >jobs.csv
    allot 0 import csv jobs.csv --columns "$COLUMNS" --out ours
    complains "wrote ours; next: allot run ours/scenario.cfg"
    printed "3  imported"
    : >empty.csv
    allot 65 import csv empty.csv --columns "$COLUMNS" --out no
    complained "empty.csv: error: is empty: a first row must name the columns"
    jobs_csv | head -n 1 >header.csv
    allot 65 import csv header.csv --columns "$COLUMNS" --out no
    complained "header.csv: error: nothing of it could be imported"
    is_gone no
}

@test "gzip: whole, of several members, cut short, broken, a bomb" {
    jobs_csv | gzip >jobs.csv.gz
    allot 0 import csv jobs.csv.gz --columns "$COLUMNS" --out whole
    printed "3  imported"
    { jobs_csv | head -n 2 | gzip; jobs_csv | tail -n 2 | gzip; } >two.gz
    allot 0 import csv two.gz --columns "$COLUMNS" --out two
    same whole/demand.csv two/demand.csv
    { jobs_csv; for i in $(seq 4 3000); do
        echo "$i,Vision,,2025-02-10T06:00:00,2025-02-10T07:$((i % 50 + 10)):00,$((i % 7)),a100"
    done; } | gzip >long.gz
    head -c $(($(wc -c <long.gz) / 2)) long.gz >cut.gz
    allot 0 import csv cut.gz --columns "$COLUMNS" --out cut
    complained "warning: left out: the packed file is cut short here"
    printed "1  left out, wrong: where a packed file is cut short"
    allot 65 import csv cut.gz --columns "$COLUMNS" --strict --out no
    complained "error: the packed file is cut short here"
    { head -c 3000 long.gz; printf 'XXXXXXXX'; tail -c +3009 long.gz; } >broken.gz
    allot 65 import csv broken.gz --columns "$COLUMNS" --out no
    complained "broken.gz: error: is damaged: what it unpacks to is not what was packed"
    { jobs_csv; head -c 100000000 /dev/zero | tr '\0' '\n'; } | gzip -9 >bomb.gz
    allot 65 import csv bomb.gz --columns "$COLUMNS" --out no
    complained "unpacks to more than 200 times its size"
    printf '\xfd7zXZ\0' >jobs.csv.xz
    allot 65 import csv jobs.csv.xz --columns "$COLUMNS" --out no
    complained "xz -dc jobs.csv.xz | allot import ... -"
    is_gone no
}

@test "swf: a header says when the log begins, -1 is not known" {
    cat >log.swf <<'EOF'
; Version: 2.2
; UnixStartTime: 1735689600
; TimeZoneString: Europe/Stockholm
    1        0   3600   7200   30  7200    -1   30  37980    -1  1   1   5  -1 -1  1 -1 -1
    2     3600      0     -1    8    -1    -1    8  37980    -1  1   2   5  -1 -1  1 -1 -1
    3     3600      0   1800   -1    -1    -1    8  37980    -1  1   2   6  -1 -1  1 -1 -1 extra fields
    4     3600      0  -1800    8    -1    -1    8  37980    -1  1   2   6  -1 -1  1 -1 -1
    5     3600      0   1800    8    -1    -1    8
EOF
    allot 0 import swf log.swf --out ours
    is_equal "$(by_team ours)" "5 1 60.0000
6 1 4.0000"
    is_equal "$(total ours waiting_gpu_hours)" "30.0"
    complained "note: the log is of the time zone Europe/Stockholm"
    complained "log.swf:7: warning: left out: job 4: the run time is -1800"
    complained "log.swf:8: warning: left out: 8 fields where a job has 18"
    printed "1  left out: its size or run time is not known (-1)"
    sed 2d log.swf >later.swf
    allot 65 import swf later.swf --out no
    complained "later.swf:3: error: the log does not say when it begins"
    allot 0 import swf later.swf --start 2025-01-01 --team user -q --out again
    is_equal "$(by_team again)" "1 1 60.0000
2 1 4.0000"
}

@test "swf: metacentrum_wagap_2013 has two jobs that are left out and named" {
    needs swf/metacentrum_wagap_2013.swf.gz
    log=$ALLOT_DATA/swf/metacentrum_wagap_2013.swf.gz
    allot 0 import swf "$log" --team user --out ours
    printed "17,900  read"
    printed "17,898  imported"
    complained "job 4185: the run time is -1359980917"
    complained "job 4199: the run time is -1359981026"
    is_equal "$(wc -l <ours/skipped.csv)" 3
    is_equal "$(total ours jobs)" 17898.0
    is_equal "$(total ours used_gpu_hours)" "$(zcat "$log" |
        awk '$4 >= 0 { sum += $4 * $5 / 3600 } END { printf "%.1f\n", sum }')"
    is_equal "$(total ours used_gpu_hours)" 2679792.8
    allot 0 check ours/scenario.cfg
    allot 0 run ours/scenario.cfg -q --out ours/run
}

@test "swf: hpc2n_excerpt, whose header has the start and the zone" {
    needs swf/hpc2n_excerpt.swf.gz
    log=$ALLOT_DATA/swf/hpc2n_excerpt.swf.gz
    allot 0 import swf "$log" --team user --timezone Europe/Stockholm --out ours
    is_equal "$(total ours jobs) $(total ours used_gpu_hours)" "$(zcat "$log" |
        awk '/^;/ || NF == 0 { next } $4 >= 0 && $5 > 0 { n++; sum += $4 * $5 / 3600 }
            END { printf "%.1f %.1f\n", n, sum }')"
    printed "25  left out: its size or run time is not known (-1)"
    grep -q '^start = "2002-07-01";' ours/scenario.cfg
}
