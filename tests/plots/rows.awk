# Synthetic tables for the other charts of rows, for cells.gp and pareto.gp; a part of
# table.awk, whose functions it uses. `teams` counts rows (columns, points).

function row_head(title, unit) {
    print "what,row,from,to,colour,text"
    print "title,,,,," cell(flavour == "nasty" ? nasty[3] : title)
    print "subtitle,,,,," cell(flavour == "nasty" ? nasty[4] : unit)
}
function name_row(row, group, name_of,    k) {
    if (group != "") print "group," row ",,,," cell(group)
    print "name," row ",,,," cell(name_of)
}
function number(x) { return flavour == "zero" ? 0 : x }

function releases(    p, k, at, wide) {
    horizon = int(months * 30.4)
    row_head("When projects are released", "intervals of the dates, 200 replications")
    print "span,,2022-01-01," date(horizon) ",,"
    for (p = 1; p <= teams; p++) {
        k = int((p + 2) / 3)
        name_row(p, p % 3 == 1 ? name(k) : "", name(p))
        at = int(horizon * (0.1 + 0.6 * random())); wide = int(horizon * 0.15 * random())
        if (flavour == "bare" || p % 5 == 4) {
            print "open," p "," date(int(at / 2)) "," date(horizon) "," k ","
            print "right," p ",,," k "," cell("never released")
            continue
        }
        if (p % 3 == 2) {
            print "open," p "," date(at - wide / 2) "," date(horizon) "," k ","
            print "right," p ",,," k "," cell("not released in " int(100 * random()) " %")
        }
        if (flavour != "zero" && wide > 3) {
            print "most," p "," date(int(at - wide / 2)) "," date(min(horizon, at + wide)) "," k ","
            print "half," p "," date(int(at - wide / 4)) "," date(min(horizon, int(at + wide / 3))) "," k ","
        }
        print "median," p "," date(at) ",," k ","
        print "target," p "," date(at + int(40 * (random() - 0.5)) + 20) ",," k ","
    }
}

function hours(    r, f, at, hue, part) {
    row_head("Where the GPU-hours went", "mean of 200 replications, rule weighted")
    print "span,,0," number(teams * 1e6) ",,"
    print "unit,,,,," cell("GPU-hours")
    split("3 5 6 1 0", hue, " ")
    for (f = 1; f <= 5; f++)
        print "legend,1,,," hue[f] "," cell(flavour == "nasty" ? nasty[f] : "what became of them 1.23 million")
    print "legend,2,,,0," cell("reserved")
    for (r = 1; r <= teams + 1; r++) {
        name_row(r, r == 2 ? "teams" : "", r == 1 ? "Whole fleet" : name(r - 1))
        at = 0
        for (f = 1; f <= 5; f++) {
            part = number(random() * 2e5 * (r == 1 ? teams * 0.9 : 1))
            if (flavour != "bare") printf "hours,%d,%.6f,%.6f,%d,\n", r, at, at + part, hue[f]
            at += part
        }
        if (r == 1) printf "reserved,%d,%.6f,%.6f,0,\n", r, at, number(teams * 1e6)
        printf "words,%d,%.6f,,,%s\n", r, r == 1 ? number(teams * 1e6) : at, cell("12.3 million")
        if (r % 4 == 2) print "right," r ",,,," cell("4,000 duplicated")
    }
}

function score(    r, f, at, below, part) {
    row_head("Scores of the claims in Dec 2022", "sums of weighted factors, one run")
    print "span,," (flavour == "bare" ? "0,1" : "-0.3,1.2") ",,"
    print "unit,,,,," cell("score")
    for (f = 1; f <= 7; f++) print "legend,1,,," f "," cell("factor " f)
    for (r = 1; r <= teams && r <= 30; r++) {
        name_row(r, name(r), r % 2 ? "exploration" : name(r) "-1")
        at = 0; below = 0
        for (f = 1; f <= 7; f++) {
            part = number(random() * 0.16)
            if (f == 5 && flavour != "bare") {
                printf "part,%d,%.6f,%.6f,%d,\n", r, -part, 0, f
                continue
            }
            printf "part,%d,%.6f,%.6f,%d,\n", r, at, at + part, f
            at += part
        }
        printf "words,%d,%.6f,,,%s\n", r, at, cell(sprintf("%.2f", at))
        print "right," r ",,,," cell(int(2000 * random()) " of 12,345 GPUs")
    }
}

function timeline(    r, at, what) {
    horizon = int(months * 30.4)
    row_head("What happened", "one run, rule weighted")
    print "span,,2022-01-01," date(horizon) ",,"
    for (r = 1; r <= teams && r <= 40; r++) {
        at = flavour == "zero" ? 0 : int((r - 1) * horizon / teams)
        name_row(r, "", date(at))
        what = r % 4 == 1 ? "release" : r % 7 == 3 ? "cancel" : "happening"
        if (r % 9 == 2) print "while," r "," date(at) "," date(horizon) ",0,"
        print what "," r "," date(at) ",," r % 5 ","
        print "words," r "," date(r % 9 == 2 ? horizon : at) ",,," cell(name(r) " released, 2.5 days late (and 3 more)")
    }
}

function differences(    r, d, h) {
    row_head("What max-min changes", "paired differences, 200 replications")
    print "span,," (flavour == "zero" ? "0,0" : "-5,5") ",,"
    print "unit,,,,," cell("months of slip")
    for (r = 1; r <= teams; r++) {
        name_row(r, r % 4 == 1 ? name(r) : "", name(r))
        d = number(random() * 6 - 3); h = number(random() * 2)
        printf "interval,%d,%.6f,%.6f,%d,\n", r, d - h, d + h, int((r + 3) / 4)
        printf "%s,%d,%.6f,,%d,\n", (d > h || d < -h ? "stands" : "open"), r, d, int((r + 3) / 4)
        print "right," r ",,,," cell(sprintf("%+.1f months", d))
    }
}

