#!/usr/bin/env bats
# Rules of the user's in Lua: what they can do, and what they cannot.

setup() { load helper; }

# Two teams of different shares want twice the pool; the rule is my.lua.
rivals() {
    cat <<'EOF'
# Whose rule is it?
start = "2025-01-01";
months = 3;
pools = ( { name = "h100"; gpus = 64; node_gpus = 8; } );
teams = ( { name = "Text"; share = 3.0; exploration = ( { gpus = 64.0; } ); },
          { name = "Vision"; exploration = ( { gpus = 32.0; priority = 0.8; } ); } );
projects = ( { name = "Segment"; team = "Vision"; priority = 0.9; target = "2025-02-15";
    stages = ( { do = "train"; gpu_hours = 50000.0; min_gpus = 8; max_gpus = 64; } ); } );
rule = { divide = "script"; script = { file = "my.lua"; }; };
EOF
}

# Writes my.lua: divide with these lines inside.
dividing() {
    printf 'function divide(docket)\n%s\nend\n' "$1" >my.lua
}

# A run stops within two seconds of processor time with this line of my.lua and what is
# wrong; nothing is written.
#   stops LINE MESSAGE [SCRIPT]
stops() {
    local line=$1 message=$2
    [ $# -lt 3 ] || dividing "$3"
    rivals >x.cfg
    TIMEFORMAT=%U
    local seconds status=0
    seconds=$({ time "$ALLOT" run x.cfg -q >out.txt 2>err.txt; } 2>&1) || status=$?
    stderr=$(cat err.txt)
    [ $status -eq 65 ] || fail "exit status $status: ${3-}"
    [[ $stderr == "my.lua:$line: error: "*"$message"* ]] || fail "should say: $line: $message"
    case $ALLOT in
    */release/*) awk -v s="$seconds" 'BEGIN { exit s >= 2 }' || fail "took $seconds s" ;;
    esac
    is_gone out/x
}

@test "a rule of one's own divides" {
    rivals >x.cfg
    dividing '  local grants = {}
  for i, claim in ipairs(docket.claims) do grants[i] = claim.request / 3 end
  return grants'
    allot 0 run x.cfg -q
    csv out/x/claims.csv | awk -F'|' '$1 == "2025-01" { print $3, $4, $9 }' >got
    same got <(printf '%s\n' "Vision Segment 16" "Text  24" "Vision  8")
    grep -q '"path": "my.lua"' out/x/run.json || fail "run.json does not name the script"
    grep -q "$(sha256sum my.lua | cut -d' ' -f1)" out/x/run.json || fail "nor its hash"
}

@test "what the docket holds" {
    rivals >x.cfg
    dividing '  local c, p = docket.claims[1], docket.pools[1]
  assert(docket.year == 2025 and docket.month_of_year == docket.month + 1)
  assert(docket.month > 0 or docket.hours == 744)
  assert(#docket.pools == 1 and p.name == "h100" and p.capacity == 64 and p.charge == 1)
  assert(#docket.claims == 3)
  assert(c.name == "Segment" and c.kind == "project" and c.pool == "h100")
  assert(c.team == "Vision" and c.group == nil and c.share == 0.25)
  assert(c.request == 48 or docket.month > 0)
  assert(c.min == 8 and c.floor == 0)
  assert(c.score == 0.9 and c.priority == 0.9 and c.factors.priority == 0.9)
  assert(c.factors.closeness > 0 and c.factors.need > 0 and c.factors.age >= 0)
  assert(docket.month > 0 or (c.is_new and c.last == 0))
  assert(docket.month == 0 or (not c.is_new and c.last == 24))
  assert(docket.month > 0 or (c.months_to_target > 1.4 and c.months_to_target < 1.6))
  assert(c.months_unfilled >= 0 and c.need > 0)
  assert(docket.claims[2].name == "Text" and docket.claims[3].name == "Vision")
  assert(docket.claims[2].kind == "exploration" and docket.claims[2].share == 0.75)
  assert(docket.claims[2].months_to_target == nil)
  return { 24, 24, 16 }'
    allot 0 run x.cfg -q
}

@test "factors that have no weight are worked out all the same" {
    rivals >x.cfg
    dividing '  local c = docket.claims[1]
  assert(c.factors.retention > 0.1 and c.factors.retention < 0.9)
  assert(docket.month == 0 or c.factors.progress > 0)
  return { 24, 24, 16 }'
    allot 0 run x.cfg -q --set people.turnover_per_year=0.2 --set teams.Vision.people=5
}

@test "the docket that is documented is the one that there is" {
    local field
    "$ALLOT" list divisions | awk '/^docket\./ { print $1 }' >fields
    [ "$(wc -l <fields)" -gt 20 ] || fail "no fields"
    while read -r field; do
        grep -qF "\`$field\`" "$ROOT/docs/rules-in-lua.md" || fail "not documented: $field"
    done <fields
    # And a script finds every one of them.
    rivals >x.cfg
    {
        echo 'function divide(docket) local p, i, NAME = 1, 1, "age"'
        sed -E 's/factors\.NAME/factors[NAME]/; s/^(.*)$/  assert(\1 ~= nil or "\1" == "docket.claims[i].group")/' fields
        echo 'return { 8, 0, 0 } end'
    } >my.lua
    allot 0 run x.cfg -q
}

@test "the examples of the manual run" {
    rivals >x.cfg
    awk '
        /^```lua/ { n++; inside = 1; next }
        /^```/ { inside = 0 }
        inside { print > ("example" n ".lua") }' "$ROOT/docs/rules-in-lua.md"
    is_file example1.lua example2.lua
    local example
    for example in example*.lua; do
        allot 0 run x.cfg -q -s "rule.script.file=$example" -o "out/$example"
    done
    csv out/example1.lua/claims.csv | awk -F'|' '$1 == "2025-01" { print $9 }' >got
    same got <(printf '24\n24\n16\n') # 64 of 160: 25.6, 25.6, 12.8, in whole nodes
    csv out/example2.lua/claims.csv | awk -F'|' '$1 == "2025-01" { print $9 }' >got
    same got <(printf '0\n64\n0\n') # the team of the largest share wants all
}

@test "the shipped rules differ from weighted" {
    local name script
    # At most 30 lines each.
    for script in "$SCENARIOS"/rules/*.lua; do
        [ "$(wc -l <"$script")" -le 30 ] || fail "$script is too long"
        grep -rqF "rules/${script##*/}" "$SCENARIOS" --include=*.cfg || fail "$script is unused"
    done
    slip() { # of a project, in days
        csv "$1/outcomes.csv" | awk -F'|' -v p="$2" \
            '$3 == "slip_months" && $5 == p && $2 == "" { printf "%.0f\n", $6 * 30.4375 }'
    }
    allot 0 run "$SCENARIOS/soonest-first.cfg" -q -o own
    allot 0 run "$SCENARIOS/soonest-first.cfg" -q -o weighted -a weighted
    for name in Listen See Write Walk; do
        [ "$(slip own $name)" -le 0 ] || fail "$name is late by its own rule"
        [ "$(slip weighted $name)" -ge 25 ] || fail "$name is in time by weights"
    done
    # Where a project of high priority arrives, the others keep more of what they had.
    granted() { # of the first meeting with it, all of a team
        csv "$1/claims.csv" | awk -F'|' -v t="$2" \
            '$1 == "2025-03" && $3 == t { sum += $9 } END { print sum }'
    }
    allot 0 run "$SCENARIOS/own-rules.cfg" -q -o half-by-share
    allot 0 run "$SCENARIOS/own-rules.cfg" -q -o keep-half -a "keep half"
    allot 0 run "$SCENARIOS/own-rules.cfg" -q -o by-weight -a weighted
    for name in half-by-share keep-half; do
        [ "$(granted $name Biology)" -ge $(($(granted by-weight Biology) + 48)) ] || fail $name
        [ "$(granted $name Assistant)" -le $(($(granted by-weight Assistant) - 96)) ] || fail $name
    done
}

