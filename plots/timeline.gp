# timeline.gp - what happened, in the order of dates: a row a happening.
#
#   gnuplot -d -c plots/timeline.gp TABLE.csv OUT.svg|.png|.pdf|.txt|- [light|dark|print]
#
# TABLE as rows.gp says, with dates:
#   name            a date as it is written
#   happening, release, cancel   row from colour: a mark at that date
#   while           row from to colour: from the first to the last of what one row tells
#   words           row from text: what happened

TABLE = ARG1; OUT = ARG2; THEME = ARG3
FOLDER = ""
do for [i=1:strlen(ARG0)] { if (ARG0[i:i] eq "/") { FOLDER = ARG0[1:i] } }
KINDS = "while happening release cancel"
LOOKS = "thin dot diamond cross"
SAYS = "- - - -"
IS_DATES = 1
FLOATING = 1
DENSE = 1
load FOLDER."rows.gp"
