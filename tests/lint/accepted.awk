# Prints the findings of a tool that are not accepted, and what is wrong with the rows:
#
#   awk -F ' [|] ' -v tool=TOOL -f accepted.awk accepted.txt FINDINGS
#
# A row is TOOL | CHECK | FILE | TEXT | WHY: CHECK in a FILE (where * stands for any name)
# is accepted on lines that hold TEXT; - is in every line.
function line_of(file, wanted,    line, n) {
    while ((getline line < file) > 0 && ++n < wanted) {}
    close(file)
    return line
}

function is_accepted(check, file, at,    i) {
    for (i = 1; i <= n_rows; i++)
        if (check == its_check[i] && file ~ its_files[i] &&
            (its_text[i] == "-" || index(line_of(file, at), its_text[i])))
            return n_used[i]++ + 1
    return 0
}

FILENAME == ARGV[1] && (/^#/ || /^$/) { next }

FILENAME == ARGV[1] && (NF != 5 || $5 == "") {
    print FILENAME ":" FNR ": a row is TOOL | CHECK | FILE | TEXT | WHY [accepted]"
    next
}

FILENAME == ARGV[1] {
    if ($1 != tool) next
    its_check[++n_rows] = $2
    gsub(/\./, "\\.", $3)
    gsub(/\*/, "[^/]*", $3)
    its_files[n_rows] = "^" $3 "$"
    its_text[n_rows] = $4
    its_place[n_rows] = FILENAME ":" FNR
    next
}

{
    split($0, place, ":")
    check = $0
    sub(/.*\[(-W)?/, "", check)
    sub(/[],].*/, "", check)
    if (!is_accepted(check, place[1], place[2])) print
}

END {
    for (i = 1; i <= n_rows; i++)
        if (!n_used[i]) print its_place[i] ": this row fits nothing any more [accepted]"
}
