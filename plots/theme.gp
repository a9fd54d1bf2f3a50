# theme.gp - what all charts share: reading, colours, fonts, sizes, terminals, month axis.
#
# A chart script is run as   gnuplot -d -c plots/NAME.gp TABLE.csv OUT [light|dark|print|terminal]
# and begins with: TABLE = ARG1; OUT = ARG2; THEME = ARG3; load its own folder."theme.gp".
# It reads its table once with "stats" into arrays, sets the size W x H (pixels of the
# SVG), then says "eval OPEN", which opens the terminal that the ending of OUT asks for:
#   .svg .png (twice the pixels) .pdf .txt (characters); "-" is characters on stdout.
#
# Strangers' text. A table is CSV with a header row. A text cell stands in double quotes,
# and because gnuplot knows neither doubled quotes nor commas within a cell, the writer
# writes three characters as escapes that gnuplot undoes: a backslash as \\, a double
# quote as \0042, a comma as \0054. Control characters become blanks, broken UTF-8
# becomes U+FFFD. glyphs_append_cell() of include/study/glyphs.h does all this. Names
# are to be cut in the middle to 32 characters by the writer; what is still too wide for
# its place is cut here. No text is ever formatted, evaluated or read as markup.

reset
set encoding utf8
set locale "C"
set datafile separator comma
set datafile commentschars ""
set minussign

# A path may be called "<x", "|x", "-" or "~x": none is to mean anything to gnuplot.
plain_path(s) = s[1:1] eq "/" ? s : "./".s
TABLE = plain_path(TABLE)
ENDING = OUT eq "-" ? "txt" : strlen(OUT) > 3 ? OUT[strlen(OUT)-2:*] : ""
IS_TEXT = ENDING eq "txt"

# --- colours -----------------------------------------------------------------------------
# The five of the light theme are sentinels: a web page may replace them by variables.
if (THEME eq "dark") {
    PAGE = 0x111827; INK = 0xf3f4f6; MUTED = 0x9ca3af; GRID = 0x273244; AXIS = 0x6b7280
} else { if (THEME eq "print") {
    PAGE = 0xffffff; INK = 0x000000; MUTED = 0x404040; GRID = 0xcfcfcf; AXIS = 0x606060
} else {
    PAGE = 0xffffff; INK = 0x222222; MUTED = 0x6b7280; GRID = 0xe5e7eb; AXIS = 0x9ca3af
}}
# Teams: Okabe and Ito's colours; 0 is grey, for "others". WORDS are the same hues with a
# contrast of at least 5:1 to the page, for text.
array HUE[8] = [0x9ca3af, 0x0072b2, 0xe69f00, 0x009e73, 0xcc79a7, 0x56b4e9, 0xd55e00, \
                0xf0e442]
if (THEME eq "dark") {
    array WORDS[8] = [0x9ca3af, 0x3690c2, 0xe69f00, 0x009e73, 0xcc79a7, 0x56b4e9, \
                      0xd86912, 0xf0e442]
} else {
    array WORDS[8] = [0x6a6f77, 0x0072b2, 0x936600, 0x007e5c, 0x995b7d, 0x387597, \
                      0xb75100, 0x767020]
}
blend(a, b, f) = int(a + (b - a) * f + 0.5)
mix(c, d, f) = (blend(c >> 16 & 255, d >> 16 & 255, f) << 16) \
             + (blend(c >> 8 & 255, d >> 8 & 255, f) << 8) + blend(c & 255, d & 255, f)
# Colour k: 1 to 7 are pure; each further seven are lighter or darker.
hue_of(k) = k < 1 ? 1 : (int(k) - 1) % 7 + 2
round_of(k) = k < 1 ? 0 : (int(k) - 1) / 7 % 5
shade(c, n) = n == 1 ? mix(c, 0xffffff, 0.5) : n == 2 ? mix(c, 0x000000, 0.4) \
            : n == 3 ? mix(c, 0xffffff, 0.75) : n == 4 ? mix(c, 0x000000, 0.65) : c
colour(k) = shade(HUE[hue_of(k)], round_of(k))
text_colour(k) = WORDS[hue_of(k)]

