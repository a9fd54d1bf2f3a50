# pareto.gp - two outcomes of many rules: filled, where no other is better in both.
#
#   gnuplot -d -c plots/pareto.gp TABLE.csv OUT.svg|.png|.pdf|.txt|- [light|dark|print]
#
# TABLE, after the header row "what,x,y,low,high,text"; text as theme.gp says; cells that are
# not named stay empty:
#   title, subtitle   text            one row each; the subtitle says where better is
#   across, up        text            the words of the two axes
#   best, point       x y low high text   a rule, not dominated or dominated; low to high is
#                                     the interval of x, NaN for none; at most 60
#   front             x y             a corner of the line that joins the best, in order,
#                                     at most 120; its pieces are level or upright
# For instance:
#   best,57,0.97,55.5,58.7,"equal"
#   front,57,0.97,,,
#   front,57,0.93,,,

TABLE = ARG1; OUT = ARG2; THEME = ARG3
FOLDER = ""
do for [i=1:strlen(ARG0)] { if (ARG0[i:i] eq "/") { FOLDER = ARG0[1:i] } }
load FOLDER."theme.gp"

# --- read --------------------------------------------------------------------------------
MOST = 60
array X[MOST]; array Y[MOST]; array LOW[MOST]; array HIGH[MOST]; array NAME[MOST]
array WIDE[MOST]; array IS_BEST[MOST]; array FRONT_X[2 * MOST]; array FRONT_Y[2 * MOST]
n = 0; n_front = 0; ACROSS = ""; UP = ""; across_em = 0; up_em = 0
x_low = NaN; x_high = NaN; y_low = NaN; y_high = NaN
least(a, b) = !known(a) ? b : !known(b) ? a : min(a, b)
most(a, b) = !known(a) ? b : !known(b) ? a : max(a, b)
span(i) = (x_low = least(least(x_low, column(2)), column(4)), \
    x_high = most(most(x_high, column(2)), column(5)), y_low = least(y_low, column(3)), \
    y_high = most(y_high, column(3)), 0)
take(i, b) = (n = i, X[i] = column(2), Y[i] = column(3), LOW[i] = column(4), \
    HIGH[i] = column(5), NAME[i] = strcol(6), WIDE[i] = em(strcol(6)), IS_BEST[i] = b, span(i))
take_front(i) = (n_front = i, FRONT_X[i] = column(2), FRONT_Y[i] = column(3), 0)
set encoding default
stats TABLE using ( \
    is("title") ? (TITLE = strcol(6), 0) : is("subtitle") ? (SUBTITLE = strcol(6), 0) : \
    is("across") ? (ACROSS = strcol(6), across_em = em(strcol(6)), 0) : \
    is("up") ? (UP = strcol(6), up_em = em(strcol(6)), 0) : \
    is("best") || is("point") ? (known(column(2) + column(3)) ? take(n + 1, is("best")) : 0) : \
    is("front") ? take_front(n_front + 1) : 0) skip 1 nooutput
title_em = em(TITLE); subtitle_em = em(SUBTITLE)
set encoding utf8
if (n == 0) { exit error "the table has no points" }

# --- layout, in pixels (characters in text) ----------------------------------------------
W = IS_TEXT ? 80 : 720; EDGE = IS_TEXT ? 0 : 16; EM = IS_TEXT ? 1 : 13
head = IS_TEXT ? 4 : 80; foot = IS_TEXT ? 2 : 54
H = IS_TEXT ? max(24, head + foot + n) : 470
wider(a, b) = b > a ? 0.08 * (b - a) : max(0.5, 0.1 * abs(a))
grow = wider(x_low, x_high); x_low = x_low - grow; x_high = x_high + grow
grow = wider(y_low, y_high); y_low = y_low - grow; y_high = y_high + grow
x_step = nice((x_high - x_low) / (IS_TEXT ? 5. : 7.)); y_step = nice((y_high - y_low) / 6.)
sign(v) = v < 0 ? (IS_TEXT ? "-" : "−") : ""
written(v) = sign(v).thousands(abs(v))
longest = 0
do for [i=ceil(y_low / y_step):floor(y_high / y_step)] {
    longest = max(longest, strlen(written(i * y_step)))
}
name_em = 0
do for [i=1:n] { name_em = max(name_em, min(WIDE[i], 20)) }
left = EDGE + (IS_TEXT ? 1 + longest : 38 + 7.2 * longest)
right = W - EDGE - (IS_TEXT ? name_em + 4 : 8)
high = H - head - foot
x_unit = (x_high - x_low) / (right - left); y_unit = (y_high - y_low) / high
at_x(x) = left + (x - x_low) / x_unit
at_y(y) = head + (y_high - y) / y_unit

