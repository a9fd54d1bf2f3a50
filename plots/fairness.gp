# fairness.gp - how evenly need is met over time: a panel an index, from 0 to 1.
#
#   gnuplot -d -c plots/fairness.gp TABLE.csv OUT.svg|.png|.pdf|.txt|- [light|dark|print]
#
# TABLE: see panels.gp.

TABLE = ARG1; OUT = ARG2; THEME = ARG3
FOLDER = ""
do for [i=1:strlen(ARG0)] { if (ARG0[i:i] eq "/") { FOLDER = ARG0[1:i] } }
MOST_COLUMNS = 1
load FOLDER."panels.gp"
