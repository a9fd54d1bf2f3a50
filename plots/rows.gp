# rows.gp - the engine of the charts that are rows: names at the left, and in each row bars,
# intervals, marks and words on an axis of dates or numbers.
#
# A chart script sets TABLE, OUT, THEME and FOLDER as theme.gp says, then what it is:
#   KINDS    words: what a row may hold, in the order of the legend
#   LOOKS    words: how each is drawn
#              full tint frame light   bars: the colour, less of it, a frame, a breath
#              thick thin              intervals, of 50 and of 95 %
#              dot ring                marks in the colour
#              diamond triangle cross  marks in ink; a triangle stands above its row
#   SAYS     optional: their words in the legend, KINDS if absent; "_" is a blank, "-" not
#            in the legend
#   IS_DATES 1: the axis is dates, else numbers
# and optionally, 0 if absent:
#   SIGNED   1: numbers of the axis have their sign, and zero a line
#   JOINED   1: a line joins the bars of a row
#   FLOATING 1: words stand where there is room, else room is kept at the right
#   DENSE    1: rows stand closer, their names are small
#   MIXED    1: rows of a group do not stand together: no room between groups
#
# TABLE, after the header row "what,row,from,to,colour,text"; from and to are dates
# YYYY-MM-DD or numbers, text as theme.gp says; cells that are not named stay empty; the
# span stands above the rest:
#   title    text            one row each
#   subtitle text
#   span     from to         what the axis shows
#   unit     text            words under an axis of numbers; from 1e6 on "million" is put
#                            before them and the numbers are in millions
#   legend   row colour text  what a colour of bars means, at most 24; row: the number of
#                            their kind, 1 if empty; in text such bars get a sign
#   group    row text        a muted name left of the rows' names, at the first of its rows
#   name     row text        a row's name; rows count from 1, top down, at most 200
#   KIND     row from to colour   a bar or an interval, or from alone a mark; outside the
#                            span marks are not drawn
#   words    row from colour text   at the right of a bar's end or a mark; a colour makes
#                            them italic, words about what is not there
#   before   row from colour text   the same at the left; at most 400 of both
#   right    row colour text      words in a column at the right
# Colours are theme.gp's numbers. For instance (projects.gp):
#   span,,2022-01-01,2025-06-01,,
#   name,1,,,,"LLaMA"
#   train,1,2022-11-02,2023-02-10,1,
#   release,1,2023-02-24,,1,

load FOLDER."theme.gp"
if (!exists("SAYS")) { SAYS = KINDS }
if (!exists("SIGNED")) { SIGNED = 0 }
if (!exists("JOINED")) { JOINED = 0 }
if (!exists("FLOATING")) { FLOATING = 0 }
if (!exists("DENSE")) { DENSE = 0 }
if (!exists("MIXED")) { MIXED = 0 }

