# tornado.gp - what moves an outcome most: a row a setting, at its low and its high value.
#
#   gnuplot -d -c plots/tornado.gp TABLE.csv OUT.svg|.png|.pdf|.txt|- [light|dark|print]
#
# TABLE as rows.gp says, with numbers, rows from the widest to the narrowest:
#   legend          colour text: "low value", "high value"
#   name            a setting
#   change          row from to colour: between 0 and the change of the outcome
#   words, before   row from text: the setting's value there; before where the bar goes left

TABLE = ARG1; OUT = ARG2; THEME = ARG3
FOLDER = ""
do for [i=1:strlen(ARG0)] { if (ARG0[i:i] eq "/") { FOLDER = ARG0[1:i] } }
KINDS = "change"
LOOKS = "full"
SAYS = "-"
IS_DATES = 0
SIGNED = 1
load FOLDER."rows.gp"