# --- draw --------------------------------------------------------------------------------
eval OPEN
set lmargin at screen px(left); set rmargin at screen px(right - 2 * HALF)
set tmargin at screen py(head); set bmargin at screen py(H - foot - 2 * HALF)
set xrange [x_low + HALF * x_unit:x_high - HALF * x_unit]
set yrange [y_low + HALF * y_unit:y_high - HALF * y_unit]
eval TITLES
low = int(ceil(x_low / x_step)); set xtics ("" low * x_step)
do for [i=low:int(floor(x_high / x_step))] {
    set xtics add ("" i * x_step)
    set label 900 + i - low written(i * x_step) center at first i * x_step, \
        screen py(H - foot + (IS_TEXT ? 0 : 16)) font TICK_FONT tc rgb MUTED
}
low = int(ceil(y_low / y_step)); set ytics ("" low * y_step)
do for [i=low:int(floor(y_high / y_step))] {
    set ytics add ("" i * y_step)
    set label 800 + i - low written(i * y_step) right \
        at screen px(left - (IS_TEXT ? 1 : 8)), first i * y_step font TICK_FONT tc rgb MUTED
}
if (IS_TEXT) { unset xtics; unset ytics } else { set grid xtics ytics back lt 1 lw 1 lc rgb GRID }
set label 700 ending(ACROSS, across_em, (right - left) / EM) noenhanced center \
    at screen px((left + right) / 2.), py(H - foot + (IS_TEXT ? 1 : 40)) \
    font TEXT_FONT tc rgb MUTED
if (IS_TEXT) { set label 701 ending(UP, up_em, 80) noenhanced left at screen 0, py(3) } else {
    set label 701 ending(UP, up_em, high / EM) noenhanced center rotate \
        at screen px(EDGE + 4), py(head + high / 2.) font TEXT_FONT tc rgb MUTED
}

if (IS_TEXT) {
    LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz01234567"
    do for [i=1:n] {
        set label 1000 + i LETTERS[i:i] center at first X[i], first Y[i]
        set label 1100 + i LETTERS[i:i].(IS_BEST[i] ? "*" : " ").middle(NAME[i], WIDE[i], 20) \
            noenhanced left at screen px(right + 1), py(head + i - 1)
    }
    plot NaN notitle
    set output
    exit
}

# Names beside their points: the first of eight places where nothing stands, the best first;
# one without a place is not written, and the subtitle says of how many that is so.
array L[MOST]; array T[MOST]   # left and top of a name; NaN: none
do for [i=1:MOST] { L[i] = NaN; T[i] = NaN }
size(i) = EM * min(WIDE[i], 16)
tall = 15.
apart(l, t, w, h, l2, t2, w2, h2) = l + w <= l2 || l2 + w2 <= l || t + h <= t2 || t2 + h2 <= t
start_of_bar(k) = known(LOW[k]) ? at_x(LOW[k]) : at_x(X[k]) - 6
end_of_bar(k) = known(HIGH[k]) ? at_x(HIGH[k]) : at_x(X[k]) + 6
# A piece of the front as a box of a pixel.
left_of(k) = min(at_x(FRONT_X[k]), at_x(FRONT_X[k+1])) - 1
top_of(k) = min(at_y(FRONT_Y[k]), at_y(FRONT_Y[k+1])) - 1
width_of(k) = abs(at_x(FRONT_X[k+1]) - at_x(FRONT_X[k])) + 2
height_of(k) = abs(at_y(FRONT_Y[k+1]) - at_y(FRONT_Y[k])) + 2
off_front(i, l, t) = n_front < 2 || (sum [k=1:n_front-1] \
    apart(l, t, size(i), tall, left_of(k), top_of(k), width_of(k), height_of(k))) == n_front - 1