# --- read --------------------------------------------------------------------------------
MOST = 200; MOST_LEGEND = 48; n_kinds = words(KINDS)
array LEFTMOST[MOST]; array NAME[MOST]; array NAME_EM[MOST]; array GROUP[MOST]; array GROUP_EM[MOST]
array BEGIN[MOST]; array END[MOST]; array LIFE[MOST]; array Y[MOST]
MOST_SAID = 400
array AT[MOST_SAID]; array SAID[MOST_SAID]; array SAID_EM[MOST_SAID]
array SAID_HUE[MOST_SAID]; array SAID_ROW[MOST_SAID]; array IS_BEFORE[MOST_SAID]
array RIGHT[MOST]; array RIGHT_EM[MOST]; array RIGHT_HUE[MOST]
do for [i=1:MOST] {
    LEFTMOST[i] = NaN; NAME[i] = ""; NAME_EM[i] = 0; GROUP[i] = ""; GROUP_EM[i] = 0
    Y[i] = NaN; BEGIN[i] = NaN; END[i] = NaN; LIFE[i] = 0; RIGHT[i] = ""; RIGHT_EM[i] = 0; RIGHT_HUE[i] = NaN
}
array L_TEXT[MOST_LEGEND]; array L_EM[MOST_LEGEND]; array L_HUE[MOST_LEGEND]
array L_LOOK[MOST_LEGEND]; array L_SIGN[MOST_LEGEND]; array COUNT[n_kinds]
do for [k=1:n_kinds] { COUNT[k] = 0 }
n = 0; n_hues = 0; n_said = 0; first = NaN; last = NaN; UNIT = ""
look(k) = word(LOOKS, k)
is_bar(k) = strstrt(" full tint frame light ", " ".look(k)." ") > 0
is_interval(k) = look(k) eq "thick" || look(k) eq "thin"
row(k) = int(column(k))
place(k) = IS_DATES ? day(strcol(k)) : column(k)
inside(x) = first <= x && x <= last
kind(what) = sum [k=1:n_kinds] k * (word(KINDS, k) eq what)
take_name(i) = (n = max(n, i), NAME[i] = strcol(6), NAME_EM[i] = em(strcol(6)), 0)
take_group(i) = (GROUP[i] = strcol(6), GROUP_EM[i] = em(strcol(6)), 0)
take_words(i, before) = (n_said = i, SAID_ROW[i] = row(2), IS_BEFORE[i] = before, \
    AT[i] = place(3), SAID[i] = strcol(6), SAID_EM[i] = em(strcol(6)), \
    SAID_HUE[i] = column(5), 0)
take_right(i) = (RIGHT[i] = strcol(6), RIGHT_EM[i] = em(strcol(6)), \
    RIGHT_HUE[i] = column(5), 0)
take_legend(i) = (n_hues = i, L_TEXT[i] = strcol(6), L_EM[i] = em(strcol(6)), \
    L_HUE[i] = column(5), L_LOOK[i] = look(known(column(2)) ? row(2) : 1), 0)
take_bar(i) = (LIFE[i] = column(5), \
    BEGIN[i] = known(BEGIN[i]) ? min(BEGIN[i], place(3)) : place(3), \
    END[i] = known(END[i]) ? max(END[i], place(4)) : place(4), 0)
take_interval(i) = (LEFTMOST[i] = known(LEFTMOST[i]) ? min(LEFTMOST[i], place(3)) : place(3), 0)
take(k) = k == 0 ? 0 : (is_bar(k) ? take_bar(row(2)) : 0, \
    is_interval(k) ? take_interval(row(2)) : 0, \
    is_bar(k) || is_interval(k) || inside(place(3)) ? (COUNT[k] = COUNT[k] + 1) : 0)
set encoding default
stats TABLE using ( \
    is("title") ? (TITLE = strcol(6), 0) : is("subtitle") ? (SUBTITLE = strcol(6), 0) : \
    is("span") ? (first = place(3), last = place(4), 0) : \
    is("unit") ? (UNIT = strcol(6), 0) : is("group") ? take_group(row(2)) : \
    is("name") ? take_name(row(2)) : \
    is("words") || is("before") ? take_words(n_said + 1, is("before")) : \
    is("right") ? take_right(row(2)) : is("legend") ? take_legend(n_hues + 1) : \
    take(kind(strcol(1)))) skip 1 nooutput
title_em = em(TITLE); subtitle_em = em(SUBTITLE)
said(k) = word(SAYS, k) eq "-" ? "" : word(SAYS, k)
blanks(s) = strstrt(s, "_") == 0 ? s : \
    s[1:strstrt(s, "_")-1]." ".blanks(s[strstrt(s, "_")+1:*])
n_legend = n_hues
do for [k=1:n_kinds] { if (COUNT[k] > 0 && said(k) ne "") {
    n_legend = n_legend + 1; L_TEXT[n_legend] = blanks(said(k)); L_LOOK[n_legend] = look(k)
    L_EM[n_legend] = em(L_TEXT[n_legend]); L_HUE[n_legend] = NaN
} }
set encoding utf8
if (!known(first + last)) { exit error "the table has no span" }
if (last <= first) { last = first + (IS_DATES ? 86400 : 1) }

