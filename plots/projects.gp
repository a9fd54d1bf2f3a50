# projects.gp - what became of each project: a row a project, its stages as bars.
#
#   gnuplot -d -c plots/projects.gp TABLE.csv OUT.svg|.png|.pdf|.txt|- [light|dark|print]
#
# TABLE, after the header row "what,row,from,to,colour,text"; dates are YYYY-MM-DD, text
# as theme.gp says; cells that are not named stay empty; the span stands above the rest:
#   title    text               one row each
#   subtitle text
#   span     from to            the axis: the run from its start to its horizon
#   team     row colour text    a team's name, at the first of its rows
#   project  row colour text    a project's name; rows count from 1, top down, at most 200
#   build, train, wait          row from to colour: a stage; what lies between is a pause
#   target, release, cancel     row from colour: marks; outside the span they are not drawn
#   open     row from colour text   words at the end of a project that the run did not
#                               see the end of, "not released"; from: where its bar ends
# For instance:
#   span,,2022-01-01,2025-06-01,,
#   project,1,,,1,"LLaMA"
#   train,1,2022-11-02,2023-02-10,1,
#   release,1,2023-02-24,,1,

TABLE = ARG1; OUT = ARG2; THEME = ARG3
FOLDER = ""
do for [i=1:strlen(ARG0)] { if (ARG0[i:i] eq "/") { FOLDER = ARG0[1:i] } }
load FOLDER."theme.gp"

# --- read --------------------------------------------------------------------------------
MOST = 200
array NAME[MOST]; array NAME_EM[MOST]; array TEAM[MOST]; array TEAM_EM[MOST]
array HUES[MOST]; array BEGIN[MOST]; array END[MOST]
array STOP[MOST]; array SAID[MOST]; array SAID_EM[MOST]; array Y[MOST]
do for [i=1:MOST] {
    NAME[i] = ""; NAME_EM[i] = 0; TEAM[i] = ""; TEAM_EM[i] = 0; HUES[i] = 0
    BEGIN[i] = NaN; END[i] = NaN; STOP[i] = NaN; SAID[i] = ""; SAID_EM[i] = 0
}
n = 0; first = NaN; last = NaN; said_em = 0
KINDS = "build train wait release target cancel"
array COUNT[6] = [0, 0, 0, 0, 0, 0]
is_stage(k) = is("build") || is("train") || is("wait")
row(k) = int(column(2))
from(k) = day(strcol(3))
to(k) = day(strcol(4))
inside(t) = first <= t && t <= last
take_project(i) = (n = max(n, i), NAME[i] = strcol(6), NAME_EM[i] = em(strcol(6)), \
    HUES[i] = column(5), 0)
take_team(i) = (TEAM[i] = strcol(6), TEAM_EM[i] = em(strcol(6)), 0)
take_open(i) = (SAID[i] = strcol(6), SAID_EM[i] = em(strcol(6)), STOP[i] = from(3), \
    said_em = max(said_em, SAID_EM[i]), 0)
take_stage(i) = (BEGIN[i] = known(BEGIN[i]) ? min(BEGIN[i], from(3)) : from(3), \
    END[i] = known(END[i]) ? max(END[i], to(4)) : to(4), 0)
kind(what) = sum [k=1:6] k * (word(KINDS, k) eq what)
count(k) = k > 0 && inside(from(3)) ? (COUNT[k] = COUNT[k] + 1) : 0
set encoding default
stats TABLE using (count(kind(strcol(1))), \
    is("title") ? (TITLE = strcol(6), 0) : is("subtitle") ? (SUBTITLE = strcol(6), 0) : \
    is("span") ? (first = from(3), last = to(4), 0) : is("team") ? take_team(row(2)) : \
    is("project") ? take_project(row(2)) : is("open") ? take_open(row(2)) : \
    is_stage(1) ? take_stage(row(2)) : 0) skip 1 nooutput
title_em = em(TITLE); subtitle_em = em(SUBTITLE)
set encoding utf8
if (!known(first)) { exit error "the table has no span" }

