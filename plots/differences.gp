# differences.gp - what other rules change: a row a measure or an alternative, its paired
# difference with its interval.
#
#   gnuplot -d -c plots/differences.gp TABLE.csv OUT.svg|.png|.pdf|.txt|- [light|dark|print]
#
# TABLE as rows.gp says, with numbers:
#   group, name     an alternative's name at the first of its rows, a measure's name
#   interval        row from to colour: 95 % of the difference
#   stands, open    row from colour: the difference; it stands after Holm's correction for
#                   many comparisons, or it does not
#   right           the difference in words

TABLE = ARG1; OUT = ARG2; THEME = ARG3
FOLDER = ""
do for [i=1:strlen(ARG0)] { if (ARG0[i:i] eq "/") { FOLDER = ARG0[1:i] } }
KINDS = "interval stands open"
LOOKS = "thin dot ring"
SAYS = "95_%_interval stands_after_Holm's_correction does_not_stand"
IS_DATES = 0
SIGNED = 1
load FOLDER."rows.gp"