# --- terminals ---------------------------------------------------------------------------
# The SVG driver copies the font's name into an attribute: so it takes a list of families
# (a comma as an entity) and, by a closing quote, a weight, which it cannot say otherwise.
FAMILY = "Liberation Sans"
BOLD = FAMILY.":Bold"
ITALIC = FAMILY.":Italic"
MARK = 1.6   # the point size that makes a diamond 11 pixels wide
OPEN = ""
if (ENDING eq "svg") {
    FAMILY = "Liberation Sans&#44; Arial&#44; Helvetica&#44; sans-serif"
    BOLD = FAMILY.'" font-weight="bold'
    ITALIC = FAMILY.'" font-style="italic'
    MARK = 0.6
    OPEN = 'set term svg size W,H noenhanced font FAMILY.",12" background PAGE_NAME'
}
if (ENDING eq "png") {
    OPEN = 'set term pngcairo size 2*W,2*H noenhanced font FAMILY.",12" fontscale 1.5'. \
           ' linewidth 2 pointscale 1.5 background PAGE_NAME'
}
if (ENDING eq "pdf") {
    OPEN = 'set term pdfcairo size W/96.*1in,H/96.*1in noenhanced font FAMILY.",12"'. \
           ' fontscale 0.5625 linewidth 1.5 pointscale 0.75 background PAGE_NAME'
}
# Colours of a terminal only where they are asked for, by the theme "terminal".
if (IS_TEXT) {
    OPEN = 'set term dumb feed size W,H noenhanced '.(THEME eq "terminal" ? "ansi256" : "mono")
}
if (OPEN eq "") { exit error "the picture's name must end in .svg, .png, .pdf or .txt" }
if (OUT eq "-") { OPEN = OPEN.'; set output' } else {
    OUT = plain_path(OUT)
    OPEN = OPEN.'; set output OUT'
}
PAGE_NAME = sprintf("#%06x", PAGE)
TITLE_FONT = BOLD.",18"
TEXT_FONT = FAMILY.",13"
TICK_FONT = FAMILY.",12"
WORDS_FONT = ITALIC.",12"

set border 0
set tics scale 0
unset key
set format ""
set style fill solid 1 noborder

# --- the size of text --------------------------------------------------------------------
# gnuplot knows no widths, so they are estimated: the sum over the bytes of a text, in em.
# Read while "set encoding default" is on, when a text is a row of bytes; a lead byte of
# UTF-8 counts nothing and each that follows half an em, so that a wide character counts 1.
LEAD = ""
do for [byte=194:244] { LEAD = LEAD.sprintf("%c", byte) }
em_of(c) = strstrt(" .,:;'|!/ijltfI()[]{}", c) ? 0.31 : strstrt("mwMW%@", c) ? 0.90 \
         : strstrt("ABCDEFGHKLNOPQRSTUVXYZ&#+=<>~", c) ? 0.69 \
         : strstrt(LEAD, c) ? 0.02 : 0.56
# In text, columns of a terminal: two for most characters of three bytes and more.
TRAIL = ""; BROAD = ""
do for [byte=128:191] { TRAIL = TRAIL.sprintf("%c", byte) }
do for [byte=227:244] { if (byte != 238) { BROAD = BROAD.sprintf("%c", byte) } }
columns_of(c) = strstrt(TRAIL, c) ? 0 : strstrt(BROAD, c) ? 2 : 1
em(s) = sum [i=1:strlen(s)] (IS_TEXT ? columns_of(s[i:i]) : em_of(s[i:i]))
# A text `width` wide cut in the middle, or at its end, to `most`; needs UTF-8 again. The
# SVG driver leaves a ">" as it is, and "]]>" is no text in XML: it gets a blank.
legal(s) = ENDING ne "svg" || strstrt(s, "]]>") == 0 ? s \
    : s[1:strstrt(s, "]]>")+1]." ".legal(s[strstrt(s, "]]>")+2:*])
keep(s, width, most) = int(strlen(s) * most / width) - 1
cut_at(s, head, tail) = s[1:head]."…".(tail > 0 ? s[strlen(s)-tail+1:*] : "")
middle(s, width, most) = legal(width <= most ? s : \
    cut_at(s, (keep(s, width, most) + 1) / 2, keep(s, width, most) / 2))
