# Lists the tokens of C sources that can be mutated, and for each one mutation that the
# seed has chosen among those there are for it:
#
#   LC_ALL=C awk -v seed=S -f sites.awk FILE... | sort -n
#
# prints KEY, FILE, LINE, COLUMN, the token before and after, tabs between them. Sorted by
# key they stand in the seed's order. A key is made of the seed, the file's name and the
# line's own text, so a change elsewhere does not move the others.
#
# Left alone: comments, strings, characters, lines of the preprocessor, and the conditions
# of CHECK and static_assert, which are tests themselves. Operators are known by the spaces
# around them, as clang-format leaves them.
BEGIN {
    for (i = 1; i < 256; i++)
        code_of[sprintf("%c", i)] = i
    n = split("+ - - + * / / * % / & | | & << >> >> << ^ & += -= -= += *= /= /= *= " \
        "|= &= &= |= && || || && == != != ==", pair, " ")
    for (i = 1; i < n; i += 2)
        swaps[pair[i]] = pair[i + 1]
    swaps["<"] = "<= >"
    swaps["<="] = "< >="
    swaps[">"] = ">= <"
    swaps[">="] = "> <="
    n = split("true false false true fmin fmax fmax fmin smaller larger larger smaller " \
        "floor ceil ceil floor round floor rint floor exp expm1 expm1 exp log log1p " \
        "log1p log isnan !isnan isfinite !isfinite break continue continue break " \
        "INFINITY 0", pair, " ")
    for (i = 1; i < n; i += 2)
        words[pair[i]] = pair[i + 1]
    words["fabs"] = words["sqrt"] = words["signbit"] = "" # the brackets stay
}

function hash(text, h,    i) {
    for (i = 1; i <= length(text); i++)
        h = (h * 16807 + code_of[substr(text, i, 1)]) % 2147483647
    for (i = 0; i < 5; i++)
        h = (h * 48271 + 11) % 2147483647
    return h
}

# A site: the token at `column`, and the tokens that it may become ("|" between them).
function site(column, token, becomes,    key, choice, n) {
    key = hash(FILENAME " " trimmed " " copies[FILENAME, trimmed] " " column - indent, seed)
    n = split(becomes, choice, "\t")
    printf("%d\t%s\t%d\t%d\t%s\t%s\n", key, FILENAME, FNR, column, token,
        n == 0 ? "" : choice[1 + hash("which", key) % n])
}

function site_list(column, token, list) {
    gsub(/ /, "\t", list)
    site(column, token, list)
}

function number(at, token,    column) {
    column = at
    if (token !~ /^[0-9]+$/)
        site(at, token, "(" token " + 1)\t(" token " - 1)")
    else if (substr(line, 1, at - 1) ~ /([(,=?:[]|return) -$/) # with its sign, a token
        site(at - 1, "-" token, token "\t0")
    else
        site(at, token, token == 0 ? "1" : token + 1 "\t" token - 1)
}

function word(at, token,    rest) {
    rest = substr(line, at)
    if (token in words) {
        site(at, token, words[token])
    } else if (token == "return" && match(rest, /^return [^;"]*;/)) {
        rest = substr(rest, 8, RLENGTH - 8)
        if (rest !~ /^(-?[0-9.]+|true|false|NULL|INFINITY|NAN)$/)
            site(at + 7, rest, "0")
    }
}

function operator(at, token,    before, after) {
    before = substr(line, at - 1, 1)
    after = substr(line, at + length(token), 1)
    if ((token in swaps) && before == " " && (after == " " || after == ""))
        site_list(at, token, swaps[token])
    else if (token == "!" || (token == "-" && before ~ /[ ([]/ && after ~ /[A-Za-z_(]/))
        site(at, token, "")
    else if ((token == "++" || token == "--") && !in_for)
        site(at, token, token == "++" ? "--" : "++")
}

FNR == 1 { in_comment = in_directive = depth = 0 }
{
    line = $0
    trimmed = line
    sub(/^[ \t]+/, "", trimmed)
    indent = length(line) - length(trimmed)
    copies[FILENAME, trimmed]++
    if (!in_comment && (in_directive || trimmed ~ /^#/)) {
        in_directive = line ~ /\\$/
        next
    }
    in_for = trimmed ~ /^for \(/
    for (at = 1; at <= length(line); at += length(token)) {
        rest = substr(line, at)
        if (in_comment) {
            end = index(rest, "*/")
            token = end ? substr(rest, 1, end + 1) : rest
            in_comment = !end
        } else if (match(rest, /^\/\*/)) {
            token = "/*"
            in_comment = 1
        } else if (match(rest, /^\/\//)) {
            break
        } else if (match(rest, /^("([^"\\]|\\.)*"|'([^'\\]|\\.)*')/)) {
            token = substr(rest, 1, RLENGTH)
        } else if (match(rest, /^[A-Za-z_][A-Za-z_0-9]*/)) {
            token = substr(rest, 1, RLENGTH)
            if (!depth && token ~ /^(CHECK|static_assert|_Static_assert)$/)
                guarded = 1
            else if (!depth)
                word(at, token)
        } else if (match(rest, /^(0[xX][0-9a-fA-F]+|[0-9]+\.?[0-9]*([eE][-+]?[0-9]+)?)[fFuUlL]*/)) {
            token = substr(rest, 1, RLENGTH)
            if (!depth)
                number(at, token)
        } else {
            token = substr(rest, 1, 1)
            if (match(rest, /^(<<=|>>=|->|\+\+|--|<<|>>|<=|>=|==|!=|&&|\|\||[-+*\/%&|^]=)/))
                token = substr(rest, 1, RLENGTH)
            # Inside CHECK(...), also over lines: until its bracket is closed.
            if (guarded && token == "(")
                depth++
            if (guarded && token == ")" && --depth == 0)
                guarded = 0
            if (!depth)
                operator(at, token)
        }
    }
}
