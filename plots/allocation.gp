# allocation.gp - who used the GPUs: one stack of teams a month, under the capacity.
#
#   gnuplot -d -c plots/allocation.gp TABLE.csv OUT.svg|.png|.pdf|.txt|- [light|dark|print]
#
# TABLE, after the header row "what,team,from,to,low,high,colour,text"; dates are
# YYYY-MM-DD, numbers GPUs, text as theme.gp says; cells that are not named stay empty:
#   title     text                   one row each; the subtitle says the unit
#   subtitle  text
#   team      team colour text       a team's name; counted from 1, from the bottom up, at
#                                    most 60; colour 1 to 7, 8 and more tints, 0 grey
#   capacity  from to high           a row an interval
#   reserved  from to low high       optional: the part of the capacity not to be granted
#   used      team from to low high colour   a slice, already stacked, in the order of time;
#                                    NaN in low and high: not known, a hole
# For instance:
#   team,2,,,,,2,"OPT"
#   capacity,,2022-01-01,2022-02-01,,6080,,
#   reserved,,2022-01-01,2022-02-01,5168,6080,,
#   used,2,2022-01-01,2022-02-01,1210.5,3020,2,

TABLE = ARG1; OUT = ARG2; THEME = ARG3
FOLDER = ""
do for [i=1:strlen(ARG0)] { if (ARG0[i:i] eq "/") { FOLDER = ARG0[1:i] } }
load FOLDER."theme.gp"

# --- read --------------------------------------------------------------------------------
MOST = 60
array NAME[MOST + 2]; array WIDE[MOST + 2]; array HUES[MOST + 2]; array Y[MOST + 2]
array PLACE[MOST + 2]; array LETTER[MOST + 2]; array ROW[MOST + 2]
do for [i=1:MOST+2] { NAME[i] = ""; ROW[i] = ""; WIDE[i] = 0; HUES[i] = 0; Y[i] = NaN }
MOST_BANDS = 4000
array B_FROM[MOST_BANDS]; array B_TO[MOST_BANDS]; array B_LOW[MOST_BANDS]
array B_HIGH[MOST_BANDS]; array B_KIND[MOST_BANDS]
array LAST[2] = [1, 1]; B_KIND[1] = 0; n_bands = 1   # the first is none
n = 0; n_used = 0; n_reserved = 0; n_capacity = 0   # the last two: 0 or 1
first = NaN; last = NaN; top = 0; capacity = NaN; reserved = NaN
span(a, b) = (first = known(first) ? min(first, a) : a, \
              last = known(last) ? max(last, b) : b, 0)
dated(from, to) = span(day(strcol(from)), day(strcol(to)))
reach(y) = (known(y) ? top = max(top, y) : 0, 0)
take_team(i) = (n = max(n, i), NAME[i] = strcol(8), WIDE[i] = em(strcol(8)), \
                HUES[i] = column(7), 0)
take_used(i, y) = (known(y) ? (n_used = n_used + 1, Y[i] = y) : 0, reach(column(6)))
# Bands are what is reserved (1) and the line of the capacity (2). Equal neighbours are one,
# because where two half-transparent ones meet the seam would show.
is_next(k, a, low, high) = B_KIND[LAST[k]] == k && B_TO[LAST[k]] == a && \
    B_LOW[LAST[k]] == low && B_HIGH[LAST[k]] == high
add_band(k, a, low, high) = (n_bands = n_bands + 1, LAST[k] = n_bands, B_KIND[n_bands] = k, \
    B_FROM[n_bands] = a, B_LOW[n_bands] = low, B_HIGH[n_bands] = high)
take_band(k, a, b, low, high) = (is_next(k, a, low, high) ? 0 : add_band(k, a, low, high), \
    B_TO[LAST[k]] = b, k == 1 ? (n_reserved = 1, reserved = (low + high) / 2) \
    : (n_capacity = 1, capacity = high), reach(high))
take(k, low, high) = known(low + high) ? \
    take_band(k, day(strcol(3)), day(strcol(4)), low, high) : 0
