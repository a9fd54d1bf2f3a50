# hours.gp - where the GPU-hours went: a row the fleet, then a row a team, as shares.
#
#   gnuplot -d -c plots/hours.gp TABLE.csv OUT.svg|.png|.pdf|.txt|- [light|dark|print]
#
# TABLE as rows.gp says, with percent of a row's GPU-hours:
#   legend          row colour text: what became of the hours of a colour
#   group, name     "teams" at the first of them, a team's name
#   hours           row from to colour: side by side from 0 on
#   reserved        row from to colour: the same of hours that were not to be granted
#   right           a row's sum: "13.3 million", "7,440, 1,000 duplicated"

TABLE = ARG1; OUT = ARG2; THEME = ARG3
FOLDER = ""
do for [i=1:strlen(ARG0)] { if (ARG0[i:i] eq "/") { FOLDER = ARG0[1:i] } }
KINDS = "hours reserved"
LOOKS = "full frame"
SAYS = "- -"
IS_DATES = 0
load FOLDER."rows.gp"
