# means.gp - what alternatives come to: a row an alternative, its mean with its interval.
#
#   gnuplot -d -c plots/means.gp TABLE.csv OUT.svg|.png|.pdf|.txt|- [light|dark|print]
#
# TABLE as rows.gp says, with numbers:
#   name            an alternative's name
#   interval        row from to colour: 95 % of the mean
#   mean            row from colour
#   right           "no value in 3 of 200"

TABLE = ARG1; OUT = ARG2; THEME = ARG3
FOLDER = ""
do for [i=1:strlen(ARG0)] { if (ARG0[i:i] eq "/") { FOLDER = ARG0[1:i] } }
KINDS = "interval mean"
LOOKS = "thin dot"
SAYS = "95_%_interval mean"
IS_DATES = 0
load FOLDER."rows.gp"
