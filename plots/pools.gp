# pools.gp - what became of each pool's GPUs: a panel a pool, a stack up to its capacity.
#
#   gnuplot -d -c plots/pools.gp TABLE.csv OUT.svg|.png|.pdf|.txt|- [light|dark|print]
#
# TABLE: see panels.gp.

TABLE = ARG1; OUT = ARG2; THEME = ARG3
FOLDER = ""
do for [i=1:strlen(ARG0)] { if (ARG0[i:i] eq "/") { FOLDER = ARG0[1:i] } }
MOST_COLUMNS = 3
load FOLDER."panels.gp"
