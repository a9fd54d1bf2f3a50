# fan.gp - a monthly series of an ensemble: its mean, and where the replications lie.
#
#   gnuplot -d -c plots/fan.gp TABLE.csv OUT.svg|.png|.pdf|.txt|- [light|dark|print]
#
# TABLE: see panels.gp.

TABLE = ARG1; OUT = ARG2; THEME = ARG3
FOLDER = ""
do for [i=1:strlen(ARG0)] { if (ARG0[i:i] eq "/") { FOLDER = ARG0[1:i] } }
MOST_COLUMNS = 4
load FOLDER."panels.gp"
