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
    # A row for each day of the month and team.
    is_equal "$(csv days/demand.csv gpus | grep -v '^0$' | paste -sd' ')" "10 3 4.166666666666667"
    is_equal "$(wc -l <days/demand.csv)" 63
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
    # What an import that was killed has left is no hindrance.
    mkdir killed && touch killed/.demand.csv.999999999.tmp
    allot 0 import csv jobs.csv --columns "$COLUMNS" --out killed
    is_gone killed/.demand.csv.999999999.tmp
}

@test "capacity is told, or the largest mean use of an hour, or job" {
    jobs_csv >jobs.csv
    allot 0 import csv jobs.csv --columns "$COLUMNS" --capacity a100=64 --out ours
    grep -q 'name = "a100"; gpus = 64;' ours/scenario.cfg
    grep -q 'name = "h100"; gpus = 16;' ours/scenario.cfg
    grep -q '\[D\] h100: the largest mean use of an hour, or job' ours/scenario.cfg
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

# ---- sacct ----

# Jobs and GPU-hours by account of a file of sacct -P, made by awk: fields behind the name,
# which may hold the separator, are counted from the end.
sacct_sums() {
    awk -F "${2:-|}" -v columns="${3-}" '
        function at(name) { return name in place ? place[name] + (place[name] > free && free ? NF - n : 0) : 0 }
        function gpus(list,   k, m, part, all, typed) {
            m = split(list, part, ","); all = typed = 0
            for (k = 1; k <= m; k++)
                if (part[k] ~ /^gres\/gpu=/) { sub(/.*=/, "", part[k]); all = part[k] }
                else if (part[k] ~ /^gres\/gpu:/) { sub(/.*=/, "", part[k]); typed += part[k] }
            return all > typed ? all : typed
        }
        function seconds(s,   d, part, m) {
            d = 0
            if (s ~ /-/) { d = s; sub(/-.*/, "", d); sub(/.*-/, "", s) }
            m = split(s, part, ":")
            return m == 1 ? s : d * 86400 + part[1] * 3600 + part[2] * 60 + part[3]
        }
        function header(m,   i) {
            n = m
            for (i = 1; i <= m; i++) { if (name[i] == "JobName") free = i; if (name[i] != "") place[name[i]] = i }
        }
        BEGIN { if (columns) header(split(columns, name, ",")) }
        NR == 1 && !columns { header(split($0, name, FS)); next }
        $(at(("JobIDRaw" in place) ? "JobIDRaw" : "JobID")) ~ /\./ { next }
        {
            account = $(at("Account"))
            used = gpus($(at("AllocTRES")))
            asked = "ReqTRES" in place ? gpus($(at("ReqTRES"))) : 0
            if ((used == 0 && asked == 0) || ($(at("Start")) == "Unknown" && $(at("End")) == "Unknown")) next
            jobs[account]++
            hours[account] += used * seconds($(at(("ElapsedRaw" in place) ? "ElapsedRaw" : "Elapsed"))) / 3600
        }
        END { for (a in jobs) printf "%s %d %.4f\n", a, jobs[a], hours[a] }' "$1" | sort
}

# A sample is imported, and its sums are awk's.
#   agrees NAME OPTION...
agrees() {
    local name=$1
    shift
    needs "slurm/$name"
    allot 0 import sacct "$ALLOT_DATA/slurm/$name" "$@" --out ours
    is_equal "$(by_team ours)" "$(sacct_sums "$ALLOT_DATA/slurm/$name" "${SEPARATOR:-|}" "${NAMES-}")"
    allot 0 check ours/scenario.cfg
    not_complained warning
    allot 0 import sacct "$ALLOT_DATA/slurm/$name" "$@" --strict --out strict
    same ours/demand.csv strict/demand.csv
}

@test "sacct: three months of 600 jobs agree with awk and with sreport's seconds" {
    agrees sacct_3months_600jobs.txt
    sreport=$ALLOT_DATA/slurm/sreport_AccountUtilizationByUser_Seconds.txt
    is_equal "$(by_team ours | awk '{ printf "%s %.0f\n", $1, $3 * 3600 }')" \
        "$(awk -F'|' '$1 == "lab" && $2 != "root" && $3 == "" { print $2, $6 }' "$sreport" | sort)"
    is_equal "$(csv ours/demand.csv month | sort -u | paste -sd' ')" "2026-08 2026-09 2026-10"
    allot 0 run ours/scenario.cfg -q --out ours/run
    # September alone: a job that runs over its ends counts with what lies inside.
    allot 0 import sacct "$ALLOT_DATA/slurm/sacct_3months_600jobs.txt" --from 2026-09-01 \
        --until 2026-10-01 --out september
    is_equal "$(by_team september | awk '{ printf "%s %.0f\n", $1, $3 }')" \
        "$(awk 'NR > 6 && $2 != "root" && NF == 4 && $3 == "gres/gpu" { print $2, $4 }' \
            "$ALLOT_DATA/slurm/sreport_AccountUtilizationByUser_table.txt" | sort)"
}

@test "sacct: D-HH:MM:SS and other columns" {
    agrees sacct_human_times.txt
}

@test "sacct: -T, without what tells of waiting" {
    agrees sacct_truncate_september.txt
    complained "note: there is no ReqTRES, or neither Eligible nor Submit"
}

@test "sacct: requeued runs with -D, a job that waits, one without a GPU, pipes in names" {
    agrees sacct_duplicates_requeues.txt
    printed "1  left out: has neither begun nor ended"
    printed "1  left out: a job without a GPU"
    not_complained "requeued"
}

@test "sacct: without -D; what is missing is said" {
    agrees sacct_parsable2_alloc.txt
    complained "note: no line is of a requeued run: without sacct -D"
}

@test "sacct: -p closes each line with a separator" {
    agrees sacct_parsable_trailing_pipe.txt
}

@test "sacct: times as seconds since 1970" {
    agrees sacct_epoch_times.txt
    needs slurm/sacct_parsable2_alloc.txt
    allot 0 import sacct "$ALLOT_DATA/slurm/sacct_parsable2_alloc.txt" --out local
    same ours/demand.csv local/demand.csv
}

@test "sacct: steps have lines of their own" {
    agrees sacct_parsable2_with_steps.txt
    printed "56  left out: a step: its job has a line of its own"
}

@test "sacct: a tab for the separator, and no header" {
    needs slurm/sacct_parsable2_alloc.txt
    NAMES=$(head -n 1 "$ALLOT_DATA/slurm/sacct_parsable2_alloc.txt" | tr '|' ,)
    SEPARATOR=$'\t'
    agrees sacct_tab_noheader.tsv --columns "$NAMES" --delimiter TAB
    allot 65 import sacct "$ALLOT_DATA/slurm/sacct_tab_noheader.tsv" --out no
    complained "error: this is no header of sacct -P"
    complained "of sacct -n, --columns says which columns it has"
}

@test "sacct: all columns, with pipes in two of them" {
    needs slurm/sacct_all_fields_head.txt
    allot 0 import sacct "$ALLOT_DATA/slurm/sacct_all_fields_head.txt" --strict --out ours
    is_equal "$(by_team ours)" "bio 1 0.0178
llm 1 0.0889
rl 1 0.0011
vision 1 0.0100"
}

@test "sacct: samples that are no such output are refused, with the command that is" {
    needs slurm/sacct.json
    for name in sacct.json sacct_default_fixedwidth.txt sacct_default_fixedwidth_days.txt \
        sacct_tz_times.txt sacct_helpformat.txt jobcomp_filetxt.txt squeue_parsable.txt \
        sinfo_gres.txt scontrol_show_node.txt sprio_l.txt sshare_l.txt sshare_a_l_parsable2.txt \
        sacctmgr_assoc.txt sacctmgr_dump.cfg sacctmgr_qos.txt sreport_gpu_hours.txt \
        sreport_AccountUtilizationByUser_Hours.txt sreport_AccountUtilizationByUser_table.txt \
        sreport_UserUtilizationByAccount.txt sreport_cluster_Utilization.txt \
        sreport_custom_noheader_tree.txt sreport_job_SizesByAccount.txt; do
        allot 65 import sacct "$ALLOT_DATA/slurm/$name" --out no
        complained "$name:1: error: "
        complained "what is read is: sacct -a -X -D -P -S"
    done
    allot 65 import sacct "$ALLOT_DATA/slurm/sacct_default_fixedwidth.txt" --out no
    complained "this table is cut to widths"
    allot 65 import sacct "$ALLOT_DATA/slurm/sacct_tz_times.txt" --out no
    complained "sacct was not asked for Account, AllocTRES"
    allot 65 import sacct "$ALLOT_DATA/slurm/sacct_pending.txt" --out no
    complained "nothing of it could be imported"
    is_gone no
}

sacct_txt() {
    cat <<'EOF'
JobIDRaw|Account|State|Submit|Eligible|Start|End|ElapsedRaw|ReqTRES|AllocTRES|JobName
1|a|COMPLETED|2025-01-30T00:00:00|2025-01-30T12:00:00|2025-01-31T00:00:00|2025-02-02T00:00:00|172800|gres/gpu=2|gres/gpu:h100=2,gres/gpu=2|x
2|a|CANCELLED by 7|2025-02-01T00:00:00|2025-02-01T00:00:00|Unknown|2025-02-01T12:00:00|0|gres/gpu:h100=4,gres/gpu=4||y
3|b|RUNNING|2025-02-03T00:00:00|2025-02-03T00:00:00|2025-02-03T00:00:00|Unknown|7200|gres/gpu=3|gres/gpu:a100=1,gres/gpu=3|z
4|b|CANCELLED by 7|2025-02-03T00:00:00|2025-02-03T00:00:00|None|2025-02-03T10:00:00|0|gres/gpu=1||z
5|b|SUSPENDED|2025-02-03T00:00:00|Unknown|2025-02-04T00:00:00|2025-02-04T10:00:00|3600|cpu=1|gres/gpu:a100=1|z
EOF
}

@test "sacct: what is used and what is waited for, by type" {
    sacct_txt >a.txt
    allot 0 import sacct a.txt --strict --out ours
    # 1: waits 12 h from Eligible and runs over the month's end. 2: waits and never runs.
    # 3: still runs, two of its GPUs have no type. 5: elapsed knows that it was suspended.
    is_equal "$(awk -F, 'NR > 1 { print $1, $2, $3, $5, $6, $7 }' ours/demand.csv)" \
        "2025-01 a h100 48 24 1
2025-02 a h100 48 48 1
2025-01 b gpu 0 0 0
2025-02 b gpu 4 10 1
2025-01 b a100 0 0 0
2025-02 b a100 3 0 2"
}

@test "sacct: a job in two monthly files counts once, and goes on where it ended" {
    sacct_txt >all.txt
    sed -n '1,3p' all.txt >january.txt
    # As January saw it, and February again.
    sed -i 's/|2025-02-02T00:00:00|172800|/|Unknown|86400|/; s/^1|a|COMPLETED/1|a|RUNNING/' january.txt
    sed -n '1,2p;4,$p' all.txt >february.txt
    allot 0 import sacct all.txt -q --out all
    allot 0 import sacct january.txt february.txt -q --out both
    same all/demand.csv both/demand.csv
    sed -n '1,2p' all.txt >again.txt
    allot 0 import sacct january.txt february.txt again.txt -q --out both3
    printed "1  left out: a job that was read before"
    same all/demand.csv both3/demand.csv
    cat january.txt february.txt >one.txt
    allot 65 import sacct one.txt --out no
    complained "one.txt:4: error: a second header: these are several files in one"
    gzip january.txt
    "$ALLOT" import sacct january.txt.gz - -q --out piped <february.txt
    same all/demand.csv piped/demand.csv
}

@test "sacct: an hour that there was twice is told by how long the job ran" {
    cat >a.txt <<'EOF'
JobIDRaw|Account|State|Start|End|ElapsedRaw|AllocTRES
1|a|COMPLETED|2025-10-26T02:30:00|2025-10-26T03:30:00|7200|gres/gpu=1
2|a|COMPLETED|2025-10-26T02:30:00|2025-10-26T03:30:00|3600|gres/gpu=1
3|a|COMPLETED|2025-10-31T23:30:00|2025-11-01T00:30:00|3600|gres/gpu=1
EOF
    allot 0 import sacct a.txt --timezone Europe/Berlin --strict --by day --out ours
    is_equal "$(awk -F, '$5 > 0 { print $1, $5 }' ours/demand.csv | tail -n +2 | paste -sd,)" \
        "2025-10-26 3,2025-10-31 0.5,2025-11-01 0.5"
    # The hours of the pool: two jobs at once only if the second began the second time.
    grep -q 'gpus = 1;' ours/scenario.cfg || fail "$(cat ours/scenario.cfg)"
}

@test "sacct: wrong lines of every kind, and + at the end of what was cut" {
    {
        sacct_txt
        cat <<'EOF'
6|a|COMPLETED|2025-02-03T00:00:00|2025-02-03T00
7|a|COMPLETED|2025-02-03T00:00:00|2025-02-03T00:00:00|2025-02-03T25:00:00|2025-02-04T00:00:00|3600||gres/gpu=1|z
8|a|COMPLETED|2025-02-03T00:00:00|2025-02-03T00:00:00|2025-02-05T00:00:00|2025-02-04T00:00:00|3600||gres/gpu=1|z
9|a|COMPLETED|2025-02-03T00:00:00|2025-02-03T00:00:00|2025-02-03T00:00:00|2025-02-04T00:00:00|-5||gres/gpu=1|z
10|a|COMPLETED|2025-02-03T00:00:00|2025-02-03T00:00:00|2025-02-03T00:00:00|2025-02-04T00:00:00|9223372036854775808||gres/gpu=1|z
11|a|COMPLETED|2025-02-03T00:00:00|2025-02-03T00:00:00|2025-02-03T00:00:00|2025-02-04T00:00:00|9223372036854775807||gres/gpu=1|z
12|a|COMPLETED|2025-02-03T00:00:00|2025-02-03T00:00:00|2025-02-03T00:00:00|2025-02-04T00:00:00|3600||gres/gpu=-1|z
13||COMPLETED|2025-02-03T00:00:00|2025-02-03T00:00:00|2025-02-03T00:00:00|2025-02-04T00:00:00|3600||gres/gpu=1|z
14|a|COMPLETED|2025-02-03T00:00:00|2025-02-03T00:00:00|2025-02-03T00:00:00|2025-02-04T00:00:00|3600||cpu=4,gres/g+|z
15|a|COMPLETED|-1|2025-02-03T00:00:00|2025-02-03T00:00:00+0|2025-02-04T00:00:00|3600||gres/gpu=1|z
16.batch|a|COMPLETED||||||||batch
EOF
    } >a.txt
    allot 0 import sacct a.txt --out ours
    is_equal "$(awk -F, 'NR > 1 { print $2, $3 }' ours/skipped.csv | paste -sd,)" \
        "7 fields,8 time,9 order,10 negative,11 number,12 time,13 negative,14 name,15 number,16 time"
    is_equal "$(total ours used_gpu_hours)" 103.0
    allot 65 import sacct a.txt --strict --out no
    complained "a.txt:7: error: 5 fields where the header names 11"
    sed -i 's/CANCELLED by 7/CANCELLED+/' a.txt
    allot 65 import sacct a.txt --out no
    complained "a.txt:3: error: this table is cut to widths: the state ends in +"
}

@test "accounts: a share that no scenario takes is refused (found by fuzzing)" {
    sacct_txt >a.txt
    printf 'Account|User|RawShares\nroot||\n a||1111111111111111111111111111113\n  b||7\n' >accounts.txt
    allot 65 import sacct a.txt --accounts accounts.txt --out no
    complained "accounts.txt:3: error: the share is larger than 1000000000"
    is_gone no
}

@test "sacct: the tree of accounts, by sacctmgr or sshare" {
    needs slurm/sacctmgr_assoc.txt
    allot 0 import sacct "$ALLOT_DATA/slurm/sacct_3months_600jobs.txt" \
        --accounts "$ALLOT_DATA/slurm/sacctmgr_assoc.txt" -q --out assoc
    allot 0 import sacct "$ALLOT_DATA/slurm/sacct_3months_600jobs.txt" \
        --accounts "$ALLOT_DATA/slurm/sshare_a_l_parsable2.txt" -q --out sshare
    for folder in assoc sshare; do
        for share in bio=10 infra=5 llm=40 rl=20 vision=25; do
            grep -q "{ name = \"${share%=*}\"; share = ${share#*=}; exploration" $folder/scenario.cfg ||
                fail "no $share" "$(cat $folder/scenario.cfg)"
        done
        allot 0 check $folder/scenario.cfg
    done
    grep -q "llm had the limit gres/gpu=24" assoc/scenario.cfg
    # An account with jobs of its own and one below it is a group and a team.
    sacct_txt >a.txt
    cat >accounts.txt <<'EOF'
Account|User|RawShares
root||
 a||30
  b||7
   b|eve|1
 c||5
EOF
    allot 0 import sacct a.txt --accounts accounts.txt -q --out tree
    allot 0 check tree/scenario.cfg
    grep -q '{ name = "a"; share = 30; groups = ( ); teams = (' tree/scenario.cfg ||
        fail "$(cat tree/scenario.cfg)"
    is_equal "$(csv tree/demand.csv team | sort -u | paste -sd,)" "a (itself),b"
    allot 0 run tree/scenario.cfg -q --out tree/run
    allot 65 import sacct a.txt --accounts a.txt --out no
    complained "a.txt:1: error: this is no table of accounts with shares"
}

# ---- itp, helios-quota ----

@test "itp: the trace of Microsoft's clusters, by cluster as in its table" {
    needs itp/itp_elasticflow_raw-traces.tar.gz
    tar xzf "$ALLOT_DATA/itp/itp_elasticflow_raw-traces.tar.gz"
    allot 0 import itp cluster*.csv --strict --out ours
    printed "69,351  imported"
    is_equal "$(total ours jobs) $(total ours used_gpu_hours)" "69351.0 1632719.7"
    is_equal "$(by_team ours | awk '{ printf "%s %d %.1f\n", $1, $2, $3 }')" \
        "$(awk -F, 'NR > 1 { printf "%s %d %.1f\n", $1, $2, $6 }' \
            "$ALLOT_DATA/itp/itp_monthly_gpu_hours_by_cluster.csv" | sort)"
    grep -q '^start = "2021-03-01";' ours/scenario.cfg
    allot 0 run ours/scenario.cfg -q --out ours/run
    allot 0 import itp cluster01.csv --start 2020-01-01 -q --out later
    grep -q '^start = "2020-01-01";' later/scenario.cfg
}

@test "itp: wrong rows and files" {
    printf 'job_id,submission_time,duration,num_gpu\na,0,3600,2\nb,-1,3600,2\nc,0,x,2\nd,0,1\ne,0,1,0\n' >c.csv
    allot 0 import itp c.csv --out ours
    is_equal "$(awk -F, 'NR > 1 { print $2, $3 }' ours/skipped.csv | paste -sd,)" \
        "3 negative,4 number,5 fields"
    is_equal "$(total ours used_gpu_hours)" 2.0
    allot 65 import itp "$SCENARIOS/README.md" --out no
    complained "README.md:1: error: there is no column 'job_id'"
}

# GPU-hours that were needed and not had in a run, over all teams and months.
waiting() {
    awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
        { split($1, d, "-"); m = d[2] + 0
          hours = 24 * (m == 2 ? 28 : m == 4 || m == 6 || m == 9 || m == 11 ? 30 : 31)
          sum += ($at["needed_gpus"] - $at["used_gpus"]) * hours }
        END { printf "%.0f\n", sum }' "$1/teams.csv"
}

@test "helios-quota: the minutes of Earth in May 2020, and what daily and monthly means hide" {
    needs helios/helios_earth_may2020_vc_sequences_1min.tar.xz
    command -v xz >/dev/null || skip "xz is not there"
    tar xJf "$ALLOT_DATA/helios/helios_earth_may2020_vc_sequences_1min.tar.xz"
    allot 0 import helios-quota vc*.csv --by day --strict --out days
    printed "714,240  imported"
    printed "all         636864.0    424772.6        45671.6    212091.4"
    printed "used: 66.7 % of what was granted"
    # Another way: sums of the columns, a minute each.
    is_equal "$(awk -F, 'FNR > 1 { q += $8; r += $9; p += $10 } END { printf "%.1f %.1f %.1f\n", q / 60, r / 60, p / 60 }' vc*.csv)" \
        "636864.0 424772.6 45671.6"
    for rule in "" max-min quota borrow credits; do
        allot 0 run days/scenario.cfg -q ${rule:+--alternative $rule} --out "run-$rule"
    done
    is_equal "$(waiting run-)" 30809
    for rule in max-min quota borrow credits; do
        is_equal "$rule $(waiting "run-$rule")" "$rule 0"
    done
    allot 0 import helios-quota vc*.csv -q --out months
    allot 0 run months/scenario.cfg -q --out run-months
    is_equal "$(waiting run-months)" 6689
    # The scenario that is shipped is this one, with words.
    same <(cut -d, -f1,2,4 days/demand.csv) "$SCENARIOS/helios-earth/demand.csv"
    same <(sed 's/,gpu,/,earth,/' days/grants.csv) "$SCENARIOS/helios-earth/grants.csv"
}

@test "the replay of Earth: 30,809 GPU-hours wait under the quotas, none under max-min" {
    allot 0 run "$SCENARIOS/helios-earth.cfg" -q --out fixed
    is_equal "$(waiting fixed)" 30809
    for rule in max-min quota borrow credits; do
        allot 0 run "$SCENARIOS/helios-earth.cfg" -q --alternative $rule --out $rule
        is_equal "$rule $(waiting $rule)" "$rule 0"
    done
}

@test "the replay of Venus: what the changes of quotas moved" {
    allot 0 run "$SCENARIOS/helios-venus.cfg" -q --out fixed
    is_equal "$(waiting fixed)" 0
    allot 0 run "$SCENARIOS/helios-venus.cfg" -q --alternative "as in April" --out april
    # Another way: what was given beyond April's, a day at a time, to the end of September.
    is_equal "$(waiting april)" "$(awk -F, '
        function day(s,   d, m) { split(s, d, "-"); m = d[2]
            return d[3] + (m == 4 ? 0 : m == 5 ? 30 : m == 6 ? 61 : m == 7 ? 91 : m == 8 ? 122 : 153) - 1 }
        function close_last(until) { if (gpus > first) sum += (gpus - first) * 24 * (until - from) }
        NR == 1 { next }
        $1 == "" { if (NR > 2) close_last(183); from = 0; first = gpus = $4; next }
        { close_last(day($1)); from = day($1); gpus = $4 }
        END { close_last(183); printf "%d\n", sum }' "$SCENARIOS/helios-venus/grants.csv")"
}

@test "helios-quota: the quotas of Venus alone" {
    needs helios/helios_venus_vc_gpu_quota_daily.csv
    allot 0 import helios-quota "$ALLOT_DATA/helios/helios_venus_vc_gpu_quota_daily.csv" --by day --out ours
    complained "note: of these days only quotas are known"
    # Every change of the list that was made from the same file.
    is_equal "$(awk -F, 'NR > 1 && $1 != "" { print $1, $2, $4 }' ours/grants.csv | sort)" \
        "$(tr -d '\r' <"$ALLOT_DATA/helios/helios_venus_quota_changes.csv" |
            awk -F, 'NR > 1 { print $1, $2, $4 }' | sort)"
    same <(sed 's/,gpu,/,venus,/' ours/grants.csv) "$SCENARIOS/helios-venus/grants.csv"
    allot 0 run ours/scenario.cfg -q --out run
    is_equal "$(waiting run)" 0
}