# --- layout: y counts pixels (lines of text) down from the plot's top --------------------
EM = IS_TEXT ? 1 : 13; SMALL = IS_TEXT ? 1 : 12; EDGE = IS_TEXT ? 0 : 16; GAP = IS_TEXT ? 1 : 12
PITCH = IS_TEXT ? 1 : n <= 12 ? 34 : n <= 30 ? 28 : 24
BAR = PITCH * 0.27          # half a bar's height
MOST_NAME = IS_TEXT ? 18 : 16; MOST_TEAM = IS_TEXT ? 10 : 10
name_em = 0; team_em = 0
do for [i=1:n] {
    name_em = max(name_em, min(NAME_EM[i], MOST_NAME))
    team_em = max(team_em, min(TEAM_EM[i], MOST_TEAM))
}
y = 0
do for [i=1:n] {
    if (i > 1 && TEAM[i] ne "" && !IS_TEXT) { y = y + PITCH * 0.3 }
    Y[i] = y + PITCH * 0.5 + (IS_TEXT ? 0 : PITCH * 0.12)
    y = y + PITCH
}
W = IS_TEXT ? 80 : 800
high = max(y, PITCH * (1 + IS_TEXT)) + (IS_TEXT ? 0 : PITCH * 0.2)
said(k) = k == 6 ? "cancelled" : word(KINDS, k)
sign_width(k) = IS_TEXT ? 2 : k <= 3 ? 24 : 16
legend_step(k) = sign_width(k) + (IS_TEXT ? 3 + strlen(said(k)) : 16 + 6.2 * strlen(said(k)))
legend_width = sum [k=1:6] (COUNT[k] > 0) * legend_step(k)
beside = !IS_TEXT && subtitle_em * EM + 30 + legend_width <= W - 2 * EDGE
head = IS_TEXT ? 4 : beside ? 78 : 100
foot = IS_TEXT ? 2 : 46
H = int(head + high + foot + 0.5)
left_team = EDGE + SMALL * team_em
left_name = left_team + (team_em > 0 ? GAP : 0) + EM * name_em
left = left_name + GAP
right = W - EDGE - (IS_TEXT ? said_em > 0 : 8) - SMALL * min(said_em, 14)
pixel = (last - first) / (right - left)

# --- draw --------------------------------------------------------------------------------
eval OPEN
set lmargin at screen px(left); set rmargin at screen px(right - 2 * HALF)
set tmargin at screen py(head); set bmargin at screen py(head + high - 2 * HALF)
set xrange [first + HALF * pixel:last - HALF * pixel]; set yrange [high - HALF:HALF]
eval TITLES
if (!IS_TEXT) { set grid xtics back lt 1 lw 1 lc rgb GRID }
eval MONTHS
do for [i=1:n] {
    set label 1000 + i middle(NAME[i], NAME_EM[i], MOST_NAME) noenhanced right \
        at screen px(left_name), first Y[i] font TEXT_FONT tc rgb INK
    set label 2000 + i middle(TEAM[i], TEAM_EM[i], MOST_TEAM) noenhanced right \
        at screen px(left_team), first Y[i] font TICK_FONT tc rgb MUTED
    if (known(STOP[i])) { set label 3000 + i ending(SAID[i], SAID_EM[i], 14) noenhanced left \
        at first min(STOP[i], last) + (IS_TEXT ? 1 : 8) * pixel, first Y[i] \
        font WORDS_FONT tc rgb text_colour(HUES[i]) }
}

# The legend: at the right of the subtitle, or under it when that is long. Marks but the
# diamond are drawn stroke by stroke, in pixels (x y dx dy): drivers differ in points.
x = beside ? W - EDGE - legend_width + 16 : EDGE
y = IS_TEXT ? 2 : beside ? 49 : 74
BASE = THEME eq "dark" ? 0x94a3b8 : 0x64748b
SIGNS = "-=.*vx"
array TINT[3] = [0.38, 1, 0.12]
array STROKES[6] = ["", "", "", "", "-4.5 -4 9 0  4.5 -4 -4.5 8  0 4 -4.5 -8", \
                    "-4 -4 8 8  -4 4 8 -8"]
stroke(k, e, i) = real(word(STROKES[k], 4 * e + i))
n_strokes(k) = words(STROKES[k]) / 4
thick(k) = k == 6 ? 1.7 : 1.1
do for [k=1:6] {
    if (COUNT[k] == 0) { continue }
    if (IS_TEXT) { set label 20 + k SIGNS[k:k] at screen px(x), py(y) }
    if (!IS_TEXT && k <= 3) {
        set object k rectangle center screen px(x + 9), py(y) size screen 18. / W, 11. / H \
            fc rgb BASE fs transparent solid TINT[k] noborder
        if (k == 3) { set object 4 rectangle center screen px(x + 9), py(y) \
            size screen 18. / W, 11. / H fs empty border lc rgb BASE lw 0.7 }
    }
    if (!IS_TEXT && k == 4) {
        set label 20 "" at screen px(x + 5), py(y) point lt 1 lc rgb INK pt 13 ps MARK
    }
    if (!IS_TEXT && k > 4) { do for [e=0:n_strokes(k)-1] {
        set arrow 10 * k + e from screen px(x + 5 + stroke(k, e, 1)), py(y + stroke(k, e, 2)) \
            rto screen stroke(k, e, 3) / W, -stroke(k, e, 4) / H nohead \
            lt 1 lw thick(k) lc rgb INK
    } }
    set label 10 + k said(k) left at screen px(x + sign_width(k)), py(y) font TICK_FONT \
        tc rgb MUTED
    x = x + legend_step(k)
}

