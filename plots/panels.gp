# panels.gp - what charts of monthly series share: a grid of panels over the same months.
#
# A chart script plots/NAME.gp is run as theme.gp says; it sets MOST_COLUMNS, the panels
# side by side (1 to 4), and loads this file.
#
# TABLE, after the header row "what,panel,series,from,to,low,high,colour,text"; dates are
# YYYY-MM-DD, text as theme.gp says; cells that are not named stay empty; the rows come in
# this order:
#   title     text              one row each; the subtitle says unit, rule and sample
#   subtitle  text
#   span      from to           the axis: the run from its start to its horizon
#   scale     panel low high text   a y axis, counted from 1, that panels share: it reaches
#                               from low to high at least, farther where there is more (0
#                               is always in it); text says how numbers are written:
#                               count (1,234), percent (of a fraction: 79 %), index (0.83)
#   panel     panel series text     counted from 1, at most 12, row by row; `series` is its
#                               scale; text its title
#   series    series colour text    optional: a word of the legend, counted from 1, at most
#                               16; colour empty: it differs from panel to panel
# and then the data, panel by panel, in each series by series, in the order of time. A row
# is an interval, most often a month; NaN is a hole. What is drawn later lies above, but
# lines lie above all surfaces:
#   slice     panel series from to low high colour   of a stack, solid
#   area      panel series from to low high colour   tinted, with a line at `high`
#   band      panel series from to low high colour   transparent: an interval of chance
#   line      panel series from to high colour       steps, joined where intervals meet
#   dashed    panel series from to high colour
#   end       panel series high colour text   a label at the right of a panel, where a
#                               series ends; of a panel from the lowest to the highest
# colour: 1 and more are teams, 0 grey (theme.gp); below are what is no team: -1 ink, -2
# muted, and of GPUs -3 used, -4 lent, -5 idle, -6 failed, -7 reserved. For instance:
#   span,,,2022-01-01,2022-03-01,,,,
#   scale,1,,,,0,,,"count"
#   panel,1,1,,,,,,"LLaMA"
#   area,1,1,2022-01-01,2022-02-01,0,2048,1,
#   line,1,2,2022-01-01,2022-02-01,,1960.5,-1,
#
# As text, a series of a panel is a line: eight heights of a block between the ends of the
# scale (of the panel alone for counts), a blank for a hole; then its last value, its
# smallest and its largest. Of a slice or band these are of its height: what it adds, how
# wide the interval is.

load FOLDER."theme.gp"

# --- read --------------------------------------------------------------------------------
MOST_PANELS = 12; MOST_SERIES = 16
KINDS = "slice area band line dashed"
n_rows = 0
stats TABLE using (n_rows = n_rows + 1) skip 1 nooutput
# Runs: rows that meet, of one series, as one line or surface. All arrays have one element
# at least, for gnuplot has no empty ones.
array R_KIND[n_rows + 1]; array R_PANEL[n_rows + 1]; array R_SERIES[n_rows + 1]
array R_HUE[n_rows + 1]; array R_FIRST[n_rows + 1]; array R_LAST[n_rows + 1]
array P_AT[2 * n_rows + 2]; array P_LOW[2 * n_rows + 2]; array P_HIGH[2 * n_rows + 2]
n_runs = 0; n_points = 0; is_open = 0; open_to = NaN
array NAME[MOST_PANELS]; array NAME_EM[MOST_PANELS]; array SCALE[MOST_PANELS]
array LEAST[MOST_PANELS]; array GREATEST[MOST_PANELS]; array FORMAT[MOST_PANELS]
do for [p=1:MOST_PANELS] {
    NAME[p] = ""; NAME_EM[p] = 0; SCALE[p] = 1
    LEAST[p] = 0; GREATEST[p] = 0; FORMAT[p] = "count"
}
array WORD[MOST_SERIES]; array WORD_EM[MOST_SERIES]; array SIGN[MOST_SERIES]
array SIGN_HUE[MOST_SERIES]
do for [s=1:MOST_SERIES] { WORD[s] = ""; WORD_EM[s] = 0; SIGN[s] = 0; SIGN_HUE[s] = NaN }
# By panel and series: the kind of its rows (0: none), and at most one label at its end.
MOST_ENDS = MOST_PANELS * MOST_SERIES
id(p, s) = (p - 1) * MOST_SERIES + s
array SEEN[MOST_ENDS]
do for [i=1:MOST_ENDS] { SEEN[i] = 0 }
array E_PANEL[MOST_ENDS]; array E_SERIES[MOST_ENDS]; array E_HIGH[MOST_ENDS]
array E_HUE[MOST_ENDS]; array E_TEXT[MOST_ENDS]; array E_EM[MOST_ENDS]
n = 0; n_ends = 0; first = NaN; last = NaN; n_scales = 1