@test "helios-quota: wrong rows and files" {
    printf 'time,total_gpu_num,running_gpu_num,pending_gpu_num\n' >vcX.csv
    printf '2020-05-01 00:00:00,8,6,1\n2020-05-01 00:01:00,8,6\n2020-05-01 00:02:00,8,-6,1\n' >>vcX.csv
    printf '2020-05-01 00:02:00,8,6,1\n2020-05-01 00:02:00,8,6,1\n2020-05-01 00:03:00,8,?,1\n' >>vcX.csv
    allot 0 import helios-quota vcX.csv --out ours
    is_equal "$(awk -F, 'NR > 1 { print $2, $3 }' ours/skipped.csv | paste -sd,)" \
        "3 fields,4 negative,5 order,6 order,7 number"
    allot 65 import helios-quota "$SCENARIOS/README.md" --out no
    complained "README.md:1: error: this is no file of Helios"
}

# ---- --fit ----

@test "--fit: level, season and spread for more years than were seen" {
    # 36 months of exp(4 + 0.5 cos) for A; of B 10, 20, 10, 20 ...: 4 months.
    awk 'BEGIN {
        print "month,team,h"; pi = atan2(0, -1)
        split("31 28 31 30 31 30 31 31 30 31 30 31", days, " ")
        for (m = 0; m < 36; m++)
            printf "%d-%02d,A,%.12f\n", 2021 + int(m / 12), m % 12 + 1,
                exp(4 + 0.5 * cos(2 * pi * (m % 12) / 12)) * (days[m % 12 + 1] + 0) * 24
        for (m = 0; m < 4; m++)
            printf "2021-%02d,B,%d\n", m + 1, (m % 2 ? 20 : 10) * days[m + 1] * 24
    }' >use.csv
    map=month=month,team=team,gpu_hours=h
    allot 0 import csv use.csv --columns $map --fit --out fitted
    # The mean over the year is e^4 I0(0.5), I0 the modified Bessel function: 58.06.
    printed "A     gpu    36/36  58.1  33.1  90.0    0.00  1.00       -      -"
    # B: log 10 and log 20 by turns, in 4 of 36 months: sd = 0.3466 sqrt(4 / 3) = 0.4002, and
    # the mean is 4 / 36 sqrt(200) exp(sd^2 / 2).
    printed "B     gpu     4/36   1.7   1.7   1.7    0.40"
    grep -q "^months = 60;" fitted/scenario.cfg
    grep -q "^# \[D\] Fitted, not copied" fitted/scenario.cfg
    grep -q 'gpus = 1.70235; log_sd = 0.400189;' fitted/scenario.cfg || fail "$(cat fitted/scenario.cfg)"
    allot 0 check fitted/scenario.cfg
    not_complained warning
    allot 0 run fitted/scenario.cfg -n 20 -q --out fitted/run
    allot 64 import csv use.csv --columns $map --fit --by day --out no
    complained "--fit is of months, not of --by day"
}