set encoding default
stats TABLE using ( \
    is("title") ? (TITLE = strcol(8), 0) : is("subtitle") ? (SUBTITLE = strcol(8), 0) : \
    is("team") ? take_team(int(column(2))) : \
    is("used") ? (dated(3, 4), take_used(int(column(2)), (column(5) + column(6)) / 2)) : \
    is("reserved") ? (dated(3, 4), take(1, column(5), column(6))) : \
    is("capacity") ? (dated(3, 4), take(2, column(6), column(6))) : 0) skip 1 nooutput
title_em = em(TITLE); subtitle_em = em(SUBTITLE)
set encoding utf8
if (!known(first)) { exit error "the table has no dates" }
if (top == 0) { top = 1 }

# Two more names: of the reserved band and of the capacity line.
n_names = n
if (n_reserved) { n_names = n_names + 1; NAME[n_names] = "reserved"; Y[n_names] = reserved }
if (n_capacity) { n_names = n_names + 1; NAME[n_names] = "capacity"; Y[n_names] = capacity }
do for [i=n+1:n_names] { WIDE[i] = 8 * (IS_TEXT ? 1 : 0.56) }

# --- layout, in pixels (characters in text) ----------------------------------------------
EM = IS_TEXT ? 1 : 13; LINE = IS_TEXT ? 1 : 18; EDGE = IS_TEXT ? 0 : 16
CONNECTOR = IS_TEXT ? 1 : 22; SQUARE = IS_TEXT ? 2 : 16
MOST_EM = IS_TEXT ? 24 : 18; widest = 0
do for [i=1:n_names] { widest = max(widest, min(WIDE[i], MOST_EM)) }
y_max = 1.02 * top; y_step = nice(y_max / (IS_TEXT ? 4. : 5.))
W = IS_TEXT ? 80 : 720; head = IS_TEXT ? 3 : 76; foot = IS_TEXT ? 3 : 46
H = max(IS_TEXT ? 18 : 480, head + foot + n_names * LINE)
left = EDGE + (IS_TEXT ? 1 : 8) + EM * strlen(thousands(floor(y_max))) * (IS_TEXT ? 1 : 0.56)
right = W - EDGE - CONNECTOR - SQUARE - EM * widest
high = H - head - foot
unit = y_max / high; pixel = (last - first) / (right - left)

# Names beside their slices, pushed apart. Where nothing is known a line ends at the last.
array WISH[MOST + 2]; array SPOT[MOST + 2]; n_spread = n_names; room = high
do for [i=1:n_names] {
    WISH[i] = Y[i] / unit
    if (!known(Y[i])) { Y[i] = i == 1 ? 0 : Y[i-1] }
}
load FOLDER."spread.gp"
do for [i=1:n_names] { PLACE[i] = SPOT[i] * unit }

# --- draw --------------------------------------------------------------------------------
eval OPEN
set lmargin at screen px(left); set rmargin at screen px(right - 2 * HALF)
set tmargin at screen py(head); set bmargin at screen py(H - foot - 2 * HALF)
set xrange [first + HALF * pixel:last - HALF * pixel]
set yrange [HALF * unit:y_max - HALF * unit]
eval TITLES
if (!IS_TEXT) { set grid xtics ytics back lt 1 lw 1 lc rgb GRID }
set ytics ()
do for [i=0:int(y_max / y_step)] {
    if (!IS_TEXT) { set ytics add ("" i * y_step) }
    set label 800 + i thousands(i * y_step) right at screen px(left - (IS_TEXT ? 1 : 8)), \
        first max(i * y_step, HALF * unit) font TICK_FONT tc rgb MUTED
}
eval MONTHS

from(what) = is(what) ? day(strcol(3)) : NaN
to(column) = day(strcol(column))

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz01234567"
do for [i=1:n_names] {
    x = right + CONNECTOR
    is_capacity = n_capacity && i == n_names
    if (IS_TEXT) {
        LETTER[i] = i <= n ? LETTERS[i:i] : is_capacity ? "-" : "."
        set label 10 + i LETTER[i] at screen px(x), first PLACE[i] \
            tc rgb i <= n ? colour(HUES[i]) : is_capacity ? INK : MUTED
        do for [c=1:W] { ROW[i] = ROW[i].LETTER[i] }
    } else {
        shown = i <= n ? colour(HUES[i]) : is_capacity ? INK : MUTED
        set arrow i from screen px(right + 3), first Y[i] to screen \
            px(x - 3 + is_capacity * SQUARE), first PLACE[i] nohead lt 1 lw 1 lc rgb shown
        if (!is_capacity) { set object i rectangle center screen px(x + 5), first PLACE[i] size \
            screen 10. / W, 10. / H fc rgb shown \
            fs transparent solid (i <= n ? 1 : 0.3) noborder }
    }
    set label 100 + i middle(NAME[i], WIDE[i], MOST_EM) noenhanced left \
        at screen px(x + SQUARE), first PLACE[i] font TEXT_FONT tc rgb INK
}

