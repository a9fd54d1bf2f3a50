# figures.awk - recomputes every figure of a report's sentences from the result files, and
# looks for digits that are no figures. Shares no line with the program.
#
#   awk -v start=2022-01-01 -v months=41 -v best=0.95 -f figures.awk TABLE... PAGE.html
#
# A TABLE is what csv.awk makes of a result file, its name before each row and a "|" after
# it: outcomes.csv always; of an ensemble bands.csv; of one run the monthly files; of a
# comparison comparison.csv, alternatives.csv and answers.csv instead. Prints a
# line for each mistake, then "N figures, M mistakes"; the exit status is 1 if there is any
# mistake or no figure at all.
#
# The rule for digits: a sentence is a paragraph, an item of a list, or a caption of a
# figure, but neither a quotation nor the contents. Take its figures (<data>) and the names
# of strangers (<bdi>) away: what is left may hold digits as the level of an interval, "95 %"
# or "50 %", and nowhere else.

BEGIN {
    FS = "|"
    MONTH_DAYS = 365.25 / 12
    split(start, date, "-")
    start_month = date[1] * 12 + date[2]
    start_day = days_of(date[1], date[2], date[3])
    n_names = split("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec", names, " ")
    for (i = 1; i <= n_names; i++) month_number[names[i]] = i
}

function mistake(what) {
    print FILENAME ":" FNR ": " what
    n_mistakes++
}

# --- dates -------------------------------------------------------------------------------

# Days since 1 January of year 0, by counting leap years.
function days_of(year, month, day,    i, sum) {
    sum = 365 * year + int((year + 3) / 4) - int((year + 99) / 100) + int((year + 399) / 400)
    for (i = 1; i < month; i++) sum += month_length(year, i)
    return sum + day - 1
}
function month_length(year, month) {
    if (month == 2) return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31
}

# --- statistics --------------------------------------------------------------------------

# The 97.5 % point of Student's t: its density is that of cos(a)^(v - 1) under t = sqrt(v)
# tan(a), summed up here from 0 by Simpson's rule.
function t_point(v,    n, width, i, last, total, area, a, part) {
    if (v in t_points) return t_points[v]
    n = 20000; width = atan2(1, 0) / n; total = 0
    for (i = 0; i < n; i++) total += slice(i * width, width, v)
    for (i = 0; i < n; i++) {
        part = slice(i * width, width, v) / total / 2
        if (area + part >= 0.475) break
        area += part
    }
    a = i * width + width * (0.475 - area) / part
    return t_points[v] = sqrt(v) * sin(a) / cos(a)
}
function slice(a, width, v) {
    return width / 6 * (cos(a) ^ (v - 1) + 4 * cos(a + width / 2) ^ (v - 1) \
        + cos(a + width) ^ (v - 1))
}

function is_nan(x) { return tolower(x) ~ /nan/ }

# Fills sample[1 .. n] with the values of an outcome, or of the differences to another.
function collect(key, less,    n, r, x, y) {
    n = 0
    for (r = 1; r <= n_runs; r++) {
        x = (key, runs[r]) in values ? values[key, runs[r]] : "nan"
        y = less == "" ? 0 : (less, runs[r]) in values ? values[less, runs[r]] : "nan"
        if (!is_nan(x) && !is_nan(y)) sample[++n] = x - y
    }
    return n
}
function sorted_point(n, p,    i, j, x, at, low) {
    for (i = 2; i <= n; i++) {
        x = sample[i]
        for (j = i - 1; j >= 1 && sample[j] > x; j--) sample[j + 1] = sample[j]
        sample[j + 1] = x
    }
    at = p * (n - 1); low = int(at)
    if (low + 1 >= n) return sample[n]
    return sample[low + 1] + (at - low) * (sample[low + 2] - sample[low + 1])
}
# With continuity correction, in the form of Newcombe (Statistics in Medicine 17, 1998).
function wilson(n, sign,    p, z, root) {
    z = 1.959963984540054; p = mean_of(n)
    if (p == (sign + 1) / 2) return p
    root = sqrt(z * z + sign * (2 - sign / n) + 4 * p * (n * (1 - p) - sign))
    return (2 * n * p + z * z + sign * (1 + z * root)) / (2 * (n + z * z))
}
function mean_of(n,    i, sum) {
    for (i = 1; i <= n; i++) sum += sample[i]
    return sum / n
}
function sd_of(n,    i, mean, sum) {
    mean = mean_of(n)
    for (i = 1; i <= n; i++) sum += (sample[i] - mean) ^ 2
    return sqrt(sum / (n - 1))
}
function statistic(n, stat) {
    if (stat == "n") return n
    if (n == 0) return "nan"
    if (stat == "mean") return mean_of(n)
    if (stat ~ /^(sd|ci_low|ci_high)$/ && n == 1) return "nan"
    if (stat == "sd") return sd_of(n)
    if (stat == "ci_low") return mean_of(n) - t_point(n - 1) * sd_of(n) / sqrt(n)
    if (stat == "ci_high") return mean_of(n) + t_point(n - 1) * sd_of(n) / sqrt(n)
    if (stat == "wilson_low") return wilson(n, -1)
    if (stat == "wilson_high") return wilson(n, 1)
    if (stat == "p025") return sorted_point(n, 0.025)
    if (stat == "p975") return sorted_point(n, 0.975)
    if (stat ~ /^p[0-9][0-9]$/) return sorted_point(n, substr(stat, 2) / 100)
    return "unknown"
}

