# heatmap.gp - an outcome over two settings: a cell a pair, the darker the larger.
#
#   gnuplot -d -c plots/heatmap.gp TABLE.csv OUT.svg|.png|.pdf|.txt|- [light|dark|print]
#
# TABLE as cells.gp says: x and y are the words of the two settings, columns and rows their
# values.

TABLE = ARG1; OUT = ARG2; THEME = ARG3
FOLDER = ""
do for [i=1:strlen(ARG0)] { if (ARG0[i:i] eq "/") { FOLDER = ARG0[1:i] } }
load FOLDER."cells.gp"