# --- layout: y counts pixels (lines of text) down from the plot's top --------------------
W = IS_TEXT ? 80 : 720
EM = IS_TEXT ? 1 : 13; SMALL = IS_TEXT ? 1 : 12; EDGE = IS_TEXT ? 0 : 16
GAP = IS_TEXT ? 1 : 12; NEAR = IS_TEXT ? 1 + FLOATING : 9
PITCH = IS_TEXT ? 1 : DENSE ? 22 : n <= 12 ? 34 : n <= 30 ? 28 : 24
BAR = PITCH * 0.27          # half a bar's height
MOST_NAME = IS_TEXT ? 18 : 16; MOST_GROUP = IS_TEXT ? 10 : 8
MOST_WORDS = 14; MOST_RIGHT = IS_TEXT ? 38 : 20
name_em = 0; group_em = 0; right_em = 0
do for [i=1:n] {
    name_em = max(name_em, min(NAME_EM[i], MOST_NAME))
    group_em = max(group_em, min(GROUP_EM[i], MOST_GROUP))
    right_em = max(right_em, min(RIGHT_EM[i], MOST_RIGHT))
}
y = 0
do for [i=1:n] {
    if (i > 1 && GROUP[i] ne "" && !IS_TEXT && !MIXED) { y = y + PITCH * 0.3 }
    Y[i] = y + PITCH * 0.5 + (IS_TEXT ? 0 : PITCH * 0.12)
    y = y + PITCH
}
high = max(y, PITCH * (1 + IS_TEXT)) + (IS_TEXT ? 0 : PITCH * 0.2)

# The legend: at the right of the subtitle, or under it in lines.
swatch(k) = IS_TEXT ? 2 : strstrt(" dot ring diamond triangle cross ", " ".L_LOOK[k]." ") \
    ? 16 : 24
legend_step(k) = swatch(k) + SMALL * L_EM[k] + (IS_TEXT ? 3 : 16)
array L_X[MOST_LEGEND]; array L_LINE[MOST_LEGEND]
legend_width = n_legend == 0 ? 0 : (sum [k=1:n_legend] legend_step(k)) - (IS_TEXT ? 3 : 16)
beside = n_legend > 0 && !IS_TEXT && \
    subtitle_em * EM + 30 + legend_width <= W - 2 * EDGE
x = beside ? W - EDGE - legend_width : EDGE; lines = n_legend > 0 && !beside
do for [k=1:n_legend] {
    if (!beside && x > EDGE && x + legend_step(k) - (IS_TEXT ? 3 : 16) > W - EDGE) {
        x = EDGE; lines = lines + 1
    }
    L_X[k] = x; L_LINE[k] = lines; x = x + legend_step(k)
}
head = IS_TEXT ? 3 + lines : lines == 0 ? 78 : 80 + 20 * lines
foot = IS_TEXT ? 2 : 46
H = int(head + high + foot + 0.5)
left_group = EDGE + SMALL * group_em
left_name = left_group + (group_em > 0 ? GAP : 0) + EM * name_em
left = left_name + GAP
column_right = W - EDGE - SMALL * right_em
most_right = right_em > 0 ? column_right - GAP : W - EDGE
right = most_right - (IS_TEXT ? 0 : 8)
most_left = left; width_said(i) = SMALL * min(SAID_EM[i], MOST_WORDS)
reach(i) = (max(first, min(AT[i], last)) - first) / (last - first)
do for [turn=1:2] { do for [i=1:n_said] { if (!FLOATING) {
    if (!IS_BEFORE[i] && reach(i) > 0) {
        right = min(right, left + (most_right - NEAR - width_said(i) - left) / reach(i))
    }
    if (IS_BEFORE[i] && reach(i) < 1) {
        left = max(left, right - (right - most_left - NEAR - width_said(i)) / (1 - reach(i)))
    }
} } }
right = max(right, left + (IS_TEXT ? 12 : 120))
if (IS_TEXT) { left = int(left); right = int(right) }
if (!IS_DATES) {
    wider = 0.01 * (last - first)
    first = first < 0 ? first - wider : first > 0 ? first - wider : first
    last = last > 0 ? last + wider : last
}
pixel = (last - first) / (right - left)