# What a figure's value should be, from its source; "unknown" if there is no such thing.
function expected(    n, key, less, column) {
    if (a["stat"] == "replications") return n_runs
    if (a["stat"] == "mark" || a["stat"] == "month") {
        split(a["at"], date, "-")
        if (a["stat"] == "month") return date[1] * 12 + date[2] - start_month
        return (days_of(date[1], date[2], date[3]) - start_day) / MONTH_DAYS
    }
    if (a["stat"] == "best_probability") return best
    if (a["file"] == "comparison.csv" || a["file"] == "alternatives.csv") {
        key = a["file"] SUBSEP a["at"] SUBSEP a["metric"] SUBSEP a["kind"] SUBSEP a["subject"]
        if (a["stat"] == "count" || a["stat"] == "stand") return counts[key, a["stat"]] + 0
        key = key SUBSEP a["alternative"] SUBSEP a["stat"]
        sub(/_gpus$/, "", key)
        if (!(key in cells)) return "unknown"
        return a["stat"] ~ /_gpus$/ ? cells[key] / run_hours() : cells[key]
    }
    if (a["file"] != "outcomes.csv") {
        key = a["file"] SUBSEP a["metric"] SUBSEP a["subject"] SUBSEP a["at"] SUBSEP a["stat"]
        return key in cells ? cells[key] : "unknown"
    }
    key = a["at"] SUBSEP a["metric"] SUBSEP a["kind"]
    if (a["stat"] == "count") return n_subjects[key] + 0
    if (!((key, a["subject"]) in known)) return "unknown"
    less = "less-kind" in a \
        ? a["at"] SUBSEP a["metric"] SUBSEP a["less-kind"] SUBSEP a["less-subject"] : ""
    n = collect(key SUBSEP a["subject"], less)
    return statistic(n, a["stat"])
}

# Hours from the start to the end of the last month.
function run_hours(    last) {
    last = start_month + months - 1
    return 24 * (days_of(int(last / 12), last % 12 + 1, 1) - start_day)
}

# --- result files ------------------------------------------------------------------------

function plain(field) {
    gsub(/\\x7c/, "|", field)
    gsub(/\\n/, "\n", field)
    gsub(/\\\\/, "\\", field)
    return field
}

FILENAME != ARGV[ARGC - 1] {
    file = $1
    if (!(file in header)) {
        header[file] = 1
        delete column_of
        for (i = 2; i <= NF; i++) { column_of[$i] = i; title[i] = $i }
        next
    }
    if (file == "outcomes.csv") {
        run = $column_of["replication"]
        if (!(run in seen)) { seen[run] = 1; runs[++n_runs] = run }
        group = $column_of["at"] SUBSEP $column_of["metric"] SUBSEP $column_of["kind"]
        key = group SUBSEP plain($column_of["subject"])
        if (!(key in known)) { known[key] = 1; n_subjects[group]++ }
        values[key, run] = $column_of["value"]
    } else if (file == "answers.csv") {
        run = $column_of["replication"]
        if (!(run in seen)) { seen[run] = 1; n_runs++ }
    } else if (file == "comparison.csv" || file == "alternatives.csv") {
        key = file SUBSEP $column_of["at"] SUBSEP $column_of["metric"] SUBSEP \
            $column_of["kind"] SUBSEP plain($column_of["subject"])
        for (i = 2; i <= NF; i++) cells[key, plain($column_of["alternative"]), title[i]] = $i
        if (file == "comparison.csv" && !is_nan($column_of["difference"])) {
            counts[key, "count"]++
            counts[key, "stand"] += !is_nan($column_of["holm"]) && $column_of["holm"] < 0.05
        }
    } else if (file == "bands.csv") {
        key = $column_of["file"] SUBSEP $column_of["column"] SUBSEP \
            plain($column_of["subject"]) SUBSEP $column_of["month"]
        for (i = 2; i <= NF; i++) cells[key, title[i]] = $i
    } else {
        kind = file == "months.csv" ? "all" : file; sub(/s\.csv$/, "", kind)
        subject = kind in column_of ? plain($column_of[kind]) : "all"
        for (i = 2; i <= NF; i++)
            cells[file, title[i], subject, $column_of["month"], "value"] = $i
    }
    next
}

