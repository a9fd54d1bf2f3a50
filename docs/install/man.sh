#!/bin/sh
# Writes the manual pages allot.1 and allot-scenario.5 from what the program says of itself,
# so that they cannot differ from it.
#
#   docs/install/man.sh PROGRAM DIRECTORY
set -eu

program=$1
directory=$2
version=$("$program" --version | sed -n '1s/allot //p')

# Text that troff prints as it stands: a backslash, a hyphen, a dot or quote at the start.
literal() {
    sed -e 's/\\/\\e/g' -e 's/-/\\-/g' -e "s/^\([.']\)/\\\\\&\1/"
}

heading() {
    printf '.TH %s %s "" "allot %s" "%s"\n' "$1" "$2" "$version" "$3"
}

verbatim() {
    printf '.nf\n'
    literal
    printf '.fi\n'
}

commands() {
    "$program" --help | awk '/^  [a-z]+ +[A-Z[]/ { print $1 }'
}

page_of_the_program() {
    heading ALLOT 1 "User Commands"
    cat <<'EOF'
.SH NAME
allot \- what does a GPU\-allocation rule do, before it is changed for real?
.SH SYNOPSIS
.B allot
.I COMMAND
[\fIOPTIONS\fR] [\fIARGUMENTS\fR]
.SH DESCRIPTION
Simulates, month by month, how a council divides a fleet of GPUs among research teams under
a rule of your choice, and compares rules in the same random worlds. A scenario is a text
file, see
.BR allot\-scenario (5);
results are CSV, JSON and charts.
.SH COMMANDS
EOF
    "$program" --help | awk '/^  [a-z]+ +[A-Z[]/' | verbatim
    for command in $(commands); do
        printf '.SS allot %s\n' "$command"
        "$program" "$command" --help | sed '1s/^allot //' | verbatim
    done
    cat <<'EOF'
.SH EXIT STATUS
.TP
0
all is well
.TP
1
a requirement of \-\-require does not hold, a point of a sweep failed, or a command found
what it looks for
.TP
2
an internal error: please report it
.TP
64
the command line is wrong
.TP
65
the scenario or another input is wrong
.TP
66
an input cannot be read
.TP
69
a program that is needed is not there (gnuplot)
.TP
73
the results cannot be created
.TP
74
reading or writing failed
.TP
130
interrupted; what is done is kept
.SH ENVIRONMENT
.TP
NO_COLOR
if set, no colours
.TP
ALLOT_PLOTS
the directory of the scripts that draw the charts
.TP
TMPDIR
where charts of a report are drawn before they go into it
.SH FILES
Presets, example rules and the scripts of the charts stand in share/allot beside the
program's bin directory.
.SH SEE ALSO
.BR allot\-scenario (5),
.BR gnuplot (1)
EOF
}

# "path" / "    help" / "    type; default ..." becomes a tagged paragraph; "# part" a
# section.
page_of_the_scenario() {
    heading ALLOT\\-SCENARIO 5 "File Formats"
    cat <<'EOF'
.SH NAME
allot\-scenario \- the scenario file of allot
.SH DESCRIPTION
A scenario is a file in the language of libconfig: names and values, lists in parentheses,
groups in braces, and @include. Its first line is a comment that asks the question.
.B allot init
writes one to start from, and
.B allot check
finds every mistake in it. All settings follow, with type, default, unit and range.
.PP
EOF
    "$program" list settings | literal | awk '
        /^# / { printf ".SH \"%s\"\n", toupper(substr($0, 3)); next }
        /^    / {
            sub(/^ +/, "")
            print (is_new ? "" : ".br\n") $0
            is_new = 0
            next
        }
        /^$/ { print ".PP"; next }
        /^[a-zA-Z_]+(\.[a-zA-Z_\\-]+)*$/ { printf ".TP\n.B %s\n", $0; is_new = 1; next }
        { print }'
    for kind in happenings metrics columns events; do
        printf '.SH "%s"\n' "$(echo $kind | tr '[:lower:]' '[:upper:]')"
        "$program" list $kind | verbatim
    done
    cat <<'EOF'
.SH SEE ALSO
.BR allot (1)
EOF
}

mkdir -p "$directory"
page_of_the_program >"$directory/allot.1"
page_of_the_scenario >"$directory/allot-scenario.5"