# --- draw --------------------------------------------------------------------------------
eval OPEN
set lmargin at screen px(left); set rmargin at screen px(right - 2 * HALF)
set tmargin at screen py(head); set bmargin at screen py(head + high - 2 * HALF)
set xrange [first + HALF * pixel:last - HALF * pixel]; set yrange [high - HALF:HALF]
eval TITLES
unset ytics
if (!IS_TEXT) { set grid xtics back lt 1 lw 1 lc rgb GRID }
if (IS_DATES) { eval MONTHS } else {
    big = max(abs(first), abs(last))
    scale = big >= 1e9 ? 1e9 : big >= 1e6 ? 1e6 : 1.
    UNIT = (scale == 1e9 ? "billion " : scale == 1e6 ? "million " : "").UNIT
    sign(v) = v < 0 ? (IS_TEXT ? "-" : "−") : SIGNED && v > 0 ? "+" : ""
    step = nice((last - first) / max(2, (right - left) / (IS_TEXT ? 10. : 66.)))
    low = int(ceil(first / step - 1e-9))
    if (IS_TEXT) { unset xtics } else { set xtics ("" low * step) }
    do for [i=low:int(floor(last / step + 1e-9))] {
        if (!IS_TEXT) { set xtics add ("" i * step) }
        set label 900 + i - low \
            sign(i * step).thousands(abs(i * step) / scale) center \
            at first max(i * step, first + HALF * pixel), \
            screen py(H - foot + (IS_TEXT ? 0 : 16)) font TICK_FONT tc rgb MUTED
    }
    set label 899 legal(UNIT) center noenhanced at screen px((left + right) / 2), \
        screen py(H - foot + (IS_TEXT ? 1 : 34)) font TICK_FONT tc rgb MUTED
}
HAS_ZERO = !IS_DATES && first <= 0 && 0 <= last && (SIGNED || first < 0)

# Floating words stand at the right of their mark if they have room there or more room.
within(x) = (max(first, min(x, last)) - first) / pixel
to_px(x) = left + (IS_TEXT ? max(1 - FLOATING, ceil(within(x) - 0.5)) : within(x))
at_px(i) = to_px(AT[i])
left_px(i) = FLOATING && known(LEFTMOST[SAID_ROW[i]]) ? to_px(LEFTMOST[SAID_ROW[i]]) : at_px(i)
room_right(i) = most_right - at_px(i) - NEAR
room_left(i) = left_px(i) - most_left - NEAR
goes_left(i) = IS_BEFORE[i] || FLOATING && SMALL * SAID_EM[i] > room_right(i) && \
    room_left(i) > room_right(i)
most_said(i) = max(2., min(FLOATING ? 99 : MOST_WORDS + 0.1, \
    (goes_left(i) ? room_left(i) : room_right(i)) / SMALL + 0.1))