if (IS_TEXT) {
    # One letter a cell: a pass for each line of text, and in it a run of letters a month.
    cell(t) = ceil((t - first) / pixel - 0.5)
    place(t) = first + (cell(t) + 0.5) * pixel
    part(s, k) = k > 0 ? s[1:k] : ""
    run(i) = part(ROW[i], cell(to(4)) - cell(day(strcol(3))))
    holds(y) = is("capacity") ? column(6) > y - unit / 2 && column(6) <= y + unit / 2 \
        : column(5) <= y && y < column(6) - (is("reserved") ? unit / 2 : 0)
    text(y) = is("used") ? run(int(column(2))) : is("reserved") ? run(n + 1) : run(n_names)
    paint(k) = is("used") ? colour(column(7)) : is("reserved") ? MUTED : INK
    is_drawn(y) = (is("used") || is("reserved") || is("capacity")) && holds(y)
    level(r) = (r + 0.5) * unit
    # What is not drawn is an empty text: gnuplot 5.4 crashes on labels all undefined.
    plot NaN notitle, for [r=0:high-1] TABLE skip 1 using \
        (is_drawn(level(r)) ? place(day(strcol(3))) : first + pixel):(level(r)): \
        (is_drawn(level(r)) ? text(level(r)) : ""):(paint(1)) \
        with labels left tc rgb variable notitle
} else {
    # All reach half a pixel to the right, under the next: no light seams between them.
    over(column) = min(to(column) + pixel / 2, last)
    fine = n * (last - first) > 3e9 ? 0.5 : 1   # many slices: finer lines between them
    array BEFORE[MOST]; do for [i=1:MOST] { BEFORE[i] = NaN }
    jump(i, y) = (was = BEFORE[i], BEFORE[i] = y, was)
    wide(what) = over(4) - from(what)
    low(what) = is(what) ? column(5) : 0
    peak(what) = is(what) ? column(6) : 0
    hue(what) = is(what) ? colour(column(7)) : 0
    before = 1
    do for [i=2:n_bands] {
        if (B_KIND[i] == 1) {
            set object 100 + i rectangle from B_FROM[i], B_LOW[i] to B_TO[i], B_HIGH[i] back \
                fc rgb MUTED fs transparent solid 0.13 noborder
            continue
        }
        set arrow 100 + 2 * i from B_FROM[i], B_HIGH[i] to B_TO[i], B_HIGH[i] nohead front \
            lt 1 lw 1.8 lc rgb INK
        if (B_KIND[before] == 2 && B_TO[before] == B_FROM[i]) {
            set arrow 101 + 2 * i from B_FROM[i], B_HIGH[before] to B_FROM[i], B_HIGH[i] \
                nohead front lt 1 lw 1 lc rgb INK
        }
        before = i
    }
    plot for [i=1:n_used > 0] TABLE skip 1 using (from("used")):(0): \
            (from("used")):(over(4)):(low("used")):(peak("used")):(hue("used")) \
            with boxxyerror lc rgb variable notitle, \
        for [i=1:n_used > 0] TABLE skip 1 using \
            (from("used")):(peak("used")):(wide("used")):(0) \
            with vectors nohead lt 1 lw fine lc rgb PAGE notitle, \
        for [i=1:n_used > 0] TABLE skip 1 using (from("used") + pixel / 4): \
            (is("used") ? jump(int(column(2)), column(6)) : 0):(0): \
            (is("used") ? column(6) - was : 0) \
            with vectors nohead lt 1 lw fine lc rgb PAGE notitle, \
        0 with lines lt 1 lw 1 lc rgb AXIS notitle
}
set output