# --- the page ----------------------------------------------------------------------------

function unescape(s) {
    gsub(/&lt;/, "<", s); gsub(/&gt;/, ">", s); gsub(/&quot;/, "\"", s)
    gsub(/&#39;/, "'", s); gsub(/&amp;/, "\\&", s)
    return s
}

# Reads the attributes of a tag into a[].
function read_attributes(tag,    name) {
    delete a
    while (match(tag, /[a-z-]+="[^"]*"/)) {
        attribute = substr(tag, RSTART, RLENGTH)
        tag = substr(tag, RSTART + RLENGTH)
        name = substr(attribute, 1, index(attribute, "=") - 1)
        sub(/^data-/, "", name)
        a[name] = unescape(substr(attribute, index(attribute, "\"") + 1))
        a[name] = substr(a[name], 1, length(a[name]) - 1)
    }
}

function is_near(x, y, tolerance) {
    return x - y <= tolerance && y - x <= tolerance
}

# Whether the text is the value, rounded to as many places as it has.
function is_shown(shown, value,    word, n, number, places, unit, day, last) {
    if (shown == "no value") return is_nan(value)
    n = split(shown, word, " ")
    last = word[n]
    if (n == 3 && word[2] in month_number) {
        day = days_of(last, month_number[word[2]], word[1]) - start_day
        return day <= value * MONTH_DAYS + 1e-5 && value * MONTH_DAYS < day + 1 + 1e-5
    }
    if (n == 2 && word[1] in month_number)
        return last * 12 + month_number[word[1]] - start_month == value
    number = word[1]
    gsub(/,/, "", number); sub(/^\342\210\222/, "-", number)
    if (number !~ /^-?[0-9]+(\.[0-9]+)?$/) return 0
    # A length of time has no sign: words say before or after.
    if (n == 2 && last ~ /^(months|days?)$/ && value < 0) value = -value
    unit = last == "%" ? 0.01 : last == "million" ? 1e6 : last ~ /^days?$/ ? 1 / MONTH_DAYS : 1
    if (n != (last ~ /^(%|million|months|days?)$/ ? 2 : 1)) return 0
    places = number ~ /\./ ? length(number) - index(number, ".") : 0
    if (is_near(number * unit, value, (0.5 / 10 ^ places + 1e-9) * unit)) return 1
    # Differences of parts are shown in percentage points.
    return ("less-kind" in a || a["file"] == "comparison.csv") && unit == 1 && \
        is_near(number / 100, value, (0.5 / 10 ^ places + 1e-9) / 100)
}

function check_figure(tag, shown,    should) {
    read_attributes(tag)
    n_figures++
    should = expected()
    if (should == "unknown")
        mistake("nothing such in the files: " tag)
    else if (is_nan(should) != is_nan(a["value"]) || (!is_nan(should) && \
        !is_near(should, a["value"], 1e-7 * (1 + (should < 0 ? -should : should)))))
        mistake("should be " should ": " tag)
    else if (!is_shown(shown, a["value"]))
        mistake("shown as " shown ": " tag)
}

/^<(p|li|figcaption)[ >]/ && !/^<li><a / {
    line = $0; rest = ""
    # A name may hold a line's end.
    while (line !~ /<\/(p|li|figcaption)>$/ && (getline more) > 0) line = line "\n" more
    while (match(line, /<data [^>]*>[^<]*<\/data>/)) {
        rest = rest substr(line, 1, RSTART - 1)
        found = substr(line, RSTART, RLENGTH)
        line = substr(line, RSTART + RLENGTH)
        tag = substr(found, 1, index(found, ">"))
        check_figure(tag, unescape(substr(found, length(tag) + 1, \
            length(found) - length(tag) - length("</data>"))))
    }
    rest = rest line
    gsub(/<bdi>[^<]*<\/bdi>/, "", rest)
    gsub(/<[^>]*>/, "", rest)
    rest = unescape(rest)
    gsub(/(95|50) %/, "", rest)
    if (rest ~ /[0-9]/) mistake("a digit that is no figure: " rest)
}

END {
    print n_figures + 0 " figures, " n_mistakes + 0 " mistakes"
    exit n_mistakes > 0 || n_figures == 0
}
