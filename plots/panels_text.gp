# panels_text.gp - the part of panels.gp that writes text, a line a series.

# --- layout, in characters ---------------------------------------------------------------
W = 80; EDGE = 0; FIGURE = 8; MOST_NAME = 18; MOST_WORD = 13
array SAID[MOST_ENDS]; array SAID_EM[MOST_ENDS]
do for [i=1:MOST_ENDS] { SAID[i] = ""; SAID_EM[i] = 0 }
do for [e=1:n_ends] {   # at the ends of lines, where the legend has no word
    i = id(E_PANEL[e], E_SERIES[e])
    SAID[i] = E_TEXT[e]; SAID_EM[i] = E_EM[e]
}
name_wide = 0; word_wide = 0; n_lines = 0
do for [p=1:n] {
    name_wide = max(name_wide, min(NAME_EM[p], MOST_NAME))
    do for [s=1:MOST_SERIES] { if (SEEN[id(p, s)] > 0) {
        i = id(p, s); n_lines = n_lines + 1
        if (strlen(WORD[s]) > 0) { SAID[i] = WORD[s]; SAID_EM[i] = WORD_EM[s] }
        if (SEEN[i] == 3) { SAID[i] = "spread, ".SAID[i]; SAID_EM[i] = 8 + SAID_EM[i] }
        word_wide = max(word_wide, min(SAID_EM[i], MOST_WORD))
    } }
}
left = name_wide + (name_wide > 0) + word_wide + (word_wide > 0)
right = W - 3 * FIGURE
n_cells = right - left; head = 4; foot = 2
H = head + max(n_lines, 1) + foot

# --- draw --------------------------------------------------------------------------------
eval OPEN
set lmargin at screen px(left); set rmargin at screen px(right - 1)
set tmargin at screen py(head); set bmargin at screen py(H - foot - 1)
pixel = (last - first) / real(n_cells)
set xrange [first + 0.5 * pixel:last - 0.5 * pixel]; set yrange [0:1]
eval TITLES
eval MONTHS
blanks(n) = n > 0 ? " ".blanks(n - 1) : ""
figure(s) = blanks(FIGURE - strlen(s)).s
set label figure("last").figure("min").figure("max") left at screen px(right), py(head - 1)

# A row is one label, padded by columns: a wide character would move what stands beside it.
do for [p=1:n] {
    NAME[p] = middle(NAME[p], NAME_EM[p], MOST_NAME)
    do for [s=1:MOST_SERIES] {
        SAID[id(p, s)] = SEEN[id(p, s)] == 3 ? ending(SAID[id(p, s)], SAID_EM[id(p, s)], \
            MOST_WORD) : middle(SAID[id(p, s)], SAID_EM[id(p, s)], MOST_WORD)
    }
}
padded(s, n) = s.blanks(n - em(s)).(n > 0 ? " " : "")
set encoding default
do for [p=1:n] {
    NAME[p] = padded(NAME[p], name_wide)
    do for [s=1:MOST_SERIES] { SAID[id(p, s)] = padded(SAID[id(p, s)], word_wide) }
}
set encoding utf8
BLOCKS = "▁▂▃▄▅▆▇█"
height(k, i) = k == 1 || k == 3 ? P_HIGH[i] - P_LOW[i] : P_HIGH[i]
# Counts have a scale a panel, for figures stand beside them; fractions keep the shared one.
array LOW[MOST_PANELS]; array HIGH[MOST_PANELS]
do for [p=1:n] {
    is_own = FORMAT[SCALE[p]] eq "count"
    LOW[p] = is_own ? 0 : LEAST[SCALE[p]]; HIGH[p] = is_own ? 0 : GREATEST[SCALE[p]]
}
do for [r=1:n_runs] { do for [i=R_FIRST[r]:R_LAST[r]] {
    p = R_PANEL[r]; v = height(R_KIND[r], i)
    LOW[p] = min(LOW[p], v); HIGH[p] = max(HIGH[p], v)
} }
part(p, v) = HIGH[p] > LOW[p] ? (v - LOW[p]) / (HIGH[p] - LOW[p]) : 0
level(p, v) = int(max(1, min(8, 1 + floor(8 * part(p, v)))))
cell_of(t) = int(floor((t - first) / pixel))
inside(c) = int(max(0, min(c, n_cells - 1)))
# Of many months in a cell the mean is shown; a month that holds no cell's middle counts
# in the cell that holds its own.
array SUM[n_cells]; array COUNT[n_cells]
add(c, v) = (SUM[c + 1] = SUM[c + 1] + v, COUNT[c + 1] = COUNT[c + 1] + 1, 0)
begin_of(a, b) = inside(min(cell_of(a + pixel / 2.), cell_of((a + b) / 2.)))
end_of(a, b) = inside(max(cell_of(b + pixel / 2.) - 1, cell_of((a + b) / 2.)))
y = head
do for [p=1:n] {
    title = NAME[p]
    do for [s=1:MOST_SERIES] {
        k = SEEN[id(p, s)]
        if (k == 0) { continue }
        latest = NaN; lowest = NaN; highest = NaN
        do for [c=1:n_cells] { SUM[c] = 0.; COUNT[c] = 0 }
        do for [r=1:n_runs] { if (R_PANEL[r] == p && R_SERIES[r] == s) {
            do for [i=R_FIRST[r]:R_LAST[r]:2] {
                v = height(k, i); latest = P_AT[i+1] >= last ? v : latest
                lowest = known(lowest) ? min(lowest, v) : v
                highest = known(highest) ? max(highest, v) : v
                do for [c=begin_of(P_AT[i], P_AT[i+1]):end_of(P_AT[i], P_AT[i+1])] {
                    void = add(c, v)
                }
            }
        } }
        row = title.SAID[id(p, s)]
        do for [c=1:n_cells] {
            h = COUNT[c] > 0 ? level(p, SUM[c] / COUNT[c]) : 0
            row = row.(h > 0 ? BLOCKS[h:h] : " ")
        }
        do for [j=1:3] {
            v = j == 1 ? latest : j == 2 ? lowest : highest
            row = row.figure(known(v) ? written(v, FORMAT[SCALE[p]]) : "–")
        }
        set label row noenhanced left at screen px(0), py(y)
        title = blanks(name_wide + (name_wide > 0)); y = y + 1
    }
}
plot NaN notitle
