# cells.gp - the engine of the charts that are a map of cells: a number a pair, by colour.
#
# A chart script sets TABLE, OUT, THEME and FOLDER as theme.gp says, then what it is; 0 if
# absent:
#   SIGNED   1: numbers have signs: the one colour above zero, another below it, zero pale;
#            else the larger the darker
#   NAMED    1: columns and rows are names: none is left out, columns that are too narrow
#            for theirs have them upright
#
# TABLE, after the header row "what,column,row,value,text"; text as theme.gp says; cells that
# are not named stay empty:
#   title, subtitle, x, y   text      one row each; x and y are words under the columns and
#                                     left of the rows
#   column    column text             a column's name, from the left, at most 24
#   row       row text                a row's name, from the bottom, at most 24
#   cell      column row value text   the number and how it is written; NaN: none
#   best      column row              the cell to be outlined
# For instance:
#   column,1,,,"0.5"
#   row,,1,,"2 months"
#   cell,1,1,72.4,"72"

load FOLDER."theme.gp"
if (!exists("SIGNED")) { SIGNED = 0 }
if (!exists("NAMED")) { NAMED = 0 }

# --- read --------------------------------------------------------------------------------
MOST = 24
array COLUMN[MOST]; array COLUMN_EM[MOST]; array ROW[MOST]; array ROW_EM[MOST]
array VALUE[MOST * MOST]; array SHOWN[MOST * MOST]; array SHOWN_EM[MOST * MOST]
do for [i=1:MOST] { COLUMN[i] = ""; COLUMN_EM[i] = 0; ROW[i] = ""; ROW_EM[i] = 0 }
do for [i=1:MOST*MOST] { VALUE[i] = NaN; SHOWN[i] = ""; SHOWN_EM[i] = 0 }
n = 0; m = 0; X_WORDS = ""; Y_WORDS = ""; best = 0; lowest = NaN; highest = NaN; x_em = 0; y_em = 0
nth(c, r) = int(r - 1) * MOST + int(c)
put_column(i) = (n = max(n, i), COLUMN[i] = strcol(5), COLUMN_EM[i] = em(strcol(5)), 0)
put_row(i) = (m = max(m, i), ROW[i] = strcol(5), ROW_EM[i] = em(strcol(5)), 0)
reach(v) = known(v) ? (lowest = known(lowest) ? min(lowest, v) : v, \
    highest = known(highest) ? max(highest, v) : v, 0) : 0
put_cell(i) = (VALUE[i] = column(4), SHOWN[i] = strcol(5), SHOWN_EM[i] = em(strcol(5)), \
    reach(column(4)))
set encoding default
stats TABLE using ( \
    is("title") ? (TITLE = strcol(5), 0) : is("subtitle") ? (SUBTITLE = strcol(5), 0) : \
    is("x") ? (X_WORDS = strcol(5), x_em = em(strcol(5)), 0) : \
    is("y") ? (Y_WORDS = strcol(5), y_em = em(strcol(5)), 0) : \
    is("column") ? put_column(int(column(2))) : is("row") ? put_row(int(column(3))) : \
    is("cell") ? put_cell(nth(column(2), column(3))) : \
    is("best") ? (best = nth(column(2), column(3)), 0) : 0) skip 1 nooutput
title_em = em(TITLE); subtitle_em = em(SUBTITLE)
set encoding utf8
if (n == 0 || m == 0) { exit error "the table has no cells" }

# --- layout, in pixels (characters in text) ----------------------------------------------
W = IS_TEXT ? 80 : 720; EDGE = IS_TEXT ? 0 : 16; SMALL = IS_TEXT ? 1 : 12
MOST_NAME = IS_TEXT ? 14 : NAMED ? 15 : 11
MOST_COLUMN = 11  # of a name that stands upright
row_em = 0; column_em = 0; widest = 0
do for [i=1:m] { row_em = max(row_em, min(ROW_EM[i], MOST_NAME)) }
do for [i=1:n] { column_em = max(column_em, COLUMN_EM[i]) }
do for [i=1:MOST*MOST] { widest = max(widest, SHOWN_EM[i]) }
left = int(EDGE + (IS_TEXT || Y_WORDS eq "" ? 0 : 22) + SMALL * row_em + (IS_TEXT ? 1 : 9))
wide = (W - EDGE - left) / real(n)
if (IS_TEXT) { wide = max(1, min(int(wide), 8)) } else { wide = min(wide, 90) }
tall = IS_TEXT ? 1 : m <= 12 ? 32 : 24
upright = NAMED && !IS_TEXT && SMALL * column_em > wide - 6
below = upright ? int(SMALL * min(column_em, MOST_COLUMN)) + 8 : IS_TEXT ? 1 : 26
head = IS_TEXT ? 4 : 76; foot = below + (IS_TEXT ? 1 : X_WORDS eq "" ? 8 : 24)
H = int(head + m * tall + foot)

# ColorBrewer's Blues; on a dark page the large values are the light ones.
array BLUES[9] = [0xf7fbff, 0xdeebf7, 0xc6dbef, 0x9ecae1, 0x6baed6, 0x4292c6, 0x2171b5, \
                  0x08519c, 0x08306b]
