# releases.gp - when projects are released, over many replications: a row a project.
#
#   gnuplot -d -c plots/releases.gp TABLE.csv OUT.svg|.png|.pdf|.txt|- [light|dark|print]
#
# TABLE as rows.gp says, with dates:
#   group, name     a team's name at the first of its rows, a project's name
#   median, half, most    row from to colour: of the replications that release it, the
#                   middle date, the middle 50 % and the middle 95 %
#   open            row from to colour: from the first releases to the horizon, where some
#                   replications release it and some do not, or none does
#   target          row from colour
#   right           "not released in 38 %"

TABLE = ARG1; OUT = ARG2; THEME = ARG3
FOLDER = ""
do for [i=1:strlen(ARG0)] { if (ARG0[i:i] eq "/") { FOLDER = ARG0[1:i] } }
KINDS = "median half most open target"
LOOKS = "dot thick thin light triangle"
SAYS = "median 50_% 95_% not_released_in_some_or_all target"
IS_DATES = 1
load FOLDER."rows.gp"
