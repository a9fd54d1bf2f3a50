# panels_drawn.gp - the part of panels.gp that draws a picture. The whole picture is one
# plot whose coordinates are pixels from the top left corner, so that panels, lines and
# labels are placed alike.

# --- layout ------------------------------------------------------------------------------
EM = 13; SMALL = 12; EDGE = 16; LINE = 16; GAP = 24; W = 720
TITLE_HIGH = 24; BETWEEN = 16; TICK_GAP = 6

# The legend: at the right of the subtitle, or under it when that is long.
SIGN_WIDTH = 24
legend_step(s) = SIGN_WIDTH + 16 + SMALL * WORD_EM[s]
is_said(s) = SIGN[s] > 0 && strlen(WORD[s]) > 0
legend_width = sum [s=1:MOST_SERIES] is_said(s) * legend_step(s)
beside = subtitle_em * EM + 30 + legend_width <= W - 2 * EDGE
head = legend_width == 0 || beside ? 66 : 92

# Columns, and rows to match: as even as can be.
columns = min(n, MOST_COLUMNS)
if (n == 4 && columns == 3) { columns = 2 }
if (columns == 4 && (n <= 6 || n == 9)) { columns = n == 4 ? 2 : 3 }
rows = (n + columns - 1) / columns
column_of(p) = (p - 1) % columns + 1
row_of(p) = (p - 1) / columns + 1
array HIGHS[4] = [130, 190, 150, 120]
high = n == 1 ? 280 : n == 2 ? (columns == 1 ? 180 : 230) : HIGHS[columns]
most_ends = 0
do for [p=1:n] {
    count = sum [e=1:n_ends] (E_PANEL[e] == p)
    most_ends = max(most_ends, count)
}
high = max(high, most_ends * LINE)

# The scales: ends, step, and the width of their labels.
array STEP[MOST_PANELS]; array TICK_WIDTH[MOST_PANELS]
do for [g=1:n_scales] {
    if (GREATEST[g] == LEAST[g]) { GREATEST[g] = FORMAT[g] eq "count" ? 1 : 1. }
    STEP[g] = nice((GREATEST[g] - LEAST[g]) / (high < 125 ? 4. : high < 200 ? 5. : 6.))
    is_pinned = FORMAT[g] ne "count" && GREATEST[g] == 1
    if (!is_pinned) { GREATEST[g] = LEAST[g] + 1.03 * (GREATEST[g] - LEAST[g]) }
    TICK_WIDTH[g] = 0
    do for [i=ceil(LEAST[g] / STEP[g] - 1e-9):floor(GREATEST[g] / STEP[g] + 1e-9)] {
        TICK_WIDTH[g] = max(TICK_WIDTH[g], 6.9 * strlen(on_axis(i * STEP[g], FORMAT[g])))
    }
}
# A panel names its scale where its neighbour on the left has another one, or is none.
names_scale(p) = column_of(p) == 1 || SCALE[p] != SCALE[max(p - 1, 1)]
array TICKS[4]; array LEFT[4]; end_em = 0
do for [c=1:4] { TICKS[c] = 0 }
do for [p=1:n] { if (names_scale(p)) {
    TICKS[column_of(p)] = max(TICKS[column_of(p)], TICK_WIDTH[SCALE[p]] + TICK_GAP)
} }
MOST_END = 15
do for [e=1:n_ends] { end_em = max(end_em, min(E_EM[e], MOST_END)) }
end_width = end_em > 0 ? 12 + SMALL * end_em : 0
ticks = sum [c=1:columns] TICKS[c]
wide = (W - 2. * EDGE - ticks - columns * end_width - (columns - 1) * GAP) / columns
x = EDGE
do for [c=1:columns] { x = x + TICKS[c]; LEFT[c] = x; x = x + wide + end_width + GAP }
top(p) = head + TITLE_HIGH + (row_of(p) - 1) * (TITLE_HIGH + high + BETWEEN)
left(p) = LEFT[column_of(p)]
is_lowest(p) = p + columns > n
x_at(p, t) = left(p) + wide * (t - first) / (last - first)
y_at(p, v) = top(p) + high * (GREATEST[SCALE[p]] - v) / (GREATEST[SCALE[p]] - LEAST[SCALE[p]])