@test "a formula in place of weights" {
    base >x.cfg
    allot 0 run x.cfg -q -o weights -s rule.score.weights.priority=0.6 \
        -s rule.score.weights.closeness=0.4
    allot 0 run x.cfg -q -o formula -s 'rule.score.formula=0.6*priority + 0.4*closeness'
    same weights/claims.csv formula/claims.csv
    same weights/outcomes.csv formula/outcomes.csv
    allot 0 run x.cfg -q -o squared -s 'rule.score.formula=0.6*priority + 0.4*closeness^2'
    csv squared/claims.csv score >squared-scores
    csv weights/claims.csv score >scores
    ! cmp -s scores squared-scores || fail "the formula changes nothing"
    # Its factors are told, without weights.
    csv formula/factors.csv | awk -F'|' '{ print $5, $7, $8 }' | sort -u >got
    same got <(printf '%s\n' "closeness NaN NaN" "factor weight contribution" "priority NaN NaN" | sort)
}

@test "a formula that is no number at some meeting" {
    base >x.cfg
    allot 65 run x.cfg -q -s 'rule.score.formula=1/closeness'
    complained "--set:1:20: error: in 2025-01: formula: for 'Vision' it comes to inf, must be finite"
    is_gone out/x
    allot 65 run x.cfg -q -n 3 -s 'rule.score.formula="(priority - 0.5)/0"'
    complained "nan, must be finite"
}

