# Writes a synthetic table for a chart of plots/, as the program would.
#   awk -v kind=allocation -v teams=8 -v months=41 -v flavour=plain -f table.awk -f rows.awk
# kind: allocation or projects (then `teams` counts projects), one of panels.gp: teams,
# pools, fairness, people, fan (then it counts panels, in people lines; at most 12), or one
# of rows.awk; flavour: plain, nasty (hostile names), long (names of 80 characters), zero,
# nan (holes; in panels the second has nothing else), bare (nothing ends; panels without
# data).
# Random numbers are our own, so that any awk writes the same table.

function random() { seed = (seed * 1103 + 12345) % 65536; return seed / 65536 }

function date(day,    y, m, in_month) { # days since the start of 2022
    y = 2022; m = 1
    for (;;) {
        in_month = m == 2 ? 28 + (y % 4 == 0) : 30 + (m + int(m / 8)) % 2
        if (day < in_month) return sprintf("%d-%02d-%02d", y, m, day + 1)
        day -= in_month
        if (++m > 12) { m = 1; y++ }
    }
}
function month(i) { return sprintf("%d-%02d-01", 2022 + int(i / 12), i % 12 + 1) }
function min(a, b) { return a < b ? a : b }

# What glyphs_append_cell() does: see plots/theme.gp.
function cell(s,    i, c, out) {
    gsub(/[\t\n\r]/, " ", s)
    for (i = 1; i <= length(s); i++) {
        c = substr(s, i, 1)
        out = out (c == "\\" ? "\\\\" : c == "\"" ? "\\0042" : c == "," ? "\\0054" : c)
    }
    return "\"" out "\""
}
function name(i,    s) {
    if (flavour == "nasty" && (i - 1) % n_nasty + 1 == i) return nasty[i]
    if (flavour == "long") {
        s = "Team " i " "
        while (length(s) < 80) s = s (length(s) % 11 ? "W" : " ")
        return s
    }
    return i <= n_plain ? plain[i] : "Team " i
}

function allocation(    i, t, cap, low, high, room, w, sum, reserved) {
    print "what,team,from,to,low,high,colour,text"
    print "title,,,,,,," cell(flavour == "nasty" ? nasty[1] : "GPU allocation by team")
    print "subtitle,,,,,,," cell(flavour == "nasty" ? nasty[2] : \
        "GPUs used, monthly mean of 100 replications, rule weighted")
    for (t = 1; t <= teams; t++)
        print "team," t ",,,,," (t == teams && teams > 6 ? 0 : t) "," \
            cell(t == teams && teams > 6 ? "others (12)" : name(t))
    for (i = 0; i < months; i++) {
        cap = flavour == "zero" ? 0 : i < months / 4 ? 6080 : i < months * 2 / 3 ? 9120 : 16000
        reserved = cap * 0.15
        print "capacity,," month(i) "," month(i + 1) ",," cap ",,"
        if (flavour != "zero")
            print "reserved,," month(i) "," month(i + 1) "," cap - reserved "," cap ",,"
        room = (cap - reserved) * (0.85 + 0.13 * random())
        sum = 0
        for (t = 1; t <= teams; t++) {
            if (i % 5 == 0 || random() < 0.2) weight[t] = random() ^ 2 + 0.02
            w[t] = weight[t]; sum += w[t]
        }
        low = 0
        for (t = 1; t <= teams; t++) {
            high = low + room * w[t] / sum
            if (flavour == "nan" && i % 4 == 2)
                print "used," t "," month(i) "," month(i + 1) ",NaN,NaN," t ","
            else
                printf "used,%d,%s,%s,%.6g,%.6g,%d,\n", t, month(i), month(i + 1), low, \
                    high, (t == teams && teams > 6 ? 0 : t)
            low = high
        }
    }
}

function stage(what, row, from, days, k,    to) {
    to = min(from + days, horizon)
    if (from < to) print what "," row "," date(from) "," date(to) "," k ","
    return from + days
}
function projects(    p, t, k, at, team, shown) {
    horizon = int(months * 30.4)
    print "what,row,from,to,colour,text"
    print "title,,,,," cell(flavour == "nasty" ? nasty[3] : "Projects, their stages and releases")
    print "subtitle,,,,," cell(flavour == "nasty" ? nasty[4] : "Replication 17 of 100, rule weighted")
    print "span,,2022-01-01," date(horizon) ",,"
    for (p = 1; p <= teams; p++) {
        t = int((p + 2) / 3); k = t; team = name(t)
        if (p % 3 == 1) print "group," p ",,," k "," cell(team)
        print "name," p ",,," k "," cell(flavour == "plain" ? team "-" (p + 2) % 3 + 1 : name(p))
        at = int(horizon * (p % 3 == 1 ? 0.1 : 0.5) * random() + horizon * ((p + 2) % 3) * 0.12)
        at = stage("build", p, at, int(20 + random() * horizon * 0.3), k)
        if (p % 4 == 2) at += int(horizon * 0.04)
        at = stage("train", p, at, int(20 + random() * horizon * 0.3), k)
        at = stage("wait", p, at, 21, k)
        if (at + 60 < horizon * 1.1 && p % 2) print "target," p "," date(at - 30 + int(random() * 60)) ",," k ","
        if (flavour != "bare" && p % 7 == 5) { if (at < horizon) print "cancel," p "," date(at) ",," k "," }
        else if (flavour != "bare" && at < horizon) print "release," p "," date(at) ",," k ","
        else if (flavour != "bare") print "words," p "," date(horizon) ",," k "," cell("not released")
    }
}