hue_said(h, none) = known(h) ? text_colour(h) : none
do for [i=1:n_said] {
    words_font = known(SAID_HUE[i]) ? WORDS_FONT : TICK_FONT
    SHOW = 'set label 3000 + i '.(FLOATING ? 'middle' : 'ending').'(SAID[i], SAID_EM[i], most_said(i)) noenhanced '. \
        (goes_left(i) ? 'right at screen px(left_px(i) - NEAR)' \
        : 'left at screen px(at_px(i) + NEAR)').', first Y[SAID_ROW[i]] font words_font '. \
        'tc rgb hue_said(SAID_HUE[i], INK)'
    eval SHOW
}
do for [i=1:n] {
    set label 1000 + i middle(NAME[i], NAME_EM[i], MOST_NAME) noenhanced right \
        at screen px(left_name), first Y[i] font (DENSE ? TICK_FONT : TEXT_FONT) \
        tc rgb (DENSE ? MUTED : INK)
    if (GROUP[i] ne "") { set label 2000 + i middle(GROUP[i], GROUP_EM[i], MOST_GROUP) noenhanced right \
        at screen px(left_group), first Y[i] font TICK_FONT tc rgb MUTED }
    if (RIGHT[i] ne "") { set label 4000 + i ending(RIGHT[i], RIGHT_EM[i], MOST_RIGHT) noenhanced left \
        at screen px(column_right), first Y[i] \
        font (known(RIGHT_HUE[i]) ? WORDS_FONT : TICK_FONT) \
        tc rgb hue_said(RIGHT_HUE[i], INK) }
}

# Marks but dots and the diamond are drawn stroke by stroke, in pixels (x y dx dy): drivers
# differ in points.
BASE = THEME eq "dark" ? 0x94a3b8 : 0x64748b
tint_of(look) = look eq "tint" ? 0.38 : look eq "frame" ? 0.12 \
    : look eq "light" ? (THEME eq "dark" ? 0.3 : 0.15) : 1
strokes(look) = look eq "triangle" ? "-4.5 -4 9 0  4.5 -4 -4.5 8  0 4 -4.5 -8" \
    : look eq "cross" ? "-4 -4 8 8  -4 4 8 -8" : ""
n_strokes(look) = words(strokes(look)) / 4
stroke(look, e, i) = real(word(strokes(look), 4 * e + i))
thickness(look) = look eq "cross" ? 1.7 : 1.1
SIGN_OF = "light . frame . tint - full = thin - thick = ring o dot @ diamond * triangle v cross x"
nth(look) = sum [i=1:words(SIGN_OF)/2] i * (word(SIGN_OF, 2 * i - 1) eq look)
HUE_SIGNS = "#=+:%o~*-.&^$?<>"
hue_sign(i) = HUE_SIGNS[(i - 1) % 16 + 1:(i - 1) % 16 + 1]
do for [k=1:n_legend] {
    L_SIGN[k] = k <= n_hues ? hue_sign(k) : word(SIGN_OF, 2 * nth(L_LOOK[k]))
    x = L_X[k]; y = IS_TEXT ? 1 + L_LINE[k] : L_LINE[k] == 0 ? 49 : 54 + 20 * L_LINE[k]
    LOOK = L_LOOK[k]; shown = known(L_HUE[k]) ? colour(L_HUE[k]) : BASE
    half_high = LOOK eq "thin" ? 0.9 : LOOK eq "thick" ? 3 : 5.5
    if (IS_TEXT) { set label 100 + k L_SIGN[k] at screen px(x), py(y) }
    if (!IS_TEXT && swatch(k) == 24) {
        set object 10 * k rectangle center screen px(x + 9), py(y) \
            size screen 18. / W, 2. * half_high / H \
            fc rgb shown fs transparent solid tint_of(LOOK) noborder
        if (LOOK eq "frame") { set object 10 * k + 1 rectangle center screen px(x + 9), py(y) \
            size screen 18. / W, 11. / H fs empty border lc rgb BASE lw 0.7 }
    }
    if (!IS_TEXT && (LOOK eq "dot" || LOOK eq "ring")) {
        set object 10 * k circle center screen px(x + 5), py(y) size screen 4.5 / W \
            fc rgb BASE fs solid noborder
        if (LOOK eq "ring") { set object 10 * k + 1 circle center screen px(x + 5), py(y) \
            size screen 3. / W fc rgb PAGE fs solid noborder }
    }
    if (!IS_TEXT && LOOK eq "diamond") {
        set label 100 + k "" at screen px(x + 5), py(y) point lt 1 lc rgb INK pt 13 ps MARK
    }
    if (!IS_TEXT) { do for [e=0:n_strokes(LOOK)-1] {
        set arrow 100 + 10 * k + e from \
            screen px(x + 5 + stroke(LOOK, e, 1)), py(y + stroke(LOOK, e, 2)) \
            rto screen stroke(LOOK, e, 3) / W, -stroke(LOOK, e, 4) / H nohead \
            lt 1 lw thickness(LOOK) lc rgb INK
    } }
    set label 200 + k legal(L_TEXT[k]) noenhanced left at screen px(x + swatch(k)), py(y) \
        font TICK_FONT tc rgb MUTED
}

