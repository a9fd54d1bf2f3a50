# score.gp - how the claims of a month scored, by factor, and what they were granted.
#
#   gnuplot -d -c plots/score.gp TABLE.csv OUT.svg|.png|.pdf|.txt|- [light|dark|print]
#
# TABLE as rows.gp says, with numbers:
#   legend          colour text: the factor of a colour
#   group, name     the team of the claim, its project
#   part            row from to colour: a factor's part of the score; those above 0 side by
#                   side from 0 to the right, those below to the left
#   words           where the bar ends, the score
#   right           "992 of 992 GPUs"

TABLE = ARG1; OUT = ARG2; THEME = ARG3
FOLDER = ""
do for [i=1:strlen(ARG0)] { if (ARG0[i:i] eq "/") { FOLDER = ARG0[1:i] } }
KINDS = "part"
LOOKS = "full"
SAYS = "-"
IS_DATES = 0
MIXED = 1
load FOLDER."rows.gp"
