# shiftmap.gp - who gains and who loses GPUs: a row an alternative, a column a team, in each
# cell the change.
#
#   gnuplot -d -c plots/shiftmap.gp TABLE.csv OUT.svg|.png|.pdf|.txt|- [light|dark|print]
#
# TABLE as cells.gp says.

TABLE = ARG1; OUT = ARG2; THEME = ARG3
FOLDER = ""
do for [i=1:strlen(ARG0)] { if (ARG0[i:i] eq "/") { FOLDER = ARG0[1:i] } }
SIGNED = 1
NAMED = 1
load FOLDER."cells.gp"