# --- plot: a part for each kind that occurs, since a plot of nothing is a warning --------
y_of(k) = known(column(2)) ? Y[row(2)] : NaN
is_kind(k) = is(word(KINDS, k))
begin(k) = is_kind(k) ? place(3) : NaN
end(k) = is_kind(k) ? place(4) : NaN
mark_y(k) = is_kind(k) && inside(place(3)) ? y_of(2) : NaN
has_length(k) = is_bar(k) || is_interval(k)
n_bars = sum [k=1:n_kinds] is_bar(k) * COUNT[k]
PLOT = "plot NaN notitle"
each(k) = sprintf(", for [k=%d:%d] TABLE skip 1 using ", k, k)
ORDER = "light tint frame full thin thick triangle cross ring dot diamond"
array ONE[1]
if (IS_TEXT) {
    cell(x) = ceil((x - first) / pixel - 0.5)
    middle_of(x) = first + (min(cell(x), int(right - left) - 1) + 0.5) * pixel
    sign_of(k, hue) = is_bar(k) && n_hues > 0 && known(hue) ? \
        (sum [i=1:n_hues] i * (L_HUE[i] == hue && L_LOOK[i] eq look(k))) : 0
    sign_shown(k, i) = i > 0 ? hue_sign(i) : word(SIGN_OF, 2 * nth(look(k)))
    repeat(s, k) = k > 1 ? repeat(s, k / 2).repeat(s, k - k / 2) : s
    run(k) = repeat(sign_shown(k, sign_of(k, column(5))), \
        has_length(k) ? cell(place(4)) - cell(place(3)) : 1)
    # What is not drawn is an empty text: gnuplot 5.4 crashes on labels all undefined.
    is_seen(k) = is_kind(k) && (has_length(k) || inside(place(3)))
    if (HAS_ZERO) { do for [i=1:n] { set label 5000 + i "|" at first 0, first Y[i] } }
    LABELS = '(is_seen(k) ? middle_of(place(3)) : first + pixel):(is_seen(k) ? y_of(2) : 1):'. \
        '(is_seen(k) ? run(k) : "") with labels left notitle'
    do for [l in ORDER] { do for [k=1:n_kinds] {
        if (look(k) eq l && COUNT[k] > 0) { PLOT = PLOT.each(k).LABELS }
    } }
} else {
    hue(k) = known(column(5)) ? colour(column(5)) : MUTED
    any(k) = k > 0 && is_bar(max(1, k)) ? place(3) : NaN
    alive(k) = is("name") && known(BEGIN[row(2)])
    rim = 0.8   # a frame's width in pixels
    half_high(k) = look(k) eq "thin" ? 0.9 : 3.2
    size_of(part) = part == 0 ? 5.3 : part == 1 ? 4.5 : 3   # a dot's halo, itself, its hole
    # x, y, and the box from begin to `over` pixels after the end, `half` above and below
    BOX = '(begin(k)):(0):(begin(k)):(end(k) + over(k) * pixel):(y_of(2) - half(k)):'. \
        '(y_of(2) + half(k))'
    over(k) = look(k) eq "full" ? 0.5 : 0
    half(k) = is_bar(k) ? BAR : half_high(k)
    tinted(k) = tint_of(look(k))
    rise(k) = look(k) eq "triangle" ? BAR + PITCH * 0.17 : 0
    if (JOINED && n_bars > 0) { PLOT = PLOT.', TABLE skip 1 using '. \
        '(alive(1) ? BEGIN[row(2)] + pixel : NaN):(y_of(2)):'. \
        '(alive(1) ? END[row(2)] - BEGIN[row(2)] - 2 * pixel : NaN):(0):'. \
        '(alive(1) ? colour(LIFE[row(2)]) : 0) '. \
        'with vectors nohead lt 1 lw 1 lc rgb variable notitle' }
    if (n_bars > 0) { PLOT = PLOT.', TABLE skip 1 using (any(kind(strcol(1)))):(0):'. \
        '(any(kind(strcol(1)))):(place(4)):(y_of(2) - BAR):(y_of(2) + BAR) '. \
        'with boxxyerror lc rgb PAGE notitle' }
    do for [l in ORDER] { do for [k=1:n_kinds] { if (look(k) eq l && COUNT[k] > 0) {
        if (l eq "frame") { PLOT = PLOT.each(k).BOX.':(hue(1)) with boxxyerror '. \
            'fs transparent solid 0.6 noborder lc rgb variable notitle'. \
            each(k).'(begin(k)):(0):(begin(k)):(end(k) - rim * pixel):'. \
            '(y_of(2) - BAR + rim):(y_of(2) + BAR - rim) with boxxyerror lc rgb PAGE notitle' }
        if (is_bar(k)) { PLOT = PLOT.each(k).BOX.':(hue(1)) with boxxyerror '. \
            'fs transparent solid tinted(k) noborder lc rgb variable notitle' }
    } }
        if (l eq "full" && HAS_ZERO) { PLOT = PLOT.', ONE using (0):(high):(0):(-high) '. \
            'with vectors nohead lt 1 lw 1 lc rgb INK notitle' }
    do for [k=1:n_kinds] { if (look(k) eq l && COUNT[k] > 0) {
        if (is_interval(k)) { PLOT = PLOT.each(k).BOX.':(hue(1)) with boxxyerror '. \
            'lc rgb variable notitle' }
        if (n_strokes(l) > 0) { PLOT = PLOT. \
            sprintf(', for [k=%d:%d] for [halo=1:0:-1] for [e=0:%d]', k, k, n_strokes(l) - 1). \
            ' TABLE skip 1 using (begin(k) + stroke(look(k), e, 1) * pixel):'. \
            '(mark_y(k) + stroke(look(k), e, 2) - rise(k)):'. \
            '(stroke(look(k), e, 3) * pixel):(stroke(look(k), e, 4)) with vectors nohead '. \
            'lt 1 lw thickness(look(k)) * (halo ? 2.5 : 1) lc rgb (halo ? PAGE : INK) notitle' }
        if (l eq "dot" || l eq "ring") { PLOT = PLOT. \
            sprintf(', for [k=%d:%d] for [part=%d:%d]', k, k, FLOATING, l eq "dot" ? 1 : 2). \
            ' TABLE skip 1 using (begin(k)):(mark_y(k)):(size_of(part) * pixel):'. \
            '(part == 1 ? hue(1) : PAGE) '. \
            'with circles fs solid noborder lc rgb variable notitle' }
        if (l eq "diamond") { PLOT = PLOT.sprintf(', for [k=%d:%d] for [halo=1:0:-1]', k, k). \
            ' TABLE skip 1 using (begin(k)):(mark_y(k)) with points pt 13 '. \
            'ps MARK * (n <= 12 && !DENSE ? 1 : 0.85) * (halo ? 1.45 : 1) '. \
            'lt 1 lc rgb (halo ? PAGE : INK) notitle' }
    } } }
}
eval PLOT
set output