ending(s, width, most) = legal(width <= most ? s : cut_at(s, keep(s, width, most), 0))
max(a, b) = a > b ? a : b
min(a, b) = a < b ? a : b

# Places in pixels from the top left corner, as screen coordinates; in text, columns and
# lines counted from 0, whose middles the driver can place: so there a plot's frame and its
# ranges are half a cell smaller on each side.
px(x) = x / real(W - IS_TEXT)
py(y) = 1 - y / real(H - IS_TEXT)
HALF = IS_TEXT * 0.5

# The title and the line below it, by "eval TITLES": wants TITLE, SUBTITLE, their widths in
# em and EDGE, the margin of the picture.
TITLE = ""; SUBTITLE = ""; title_em = 0; subtitle_em = 0
TITLES = 'set label 1 ending(TITLE, title_em, (W - 2. * EDGE) / (IS_TEXT ? 1 : 19)) left'. \
    ' noenhanced at screen px(EDGE), py(IS_TEXT ? 0 : 25) font TITLE_FONT tc rgb INK;'. \
    'set label 2 ending(SUBTITLE, subtitle_em, (W - 2. * EDGE) / (IS_TEXT ? 1 : 13)) left'. \
    ' noenhanced at screen px(EDGE), py(IS_TEXT ? 1 : 49) font TEXT_FONT tc rgb MUTED'

# A row's first cell says what it is. NaN is the one number that differs from itself.
is(what) = strcol(1) eq what
known(x) = x == x

# --- numbers and months ------------------------------------------------------------------
thousands(v) = v < 1000 ? sprintf("%g", v) \
             : thousands(floor(v / 1000.)).sprintf(",%03d", int(v - 1000. * floor(v / 1000.)))
# A step of 1, 2 or 5 times a power of ten that cuts `span` into at most n.
round_step(v) = 10 ** floor(log10(v) + 1e-9)
nice(v) = v <= 1.001 * round_step(v) ? round_step(v) : v <= 2 * round_step(v) \
        ? 2 * round_step(v) : v <= 5 * round_step(v) ? 5 * round_step(v) : 10 * round_step(v)
day(s) = strptime("%Y-%m-%d", s)
month_of(t) = int(tm_year(t) * 12 + tm_mon(t))
start_of(m) = strptime("%Y-%m-%d", sprintf("%d-%02d-01", m / 12, m % 12 + 1))
# Months between labels, so that each has room for about `room` pixels.
months_step(n, width, room) = n * room <= width ? 1 : n * room <= 2 * width ? 2 \
    : n * room <= 3 * width ? 3 : n * room <= 6 * width ? 6 : n * room <= 12 * width ? 12 \
    : n * room <= 24 * width ? 24 : 60
# The axis of months, by "eval MONTHS": wants first, last (seconds), left, right (pixels) of
# the plot, and head and foot (pixels above and below it). A year stands under the first
# month that is named and under each January; a span without a month's start shows its own.
NAME_MONTH = 'set label 900 + 2 * named strftime(style, t) center font TICK_FONT tc rgb MUTED'. \
    ' at first t, screen py(H - foot + (IS_TEXT ? 0 : 16));'
NAME_YEAR = 'set label 901 + 2 * named strftime("%Y", t) center font TICK_FONT tc rgb MUTED'. \
    ' at first t, screen py(H - foot + (IS_TEXT ? 1 : 31));'
MONTHS = 'if (IS_TEXT) { unset xtics; unset ytics } else { set xtics ("" first) };'. \
    'm_first = month_of(first) + (first > start_of(month_of(first))); named = 0;'. \
    'step = months_step(month_of(last) - m_first + 1, right - left, IS_TEXT ? 6 : 48);'. \
    'do for [m=m_first:month_of(last)] { if (m % step == 0) {'. \
    ' t = start_of(m); style = step < 12 ? "%b" : "%Y"; eval NAME_MONTH;'. \
    ' if (!IS_TEXT) { set xtics add ("" t) };'. \
    ' if (step < 12 && (m % 12 == 0 || !named)) { eval NAME_YEAR };'. \
    ' named = named + 1 } };'. \
    'if (!named) { t = first; style = "%d %b"; eval NAME_MONTH; eval NAME_YEAR }'