y_of(k) = known(column(2)) ? Y[row(2)] : NaN
is_kind(k) = is(word(KINDS, k))
at(k) = is_kind(k) && inside(from(3)) ? y_of(2) : NaN
if (IS_TEXT) {
    cell(t) = ceil((t - first) / pixel - 0.5)
    place(t) = first + (min(cell(t), int(right - left) - 1) + 0.5) * pixel
    array RUN[3] = ["", "", ""]
    do for [k=1:3] { do for [c=1:W] { RUN[k] = RUN[k].SIGNS[k:k] } }
    part(s, k) = s[1:(k > 1 ? k : 1)]
    run(k) = k > 3 ? SIGNS[k:k] : part(RUN[k], cell(to(4)) - cell(from(3)))
    # What is not drawn is an empty text: gnuplot 5.4 crashes on labels all undefined.
    is_seen(k) = is_kind(k) && (k <= 3 || inside(from(3)))
    plot NaN notitle, for [k in "1 3 2 5 6 4"] TABLE skip 1 using \
        (is_seen(int(k)) ? place(from(3)) : first + pixel):(is_seen(int(k)) ? y_of(2) : 1): \
        (is_seen(int(k)) ? run(int(k)) : "") with labels left notitle
} else {
    begin(k) = is_kind(k) ? from(3) : NaN
    any(k) = is_stage(k) ? from(3) : NaN
    hue(k) = known(column(5)) ? colour(column(5)) : 0
    is_life(k) = is("project") && known(BEGIN[row(2)])
    rim = 0.8   # a stage of waiting is a frame of this many pixels
    n_stages = COUNT[1] + COUNT[2] + COUNT[3]
    plot NaN notitle, \
        for [i=1:n_stages > 0] TABLE skip 1 using \
            (is_life(1) ? BEGIN[row(2)] + pixel : NaN):(y_of(2)): \
            (is_life(1) ? END[row(2)] - BEGIN[row(2)] - 2 * pixel : NaN):(0):(hue(1)) \
            with vectors nohead lt 1 lw 1 lc rgb variable notitle, \
        for [i=1:n_stages > 0] TABLE skip 1 using (any(1)):(0):(any(1)):(to(4)): \
            (y_of(2) - BAR):(y_of(2) + BAR) with boxxyerror lc rgb PAGE notitle, \
        for [i=1:COUNT[3] > 0] TABLE skip 1 using (begin(3)):(0):(begin(3)):(to(4)): \
            (y_of(2) - BAR):(y_of(2) + BAR):(hue(1)) \
            with boxxyerror fs transparent solid 0.6 noborder lc rgb variable notitle, \
        for [i=1:COUNT[3] > 0] TABLE skip 1 using \
            (begin(3)):(0):(begin(3)):(to(4) - rim * pixel): \
            (y_of(2) - BAR + rim):(y_of(2) + BAR - rim) with boxxyerror lc rgb PAGE notitle, \
        for [k=1:3] for [i=1:COUNT[k] > 0] TABLE skip 1 using \
            (begin(k)):(0):(begin(k)):(to(4) + (k == 2) * pixel / 2): \
            (y_of(2) - BAR):(y_of(2) + BAR):(hue(1)) \
            with boxxyerror fs transparent solid TINT[k] noborder lc rgb variable notitle, \
        for [k=5:6] for [halo=1:0:-1] for [e=0:n_strokes(k)*(COUNT[k]>0)-1] TABLE skip 1 using \
            (from(3) + stroke(k, e, 1) * pixel): \
            (at(k) + stroke(k, e, 2) - (k == 5) * (BAR + PITCH * 0.17)): \
            (stroke(k, e, 3) * pixel):(stroke(k, e, 4)) with vectors nohead lt 1 \
            lw thick(k) * (halo ? 2.5 : 1) lc rgb (halo ? PAGE : INK) notitle, \
        for [halo=1:0:-1] for [i=1:COUNT[4] > 0] TABLE skip 1 using (from(3)):(at(4)) \
            with points pt 13 ps MARK * (n <= 12 ? 1 : 0.85) * (halo ? 1.45 : 1) \
            lt 1 lc rgb (halo ? PAGE : INK) notitle
}
set output