@test "a mistake shows when the scenario is checked" {
    rivals >x.cfg
    allot 66 check x.cfg
    complained "x.cfg:9:47: error: 'my.lua' cannot be read: No such file or directory"
    printf 'local x = 1\nfunction divide(docket\n  return {}\nend\n' >my.lua
    allot 65 check x.cfg
    complains "my.lua:3: error: ')' expected near 'return'
      return {}"
    printf '\033Lua' >my.lua
    allot 65 check x.cfg
    complained "binary chunk"
    printf 'x = "\xff"' >my.lua
    allot 65 check x.cfg
    complained "my.lua:1:6: error: is not a text file"
    head -c 64001 /dev/zero | tr '\0' ' ' >my.lua
    allot 65 check x.cfg
    complained "'my.lua' has 64001 bytes, must have at most 64000"
    mkdir folder
    allot 66 check x.cfg -s rule.script.file=folder
    allot 66 check x.cfg -s rule.script.file=/dev/null
}

@test "the file is read beside the scenario, and inside a jail" {
    mkdir -p inside/rules
    rivals | sed 's|my.lua|rules/my.lua|' >inside/x.cfg
    dividing 'return { 8, 8, 8 }'
    mv my.lua inside/rules
    allot 0 check inside/x.cfg -q --jail inside
    allot 0 run inside/x.cfg -q
    dividing 'return { 8, 8, 8 }'
    allot 66 check inside/x.cfg --jail inside -s rule.script.file=../my.lua
    complained "it is missing or lies outside 'inside'"
    ln -s "$PWD/my.lua" inside/link.lua
    allot 66 check inside/x.cfg --jail inside -s rule.script.file=link.lua
    allot 0 check inside/x.cfg -q -s rule.script.file=../my.lua
}

@test "grants that are none" {
    stops 1 "in 2025-01: divide gave 'Segment' on pool 'h100' 65 GPUs, more than it may get, 48" \
        'return { 65, 0, 0 }'
    stops 1 "divide gave 96 GPUs of pool 'h100', which has 64" 'return { 32, 32, 32 }'
    stops 1 "divide gave 'Text' on pool 'h100' -1 GPUs, must be finite and not negative" \
        'return { 0, -1, 0 }'
    stops 1 "divide gave 'Vision' on pool 'h100' NaN GPUs, must be finite" 'return { 0, 0, 0/0 }'
    stops 1 "divide gave 'Vision' on pool 'h100' inf GPUs, must be finite" 'return { 0, 0, 1/0 }'
    stops 1 "divide gave 'Text' on pool 'h100' a string, must be a number" 'return { 0, "8", 0 }'
    stops 1 "divide gave 'Text' on pool 'h100' a table, must be a number" 'return { 0, {}, 0 }'
    stops 1 "divide returned 2 grants for 3 claims" 'return { 8, 8 }'
    stops 1 "divide returned more than the 3 grants of its claims" 'return { 8, 8, 8, 8 }'
    stops 1 "divide returned a table with the key 'Text', not a list" 'return { 8, 8, 8, Text = 8 }'
    stops 1 "divide returned a number, must return a list of 3 grants" 'return 8'
    stops 1 "divide returned only nil, must return a list of 3 grants" 'return'
    stops 4 "divide returned 0 grants for 3 claims" \
        "$(printf 'return {} end\nlocal x = 1\nfunction divide(d) return {}')"
    rivals >x.cfg
    dividing 'return { 0, 0, 0 }'
    allot 65 run x.cfg -q -s teams.Text.floor_gpus=16
    complained "my.lua:1: error: in 2025-01: divide gave 'Text' on pool 'h100' 0 GPUs, less than its floor, 16"
}

