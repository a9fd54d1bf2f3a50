# page.awk - what must hold of a report's HTML whatever it says; prints each breach.
#
# Tags close in the order in which they open, ids are unique and what refers to one finds
# it, headings go down by one level at a time, rows of a table are equally long, nothing is
# loaded from anywhere, and no script is there.

function breach(what) {
    print what
    failed = 1
}

BEGIN { RS = "<" }

function take_attributes(tag,    attribute, name, value) {
    while (match(tag, /[a-zA-Z:-]+="[^"]*"/)) {
        attribute = substr(tag, RSTART, RLENGTH)
        tag = substr(tag, RSTART + RLENGTH)
        name = substr(attribute, 1, index(attribute, "=") - 1)
        value = substr(attribute, index(attribute, "\"") + 1)
        value = substr(value, 1, length(value) - 1)
        if (name == "id" && ids[value]++) breach("two ids " value)
        if (name ~ /^on/) breach("a handler: " attribute)
        if (name == "src" || name == "srcset" || name == "action") breach("loads " attribute)
        if (name == "href" && value !~ /^#./ && value != "data:,") breach("links to " value)
        if (name == "href" && value ~ /^#/) wanted[substr(value, 2)] = 1
        if (name == "aria-labelledby") {
            n = split(value, names, " ")
            for (i = 1; i <= n; i++) wanted[names[i]] = 1
        }
    }
}

function open_tag(name) {
    if (name ~ /^(script|iframe|object|embed|base|form)$/) breach("a <" name ">")
    if (name ~ /^h[1-6]$/) {
        level = substr(name, 2) + 0
        if (level > last_level + 1) breach("h" level " after h" last_level)
        if (level == 1) n_titles++
        last_level = level
    }
    if (name == "table") width = 0
    if (name == "tr") cells = 0
    if (name == "th" || name == "td") cells++
    if (name == "figure") n_figures++
    if (name == "svg") n_pictures++
    if (name == "title") n_named++
}

function close_tag(name) {
    if (name != stack[depth]) breach("</" name "> closes <" stack[depth] ">")
    depth--
    if (name == "tr" && width && cells != width) breach(cells " cells, " width " columns")
    if (name == "tr") width = cells
}

# A record is a tag and the text behind it.
NR == 2 && !/^!DOCTYPE html>/ { breach("no doctype") }
in_style && !/^\/style>/ { next }
NR > 1 && !/^!/ {
    in_style = /^style>/
    tag = substr($0, 1, index($0, ">"))
    match(tag, /[a-zA-Z0-9]+/)
    name = substr(tag, RSTART, RLENGTH)
    if (tag ~ /^\//) { close_tag(name); next }
    take_attributes(tag)
    open_tag(name)
    if (tag !~ /\/>$/ && name !~ /^(meta|link|br)$/) stack[++depth] = name
}

END {
    if (depth) breach("<" stack[depth] "> is never closed")
    for (id in wanted) if (!(id in ids)) breach("no id " id)
    if (n_titles != 1) breach(n_titles + 0 " first headings")
    if (n_figures != n_pictures) breach(n_figures " figures, " n_pictures " pictures")
    if (n_named != n_pictures + 1) breach("a picture has no title")
    exit failed
}
