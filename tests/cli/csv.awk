# Reads a CSV file as RFC 4180 says, quoted newlines and all, and prints it in a form that
# a test can compare: see csv() in helper.bash. A breach ends it with status 1.

function breach(what) {
    print "row " n_rows + 1 ": " what
    failed = 1
    exit 1
}

function visible(text) {
    gsub(/\\/, "&&", text)
    gsub(/\|/, "\\x7c", text)
    gsub(/\n/, "\\n", text)
    gsub(/\r/, "\\r", text)
    return text
}

function end_row(    i, line) {
    n_rows++
    if (n_rows == 1) {
        n_columns = n
        for (i = 1; i <= n; i++)
            if (field[i] == column) wanted = i
        if (column != "" && !wanted) breach("no column " column)
    }
    if (n != n_columns) breach(n " fields, " n_columns " columns")
    if (column != "") {
        if (n_rows > 1) print visible(field[wanted])
    } else {
        line = visible(field[1])
        for (i = 2; i <= n; i++) line = line "|" visible(field[i])
        print line
    }
    n = 0
}

# One line of the file; in_quotes says whether it goes on with a field that is open.
function take(line,    end) {
    for (;;) {
        if (in_quotes) {
            end = index(line, "\"")
            if (!end) { field[n] = field[n] line "\n"; return }
            field[n] = field[n] substr(line, 1, end - 1)
            line = substr(line, end + 1)
            if (substr(line, 1, 1) == "\"") {
                field[n] = field[n] "\""
                line = substr(line, 2)
                continue
            }
            in_quotes = 0
        } else {
            n++
            if (substr(line, 1, 1) == "\"") {
                in_quotes = 1; field[n] = ""
                line = substr(line, 2)
                continue
            }
            match(line, /^[^,"]*/)
            field[n] = substr(line, 1, RLENGTH)
            line = substr(line, RLENGTH + 1)
        }
        if (line == "") { end_row(); return }
        if (substr(line, 1, 1) != ",") breach("what is \"" line "\"?")
        line = substr(line, 2)
    }
}

{ take($0) }

END {
    if (failed) exit 1
    if (in_quotes) breach("a quote is open")
    if (n_rows == 0) breach("is empty")
}