# Signed: ColorBrewer's PuOr, from -1 to 1.
array SIDES[9] = [0xb35806, 0xe08214, 0xfdb863, 0xfee0b6, 0xf7f7f7, 0xd8daeb, 0xb2abd2, \
                  0x8073ac, 0x542788]
shade_of(f, i) = SIGNED ? SIDES[i] : BLUES[i]
between(f) = f >= 8 ? shade_of(f, 9) : mix(shade_of(f, int(f) + 1), shade_of(f, int(f) + 2), \
    f - int(f))
extreme = known(lowest) ? max(abs(lowest), abs(highest)) : 0
part(v) = SIGNED ? (extreme > 0 ? 0.5 + 0.5 * v / extreme : 0.5) \
    : highest > lowest ? (v - lowest) / (highest - lowest) : 0.5
depth(v) = THEME eq "dark" && !SIGNED ? 1 - part(v) : part(v)
# Text in a cell: almost black or almost white, whichever has a contrast of 4.5:1 or more;
# pure black would be written as no colour, and a page in the dark would choose one.
linear(c) = ((c / 255. + 0.055) / 1.055) ** 2.4
luminance(c) = 0.2126 * linear(c >> 16 & 255) + 0.7152 * linear(c >> 8 & 255) \
             + 0.0722 * linear(c & 255)
on_cell(v) = luminance(between(8 * depth(v))) > 0.179 ? 0x010101 : 0xfefefe

# --- draw --------------------------------------------------------------------------------
eval OPEN
set margins 0, 0, 0, 0
unset xtics; unset ytics
set xrange [0:1]; set yrange [0:1]
eval TITLES
centre_x(c) = left + (c - 0.5) * wide
centre_y(r) = head + (m - r + 0.5) * tall
fits(s, width, room) = ending(s, width, max(IS_TEXT ? 1. : 1.2, room))
every = 1   # columns between names, so that each has room
do for [c=1:n] { while (!NAMED && COLUMN_EM[c] * SMALL + (IS_TEXT ? 1 : 8) > every * wide && every < 6) { \
    every = every + 1 } }
do for [c=1:n:every] {
    if (upright) {
        set label 1000 + c middle(COLUMN[c], COLUMN_EM[c], MOST_COLUMN) noenhanced right \
            rotate at screen px(centre_x(c)), py(head + m * tall + 6) \
            font TICK_FONT tc rgb MUTED
        continue
    }
    if (NAMED) {
        set label 1000 + c middle(COLUMN[c], COLUMN_EM[c], \
            max(2., (wide - (IS_TEXT ? 1 : 6)) / SMALL)) noenhanced center \
            at screen px(centre_x(c) - HALF), py(head + m * tall + (IS_TEXT ? 0 : 15)) \
            font TICK_FONT tc rgb MUTED
        continue
    }
    set label 1000 + c fits(COLUMN[c], COLUMN_EM[c], every * wide / SMALL) noenhanced center \
        at screen px(centre_x(c) - HALF), py(head + m * tall + (IS_TEXT ? 0 : 15)) \
        font TICK_FONT tc rgb MUTED
}
do for [r=1:m] {
    set label 1100 + r middle(ROW[r], ROW_EM[r], MOST_NAME) noenhanced right at \
        screen px(left - (IS_TEXT ? 1 : 9)), py(centre_y(r) - HALF) font TICK_FONT tc rgb MUTED
}
set label 1200 ending(X_WORDS, x_em, (W - left) / SMALL) noenhanced center \
    at screen px(left + n * wide / 2. - HALF), \
    py(head + m * tall + below + (IS_TEXT ? 0 : 10)) font TEXT_FONT tc rgb MUTED
if (IS_TEXT) {
    set label 1201 ending(Y_WORDS, y_em, 80) noenhanced left at screen 0, py(3) tc rgb MUTED
} else {
    set label 1201 ending(Y_WORDS, y_em, max(4., (m * tall + 40) / 13.)) noenhanced center rotate \
        at screen px(EDGE + 4), py(head + m * tall / 2.) font TEXT_FONT tc rgb MUTED
}
do for [c=1:n] { do for [r=1:m] {
    i = nth(c, r); is_there = known(VALUE[i])
    if (!IS_TEXT) {
        set object i rectangle center screen px(centre_x(c)), py(centre_y(r)) \
            size screen (wide - 2.) / W, (tall - 2.) / H \
            fc rgb (is_there ? between(8 * depth(VALUE[i])) : GRID) \
            fs transparent solid (is_there ? 1 : 0.5) noborder
        if (i == best) { set object 600 rectangle center screen px(centre_x(c)), py(centre_y(r)) \
            size screen (wide - 1.) / W, (tall - 1.) / H front fs empty border lc rgb HUE[3] lw 2.2 }
    }
    sign = IS_TEXT && i == best ? "*" : ""
    # A number is never cut, nor too small to read: it is written or not.
    width = SHOWN_EM[i] + strlen(sign); room = wide - (IS_TEXT ? 1 : 4)
    words = !is_there ? "–" : width * SMALL <= room ? legal(SHOWN[i].sign) : ""
    set label 2000 + i words noenhanced center front \
        at screen px(centre_x(c) - HALF), py(centre_y(r) - HALF) \
        font TICK_FONT tc rgb (is_there ? on_cell(VALUE[i]) : MUTED)
} }
plot NaN notitle
set output