# The months that are named: with their own names where there is room, else years as ’25.
m_first = month_of(first) + (first > start_of(month_of(first)))
n_months = month_of(last) - m_first + 1
m_step = months_step(n_months, wide, 32)
if (m_step >= 12) { m_step = months_step(n_months, wide, 27) }
foot = m_step < 12 ? 50 : 34
H = int(head + rows * (TITLE_HIGH + high) + (rows - 1) * BETWEEN + foot + 0.5)

# --- colours and signs -------------------------------------------------------------------
BASE = THEME eq "dark" ? 0x94a3b8 : 0x64748b
if (THEME eq "dark") {
    array STATE[7] = [INK, MUTED, 0x8094b0, 0x4f7f78, 0x253041, 0xe0603a, 0x394456]
} else {
    array STATE[7] = [INK, MUTED, 0x7288a6, 0xa3c4bc, 0xe8edf3, 0xd9502b, 0xc9ced6]
}
tone(k) = k < 0 ? STATE[-k] : colour(k)
TINT = THEME eq "dark" ? 0.45 : 0.35; VEIL = 0.22
thick = wide / n_months < 2.5 ? 1 : 1.5

n_values(p) = sum [r=1:n_runs] (R_PANEL[r] == p && R_KIND[r] > 0)

# --- draw --------------------------------------------------------------------------------
eval OPEN
set lmargin at screen 0; set rmargin at screen 1
set tmargin at screen 1; set bmargin at screen 0
set xrange [0:W]; set yrange [H:0]; unset xtics; unset ytics
eval TITLES
do for [p=1:n] {
    g = SCALE[p]; below = top(p) + high
    set label middle(NAME[p], NAME_EM[p], (wide + end_width) / EM / 1.06) noenhanced left \
        at first left(p), first top(p) - 11 font BOLD.",13" tc rgb INK
    do for [i=ceil(LEAST[g] / STEP[g] - 1e-9):floor(GREATEST[g] / STEP[g] + 1e-9)] {
        if (i == 0 || n_values(p) > 0) { set arrow from first left(p), \
            first y_at(p, i * STEP[g]) rto first wide, first 0 nohead back \
            lt 1 lw 1 lc rgb (i == 0 ? AXIS : GRID) }
        if (names_scale(p)) { set label on_axis(i * STEP[g], FORMAT[g]) right \
            at first left(p) - TICK_GAP, first y_at(p, i * STEP[g]) font TICK_FONT \
            tc rgb MUTED }
    }
    named = 0
    do for [m=m_first:month_of(last)] {
        if (m % m_step != 0) { continue }
        t = start_of(m); at = x_at(p, t)
        if (n_values(p) > 0) { set arrow from first at, first top(p) rto first 0, first high nohead \
            back lt 1 lw 1 lc rgb GRID }
        if (is_lowest(p) && t < last) {
            set label strftime(m_step < 12 ? "%b" : "’%y", t) center at first at, \
                first below + 14 font TICK_FONT tc rgb MUTED
            if (m_step < 12 && (m % 12 == 0 || !named)) { set label strftime("%Y", t) \
                center at first at, first below + 29 font TICK_FONT tc rgb MUTED }
        }
        named = named + 1
    }
    if (!named && is_lowest(p)) { set label strftime("%d %b %Y", first) left \
        at first left(p), first below + 14 font TICK_FONT tc rgb MUTED }
}

do for [p=1:n] {
    if (n_values(p) == 0) { set label "no values" center at first left(p) + wide / 2., \
        first top(p) + high / 2. font WORDS_FONT tc rgb MUTED }
}