# Rows of one series over the months; y[i] and, of surfaces, below[i].
function series(what, p, s, k,    i) {
    for (i = 0; i < months; i++) {
        hole = flavour == "nan" && (i % 5 == 3 || p == 2)
        printf "%s,%d,%d,%s,%s,%s,%s,%d,\n", what, p, s, month(i), month(i + 1), \
            what ~ /line|dashed/ ? "" : hole ? "NaN" : below[i], hole ? "NaN" : y[i], k
    }
}
function walk(size,    i) { # values that stay for some months
    for (i = 0; i < months; i++) {
        if (i % 4 == 0) level = random() ^ 2
        y[i] = flavour == "zero" ? 0 : sprintf("%.6g", size * (0.1 + 0.8 * level + 0.1 * random()))
        below[i] = 0
    }
}
function raise(by,    i) { for (i = 0; i < months; i++) { below[i] = y[i]; y[i] *= by } }
function end(p, s, k, text) {
    print "end," p "," s ",,,," (flavour == "bare" ? "NaN" : y[months - 1]) "," k "," cell(text)
}
function word(s, k, text) { print "series,," s ",,,,," k "," cell(text) }
function chances(p, k,    i, mid) {
    walk(0.9)
    for (i = 0; i < months; i++) { mid[i] = y[i]; below[i] = y[i] * 0.5; y[i] *= 1.1 }
    if (flavour != "bare") series("band", p, 1, k)
    for (i = 0; i < months; i++) { below[i] = mid[i] * 0.8; y[i] = mid[i] * 1.05 }
    if (flavour != "bare") series("band", p, 2, k)
    for (i = 0; i < months; i++) y[i] = mid[i]
    if (flavour != "bare") series("line", p, 3, k < 0 ? -1 : k)
}
function stack(p,    s) {
    walk(1000)
    for (s = 1; s <= 5; s++) { series("slice", p, s, -2 - s); raise(1.2) }
    series("line", p, 6, -1); raise(1.5); series("dashed", p, 7, -1)
}
function panels(    p, n, is_index, words, w) {
    is_index = kind == "fairness" || kind == "fan"
    n = kind == "people" ? 2 : teams
    print "what,panel,series,from,to,low,high,colour,text"
    print "title,,,,,,,," cell(flavour == "nasty" ? nasty[1] : "Panels of months, " kind)
    print "subtitle,,,,,,,," cell(flavour == "nasty" ? nasty[2] : "GPUs; mean of 100 replications")
    print "span,,,2022-01-01," month(months) ",,,,"
    print "scale,1,,,," (is_index ? "0,1" : ",") ",," cell(kind == "fan" ? "percent" : is_index ? "index" : "count")
    print "scale,2,,,,0,1,," cell("index")
    for (p = 1; p <= n; p++)
        print "panel," p "," (kind == "people" ? p : 1) ",,,,,," cell(name(p))
    if (kind == "teams") words = "granted requested used"
    if (kind == "pools") words = "used lent idle failed reserved granted requested"
    if (is_index) words = "outer inner mean"
    n_words = split(words, w, " ")
    for (p = 1; p <= n_words; p++)
        word(p, kind == "teams" && p == 1 || kind == "fan" ? "" : kind == "pools" && p < 6 ? -2 - p : -1, w[p])
    for (p = 1; p <= teams; p++) {
        if (kind == "fan") chances(p, p == 12 ? 0 : p)
        if (kind == "fairness") { chances(p, -3); end(p, 3, -1, "0.83") }
        if (flavour == "bare") continue
        if (kind == "teams") {
            walk(3000 / p); series("area", p, 1, p == 12 ? 0 : p)
            raise(1.6); series("line", p, 2, -2); walk(2000 / p); series("line", p, 3, -1)
        }
        if (kind == "pools") stack(p)
    }
    for (n = 1; kind == "people" && n <= 2; n++)
        for (p = 1; p <= teams; p++) {
            for (i = 0; i < months; i++) y[i] = n == 1 ? p * 5 + int(i * p / 40) : p / 16
            if (flavour != "bare") series("line", n, p, p)
            end(n, p, p, name(p))
        }
}

BEGIN {
    seed = 4711
    n_plain = split("LLaMA,OPT,Vision,RL,Bio,Infra,Speech,Robots", plain, ",")
    nasty[1] = "`touch PWNED` $(touch PWNED) \"; system(\"touch PWNED\"); \""
    nasty[2] = "{/Bold z} R&D, @a _b ^c ~d \\e \\n </script> <b> &amp; ]]>"
    nasty[3] = "'quotes' \"double\" \"\" 100% %s %n #1, 2"
    nasty[4] = "日本語 チーム — é ü 😀"
    nasty[5] = "a\nb\tc"
    nasty[6] = "\\0042 \\\\ \\"
    nasty[7] = "NaN"
    nasty[8] = "<touch PWNED"
    n_nasty = 8
    if (kind == "allocation") allocation()
    else if (kind == "projects") projects()
    else if (kind ~ /^(teams|pools|fairness|people|fan)$/) panels()
    else rows_table()
}