function means(    r, d, h) {
    row_head("Months to the release by alternative", "means, 200 worlds")
    print "span,," (flavour == "zero" ? "0,0" : "10,20") ",,"
    print "unit,,,,," cell("months")
    for (r = 1; r <= teams; r++) {
        name_row(r, "", name(r))
        d = number(12 + random() * 6); h = number(random() * 2)
        printf "interval,%d,%.6f,%.6f,1,\n", r, d - h, d + h
        printf "mean,%d,%.6f,,1,\n", r, d
        if (r % 3 == 0) print "right," r ",,,0," cell("no value in 3 of 200")
    }
}

function tornado(    r, d) {
    row_head("What moves on-time releases most", "each setting at its low and its high value")
    print "span,," (flavour == "zero" ? "0,0" : "-6,6") ",,"
    print "unit,,,,," cell("change, percentage points")
    print "legend,1,,,2," cell("low value")
    print "legend,1,,,1," cell("high value")
    for (r = 1; r <= teams; r++) {
        name_row(r, "", name(r))
        d = number(6 * (teams - r + 1) / teams)
        print "change," r "," (-d) ",0," 1 + r % 2 ","
        print "before," r "," (-d) ",,," cell("1.2×")
        print "change," r ",0," d * 0.7 "," 2 - r % 2 ","
        print "words," r "," d * 0.7 ",,," cell(flavour == "long" ? name(r) : "3.0×")
    }
}

function heatmap(    c, r, n, m) {
    n = min(teams, 24); m = min(int(months / 5) + 1, 24)
    print "what,column,row,value,text"
    print "title,,,," cell(flavour == "nasty" ? nasty[3] : "Share of projects released on time")
    print "subtitle,,,," cell(flavour == "nasty" ? nasty[4] : "percent, mean of 50 replications a cell")
    print "x,,,," cell(flavour == "nasty" ? nasty[1] : "boost window (months)")
    print "y,,,," cell(flavour == "long" ? name(1) : "priority multiplier")
    for (c = 1; c <= n; c++) print "column," c ",,," cell(flavour == "plain" ? c / 2 : name(c))
    for (r = 1; r <= m; r++) print "row,," r ",," cell(flavour == "plain" ? r / 4 "×" : name(r))
    for (c = 1; c <= n; c++) for (r = 1; r <= m; r++)
        if (flavour == "bare" || flavour == "nan" && (c + r) % 4 == 0) print "cell," c "," r ",NaN,"
        else print "cell," c "," r "," number(80 - (c - n / 3) ^ 2 - (r - m / 2) ^ 2) "," \
            cell(int(number(80 - (c - n / 3) ^ 2 - (r - m / 2) ^ 2)))
    print "best," int(n / 3) + 1 "," int(m / 2) + 1 ",,"
}

function shiftmap(    c, r, n, m, v) {
    n = min(teams, 24); m = min(int(months / 5) + 1, 24)
    print "what,column,row,value,text"
    print "title,,,," cell(flavour == "nasty" ? nasty[3] : "Who gains and who loses GPUs")
    print "subtitle,,,," cell(flavour == "nasty" ? nasty[4] : "at work on average, change against: as it is")
    if (flavour != "bare") print "x,,,," cell("in brackets: does not stand after Holm's correction")
    for (c = 1; c <= n; c++) print "column," c ",,," cell(name(c))
    for (r = 1; r <= m; r++) print "row,," r ",," cell(name(r + 3))
    for (c = 1; c <= n; c++) for (r = 1; r <= m; r++) {
        v = int(number(2000 * (random() - 0.4)))
        if (flavour != "nan" || (c + r) % 4) print "cell," c "," r "," v "," cell(v < 0 ? "−" (-v) : "+" v)
    }
}

function pareto(    i, x, y) {
    print "what,x,y,low,high,text"
    print "title,,,,," cell(flavour == "nasty" ? nasty[3] : "Speed against fairness")
    print "subtitle,,,,," cell(flavour == "nasty" ? nasty[4] : "filled: not dominated; up and to the right is better")
    print "across,,,,," cell("projects released on time, percent (mean, 95 % interval)")
    print "up,,,,," cell(flavour == "long" ? name(1) : "Jain's index")
    for (i = 1; i <= teams; i++) {
        x = number(50 + 40 * (i <= 4 ? i / 4 : random() * 0.6))
        y = number(i <= 4 ? 1 - i * i / 40 : 0.4 + 0.4 * random())
        printf "%s,%.6f,%.6f,%s,%s,%s\n", i <= 4 ? "best" : "point", x, y, \
            flavour == "nan" || i % 5 == 3 ? "NaN" : x - 2, \
            flavour == "nan" || i % 5 == 3 ? "NaN" : x + 2, cell(name(i))
        if (i <= 4 && flavour == "plain") print "front," x "," y ",,,"
    }
}

function rows_table() {
    if (kind == "releases") releases()
    else if (kind == "hours") hours()
    else if (kind == "score") score()
    else if (kind == "timeline") timeline()
    else if (kind == "differences" || kind == "shifts") differences()
    else if (kind == "means") means()
    else if (kind == "tornado") tornado()
    else if (kind == "heatmap") heatmap()
    else if (kind == "shiftmap") shiftmap()
    else if (kind == "pareto") pareto()
    else { print "rows.awk: no kind " kind >"/dev/stderr"; exit 1 }
}