free(i, l, t) = off_front(i, l, t) && l >= left && l + size(i) <= W - 4 && t >= head - 12 && t + tall <= H - foot && \
    (sum [k=1:n] apart(l, t, size(i), tall, start_of_bar(k), at_y(Y[k]) - 6, \
        end_of_bar(k) - start_of_bar(k), 12.)) == n && \
    (sum [k=1:n] (!known(L[k]) || apart(l, t, size(i), tall, L[k], T[k], size(k), tall))) == n
place_x(i, p) = at_x(X[i]) + (p % 4 < 2 ? 9 : -9 - size(i))
place_y(i, p) = at_y(Y[i]) + (p % 2 == 0 ? -8 - tall : 8) + (p < 4 ? 0 : p % 2 == 0 ? -12 : 12)
unnamed = 0
do for [turn=1:0:-1] { do for [i=1:n] { if (IS_BEST[i] == turn) {
    do for [p=0:7] { if (!known(L[i]) && free(i, place_x(i, p), place_y(i, p))) {
        T[i] = place_y(i, p); L[i] = place_x(i, p)
    } }
    if (known(L[i])) {
        set label 1000 + i middle(NAME[i], WIDE[i], 16) noenhanced left at \
            screen px(L[i]), py(T[i] + tall / 2) font (turn ? BOLD.",13" : TEXT_FONT) \
            tc rgb (turn ? INK : MUTED)
    } else { unnamed = unnamed + 1 }
} } }
if (unnamed > 0) { set label 2 sprintf("%d without room for a name; ", unnamed). \
    ending(SUBTITLE, subtitle_em, (W - 2. * EDGE) / 13. - 15) }
shown(b) = b ? HUE[2] : HUE[1]
# A series for each of both, since a plot of nothing is a warning.
of(b) = is(b ? "best" : "point") ? column(2) : NaN
n_best = sum [i=1:n] IS_BEST[i]
n_bars = sum [i=1:n] known(LOW[i] + HIGH[i])
PLOT = "plot NaN notitle"
if (n_front > 1) { PLOT = PLOT.', TABLE skip 1 using (is("front") ? column(2) : 1/0):'. \
    '(is("front") ? column(3) : 1/0) with lines lt 1 lw 1.5 lc rgb mix(HUE[2], PAGE, 0.5) notitle' }
do for [b=0:1] { if (b ? n_best > 0 : n_best < n) {
    each = sprintf(", for [b=%d:%d] TABLE skip 1 using (of(b)):(column(3)):", b, b)
    if (n_bars > 0) { PLOT = PLOT.sprintf(", for [b=%d:%d]", b, b). \
        ' TABLE skip 1 using (known(of(b)) ? column(4) : NaN):(column(3)):'. \
        '(column(5) - column(4)):(0) with vectors heads size screen 0.004,90 lt 1 lw 1.2 '. \
        'lc rgb shown(b) notitle' }
    PLOT = PLOT.each.'(5.3 * x_unit) with circles fs solid noborder lc rgb PAGE notitle'. \
        each.'(4.5 * x_unit) with circles fs solid noborder lc rgb shown(b) notitle'
    if (!b) { PLOT = PLOT.each.'(3 * x_unit) with circles fs solid noborder lc rgb PAGE notitle' }
} }
eval PLOT
set output