@test "what the script itself says is told with its line" {
    stops 3 "in 2025-01: no GPUs for Vision" "$(printf '\nerror("no GPUs for Vision")')"
    stops 2 "attempt to index a nil value (field 'x')" 'return docket.x.y'
    stops 2 "assertion failed!" 'assert(false)'
    stops 2 "because" 'assert(nil, "because")'
    stops 2 "an error that is a table" 'error({})'
    stops 2 "error 42" 'error(42)'
    printf 'local function deep()\n  error("level 2", 2)\nend\nfunction divide(d)\n  deep()\nend\n' >my.lua
    stops 5 "level 2"
    stops 2 $'\\x1b' 'error("\27[31mred")'
    stops 2 "a long story" "$(printf 'error("a long story%05000d")' 0)"
}

# On a slow machine the limit of processor time may come before that of steps.
@test "loops for ever, in every form" {
    local loop
    while read -r loop; do
        stops 2 "the script takes " "$loop"
        [[ $stderr == *"too many steps: does it loop for ever?"* ||
            $stderr == *"more than 1.5 s"* ]] || fail "what else? $stderr"
    done <<'EOF'
while true do end
repeat until false
::again:: goto again
for i = 1, math.huge do end
for i = 1, 2, 0.0000000001 do end
local function f() return f() end return f()
for _ in function() return 1 end do end
local t = setmetatable and 1 or {} while #t < 1 do t.x = 1 end
local t = {} for i = 1, 1e9 do t[i] = i .. "x" end
local s = "x" while s ~= "" do s = s < "y" and "x" or "z" end
local t = {} for i = 1, 1000 do t[i] = i end while true do table.sort(t) end
local t = {} for i = 1, 1000 do t[i] = i end while true do table.sort(t, function() return true end) end
local t = {} for i = 1, 1000 do t[i] = i end while true do for k in pairs(t) do break end end
local t = {} for i = 1, 1000 do t[i] = i end while true do next(t) end
local t = {} for i = 1, 1000 do t[i] = i end while true do table.insert(t, 1, 1) table.remove(t, 1) end
local t = {} while true do table.unpack(t, 1, 9999) end
local t = {} while true do select("#", table.unpack(t, 1, 0)) end
local t = {} for i = 1, 1000000 do t[i] = i end local k repeat k = next(t, k) until not k
local t = {} for i = 1, 500000 do t[i] = i end while true do for k in pairs(t) do break end end
local t = {} for i = 1, 500000 do t[i] = i end while true do table.insert(t, 1, 1) end
local t = {} for i = 61, 0, -1 do t[1 << i] = 1 end assert(#t == 1 << 61) table.insert(t, 1, 1)
local t = {} for i = 61, 0, -1 do t[1 << i] = 1 end assert(#t == 1 << 61) table.sort(t, function() return true end)
return table.unpack({}, math.mininteger, math.maxinteger)
return table.unpack({}, 1, 1 << 40)
local s = "x" for i = 1, 15 do s = s .. s end while true do local t = s .. "y" end
local t = {} for i = 1, 850000 do t[i] = {} end while true do local x = {} end
EOF
    printf 'function divide(docket) return {} end\nwhile true do end\n' >my.lua
    stops 2 "the script takes too many steps"
    allot 65 check x.cfg
}

@test "eats memory" {
    stops 2 "the script takes more than 64 MB of memory" 'local t = {} while true do t = { t } end'
    stops 2 "the script takes more than 64 MB of memory" \
        'local t = {} for i = 1, 1e9 do t[i] = i end'
    stops 2 "the script takes more than 64 MB of memory" \
        'local t = {} while true do t[#t + 1] = function() return t end end'
    stops 2 "the script makes a string of more than 64 KB" \
        'local s = "xx" while true do s = s .. s end'
}

@test "recurses too deeply" {
    printf 'local function f(n)\n  return 1 + f(n + 1)\nend\nfunction divide(d) return f(1) end\n' >my.lua
    stops 2 ""
    [[ $stderr == *"stack overflow"* || $stderr == *"64 MB"* ]] || fail "what else?"
    stops 2 "C stack overflow" \
        'local function c(a, b) table.sort({ 1, 2 }, c) return a < b end table.sort({ 1, 2 }, c)'
    rivals >x.cfg
    printf 'function divide(docket)\n  return %s1%s\nend\n' \
        "$(printf '(%.0s' {1..3000})" "$(printf ')%.0s' {1..3000})" >my.lua
    stops 2 "C stack overflow"
    printf 'function divide(docket)\n  return %s{}%s\nend\n' \
        "$(printf '{%.0s' {1..3000})" "$(printf '}%.0s' {1..3000})" >my.lua
    stops 2 "C stack overflow"
    printf 'function divide(docket)\n  return %s1\nend\n' "$(printf -- '- %.0s' {1..3000})" >my.lua
    stops 2 "C stack overflow"
    { printf 'x = 1'; printf ' .. 1%.0s' {1..3000}; echo; } >my.lua
    stops 1 "C stack overflow"
}

@test "reaches for what is not there" {
    local name
    for name in os io debug string utf8 package coroutine require load loadstring loadfile dofile \
        print pcall xpcall rawget rawset rawequal rawlen setmetatable getmetatable collectgarbage \
        tostring _G _VERSION warn math.random math.randomseed table.move table.concat table.pack; do
        stops 2 "it is nil: $name" "if $name == nil then error('it is nil: $name') end"
    done
    stops 2 "attempt to call a nil value (field 'move')" 'table.move({}, 1, 1 << 50, 2)'
    stops 2 "attempt to call a nil value (field 'concat')" 'table.concat({}, "x", 1, 1 << 30)'
    stops 2 "attempt to index a string value" 'return ("x"):rep(1 << 40)'
    stops 2 "attempt to index a string value" 'local s = "x" return s.len'
    stops 2 "attempt to perform arithmetic on a string value" 'return "10" + 1'
    stops 2 "got a non-closable value" 'local x <close> = {}'
    stops 2 "a key that is a table has no order" 'pairs({ [{}] = 1 })'
    stops 2 "a key that is a function has no order" 'next({ [next] = 1 })'
}

# Lua counts a CR as the end of a line, the place in a message does not.
@test "a mistake in a line past the end of the script" {
    rivals >x.cfg
    printf 'function divide(docket)\r\r\r\r' >my.lua
    allot 65 check x.cfg
    complained "my.lua:5: error: 'end' expected"
}

@test "what a script changes is gone at the next call" {
    rivals >x.cfg
    cat >my.lua <<'EOF'
local calls = 0
function divide(docket)
  calls, n = calls + 1, (n or 0) + 1
  assert(calls == 1 and n == 1)
  math.max, table.sort, ipairs = nil
  docket.claims[1].request, docket.pools[1].capacity = 1e9, 1e9
  divide = nil
  return { 8, 8, 8 }
end
EOF
    allot 0 run x.cfg -q
}

@test "two runs, and any number of threads, give the same bytes" {
    rivals | sed 's/gpus = 64.0;/gpus = 64.0; log_sd = 0.4;/' >x.cfg
    cat >my.lua <<'EOF'
function divide(docket)
  local grants, by_name, sum, n = {}, {}, 0, 0
  for i, c in ipairs(docket.claims) do by_name[c.name .. c.kind] = i end
  for i = 1, 200 do by_name[i / 7] = 1 by_name["key" .. i] = 2 by_name[i % 2 == 0] = 1 end
  for key, i in pairs(by_name) do -- an order of its own would show in the last bits
    n = n + 1
    sum = (sum + (type(key) == "number" and key or 1 / n)) * 0.999
  end
  for i, c in ipairs(docket.claims) do grants[i] = math.min(c.request, 16) * (sum % 1) end
  return grants
end
EOF
    local j
    for j in 1 2 8; do
        allot 0 run x.cfg -q -n 40 --series -j $j -o j$j
    done
    allot 0 run x.cfg -q -n 40 --series -j 8 -o again
    same_runs j1 j2
    same_runs j1 j8
    same_runs j8 again
}

@test "of many replications the first that fails is told" {
    rivals | sed 's/gpus = 64.0;/gpus = 64.0; log_sd = 0.9;/' >x.cfg
    dividing '  for _, c in ipairs(docket.claims) do
    if c.name == "Text" and c.request > 160 then error("too much: " .. c.request) end
  end
  return { 8, 8, 8 }'
    allot 65 run x.cfg -q -n 50 -j 1
    local first=$stderr
    allot 65 run x.cfg -q -n 50 -j 8
    complains "$first"
    complained "my.lua:3: error: in 2025-0"
    is_gone out/x
}