# Labels at the ends of lines.
array WISH[MOST_SERIES]; array SPOT[MOST_SERIES]; array WHICH[MOST_SERIES]; room = high
do for [p=1:n] {
    n_spread = 0
    do for [e=1:n_ends] { if (E_PANEL[e] == p) {
        n_spread = n_spread + 1; WHICH[n_spread] = e
        WISH[n_spread] = known(E_HIGH[e]) ? top(p) + high - y_at(p, E_HIGH[e]) : NaN
    } }
    if (n_spread == 0) { continue }
    load FOLDER."spread.gp"
    do for [k=1:n_spread] {
        e = WHICH[k]; y = top(p) + high - SPOT[k]; x = left(p) + wide
        if (known(WISH[k])) { set arrow from first x + 1, first y_at(p, E_HIGH[e]) \
            to first x + 9, first y nohead lt 1 lw 1 lc rgb tone(E_HUE[e]) }
        set label middle(E_TEXT[e], E_EM[e], MOST_END) noenhanced left at first x + 12, \
            first y font TICK_FONT tc rgb (E_HUE[e] >= 0 ? text_colour(E_HUE[e]) : INK)
    }
}

# The legend.
x = beside ? W - EDGE - legend_width + 16 : EDGE
y = beside ? 49 : 74
veils = 0
do for [s=1:MOST_SERIES] {
    if (!is_said(s)) { continue }
    k = SIGN[s]; shown = known(SIGN_HUE[s]) ? tone(SIGN_HUE[s]) : BASE
    if (k == 3) { veils = veils + 1 }   # each band lies on the wider ones before it
    if (k <= 3) {
        cover = k == 1 ? 1 : k == 2 ? TINT : 1 - (1 - VEIL) ** veils
        set object rectangle center first x + 9, first y size first 18, first 11 \
            fc rgb shown fs transparent solid cover noborder
    }
    if (k == 2) { set arrow from first x, first y - 5 rto first 18, first 0 nohead lt 1 \
        lw 1.6 lc rgb shown }
    if (k == 4) { set arrow from first x, first y rto first 18, first 0 nohead lt 1 lw 2 \
        lc rgb shown }
    if (k == 5) { set arrow from first x, first y rto first 18, first 0 nohead lt 1 lw 1.6 \
        dt (4, 3) lc rgb shown }
    set label WORD[s] noenhanced left at first x + SIGN_WIDTH, first y font TICK_FONT \
        tc rgb MUTED
    x = x + legend_step(s)
}

x_of(r, i) = x_at(R_PANEL[r], P_AT[i])
low_of(r, i) = y_at(R_PANEL[r], P_LOW[i])
high_of(r, i) = y_at(R_PANEL[r], P_HIGH[i])
is_surface(r) = R_KIND[r] >= 1 && R_KIND[r] <= 3
is_line(r) = R_KIND[r] == 2 || R_KIND[r] == 4
cover(k) = k == 1 ? 1 : k == 2 ? TINT : VEIL
plot NaN notitle, \
    for [r=1:n_runs] for [k=1:is_surface(r)] P_AT every ::R_FIRST[r]-1::R_LAST[r]-1 \
        using (x_of(r, $1)):(low_of(r, $1)):(high_of(r, $1)) with filledcurves \
        fs transparent solid cover(R_KIND[r]) noborder lc rgb tone(R_HUE[r]) notitle, \
    for [r=1:n_runs] for [k=1:is_line(r)] \
        P_AT every ::R_FIRST[r]-1::R_LAST[r]-1 using (x_of(r, $1)):(high_of(r, $1)) \
        with lines lt 1 lw thick lc rgb tone(R_HUE[r]) notitle, \
    for [r=1:n_runs] for [k=1:R_KIND[r] == 5] \
        P_AT every ::R_FIRST[r]-1::R_LAST[r]-1 using (x_of(r, $1)):(high_of(r, $1)) \
        with lines lt 1 lw thick dt (4, 3) lc rgb tone(R_HUE[r]) notitle