from(k) = day(strcol(4))
to(k) = day(strcol(5))
kind(what) = sum [k=1:words(KINDS)] k * (word(KINDS, k) eq what)
take_scale(g) = (n_scales = max(n_scales, g), FORMAT[g] = strcol(9), \
    LEAST[g] = known(column(6)) ? min(0, column(6)) : 0, \
    GREATEST[g] = known(column(7)) ? max(0, column(7)) : 0, 0)
take_panel(p) = (n = max(n, p), SCALE[p] = int(column(3)), NAME[p] = strcol(9), \
    NAME_EM[p] = em(strcol(9)), 0)
take_series(s) = (WORD[s] = strcol(9), WORD_EM[s] = em(strcol(9)), \
    SIGN_HUE[s] = column(8), 0)
take_end(i) = (n_ends = i, E_PANEL[i] = int(column(2)), E_SERIES[i] = int(column(3)), \
    E_HIGH[i] = column(7), E_HUE[i] = int(column(8)), E_TEXT[i] = strcol(9), \
    E_EM[i] = em(strcol(9)), 0)
reach(g, low, high) = (LEAST[g] = min(LEAST[g], low), GREATEST[g] = max(GREATEST[g], high), 0)
is_same(r, k, p, s, a) = is_open && R_KIND[r] == k && R_PANEL[r] == p && R_SERIES[r] == s \
    && open_to == a
add_run(k, p, s) = (n_runs = n_runs + 1, R_KIND[n_runs] = k, R_PANEL[n_runs] = p, \
    R_SERIES[n_runs] = s, R_HUE[n_runs] = int(column(8)), R_FIRST[n_runs] = n_points + 1, \
    is_open = 1)
add_point(t, low, high) = (n_points = n_points + 1, P_AT[n_points] = t, \
    P_LOW[n_points] = low, P_HIGH[n_points] = high, R_LAST[n_runs] = n_points)
take_interval(k, p, s, low, high) = ( \
    is_same(n_runs, k, p, s, from(4)) ? 0 : add_run(k, p, s), \
    add_point(from(4), low, high), add_point(to(5), low, high), open_to = to(5), \
    reach(SCALE[p], low, high))
take_data(k, p, s, low, high) = (SIGN[s] = k, SEEN[id(p, s)] = k, \
    known(low + high) ? take_interval(k, p, s, low, high) : (is_open = 0))
take(k) = k == 0 ? 0 : take_data(k, int(column(2)), int(column(3)), \
    k > 3 ? column(7) : column(6), column(7))
set encoding default
stats TABLE using ( \
    is("title") ? (TITLE = strcol(9), 0) : is("subtitle") ? (SUBTITLE = strcol(9), 0) : \
    is("span") ? (first = from(4), last = to(5), 0) : \
    is("scale") ? take_scale(int(column(2))) : is("panel") ? take_panel(int(column(2))) : \
    is("series") ? take_series(int(column(3))) : is("end") ? take_end(n_ends + 1) : \
    take(kind(strcol(1)))) skip 1 nooutput
title_em = em(TITLE); subtitle_em = em(SUBTITLE)
set encoding utf8
if (!known(first)) { exit error "the table has no span" }
if (n == 0) { exit error "the table has no panel" }
if (n_runs == 0) {   # gnuplot looks into empty loops: a run of no kind, which is not drawn
    n_runs = 1; R_KIND[1] = 0; R_PANEL[1] = 1; R_SERIES[1] = 1; R_HUE[1] = 0
    R_FIRST[1] = 1; R_LAST[1] = 1; P_AT[1] = first; P_LOW[1] = 0; P_HIGH[1] = 0
}

# --- numbers -----------------------------------------------------------------------------
large(v) = abs(v) >= 1e6 ? sprintf("%.3g M", v / 1e6) : thousands(v)
signed(v) = v < 0 ? "−".large(-v) : large(v)
rounded(v) = abs(v) < 100 ? floor(10 * v + 0.5) / 10. : floor(v + 0.5)
written(v, format) = format eq "percent" ? sprintf("%.0f %%", 100 * v) \
    : format eq "index" ? sprintf("%.2f", v) : signed(rounded(v))
on_axis(v, format) = format eq "percent" ? sprintf("%.6g %%", 100 * v) \
    : format eq "index" ? sprintf("%.6g", v) : signed(v)

if (IS_TEXT) { load FOLDER."panels_text.gp" } else { load FOLDER."panels_drawn.gp" }
set output
