# projects.gp - what became of each project: a row a project, its stages as bars.
#
#   gnuplot -d -c plots/projects.gp TABLE.csv OUT.svg|.png|.pdf|.txt|- [light|dark|print]
#
# TABLE as rows.gp says, with dates:
#   group, name     a team's name at the first of its rows, a project's name
#   build, train, wait        row from to colour: a stage; what lies between is a pause
#   release, target, cancel   row from colour: marks
#   words           of a project that the run did not see the end of, where its bar ends:
#                   "not released"

TABLE = ARG1; OUT = ARG2; THEME = ARG3
FOLDER = ""
do for [i=1:strlen(ARG0)] { if (ARG0[i:i] eq "/") { FOLDER = ARG0[1:i] } }
KINDS = "build train wait release target cancel"
LOOKS = "tint full frame diamond triangle cross"
SAYS = "build train wait release target cancelled"
IS_DATES = 1
JOINED = 1
load FOLDER."rows.gp"
