#!/bin/sh
# Writes scenarios/README.md: each scenario's question, its answer and those of its
# alternatives, each over 200 random worlds, and its main chart, scenarios/charts/NAME.svg:
# stages and releases where the answer is about a release, else who got what.
#   gallery.sh ALLOT       run at the root of the project
set -eu
export LC_ALL=C.UTF-8
allot=$1
runs=200
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/charts"
page=$work/README.md

# The sentence under "Answer" in a report as text, in one line.
answer_of() {
    "$allot" report "$1" --format text |
        awk '/^Answer$/ { on = 1; next } on && /^$/ { exit } on { printf "%s%s", gap, $0; gap = " " }'
}

# The names of a scenario's alternatives, one a line.
alternatives_of() {
    "$allot" check "$1" --print |
        sed -n '/^alternatives = ($/,/^);$/s/^        name = "\(.*\)";$/\1/p' |
        sed 's/\\\(["\\]\)/\1/g'
}

# Our own words and what is in the repository: only the pipe would end a cell.
cell() {
    printf '%s' "$1" | sed 's/|/\\|/g'
}

cat >"$page" <<END
# Scenarios

Each file here is one story; its first line is the question that it asks. The answers are
those of $runs random worlds, with intervals where the worlds differ; an alternative meets
the same worlds. This page is made by \`make gallery\`.
END

for scenario in scenarios/*.cfg; do
    name=$(basename "$scenario" .cfg)
    question=$(sed -n '1s/^# *//p' "$scenario")
    {
        printf '\n## %s\n\n**%s**\n\n' "$name" "$question"
        "$allot" run "$scenario" -n $runs -q -o "$work/$name" >"$work/out.txt"
        answer=$(answer_of "$work/$name")
        printf '%s\n\n' "$answer"
        if [ -n "$(alternatives_of "$scenario")" ]; then
            printf '| alternative | answer |\n|---|---|\n'
            alternatives_of "$scenario" | while IFS= read -r alternative; do
                "$allot" run "$scenario" -n $runs -q --alternative "$alternative" \
                    -o "$work/$name-other" >"$work/out.txt"
                printf '| %s | %s |\n' "$(cell "$alternative")" \
                    "$(cell "$(answer_of "$work/$name-other")")"
            done
            echo
        fi
    } >>"$page"
    case $(sed -n 's/^answer = "\([a-z_]*\).*/\1/p' "$scenario") in
    release* | slip*) chart=projects about="stages, targets and releases of one run" ;;
    *) chart=allocation about="GPUs granted by team in one run" ;;
    esac
    "$allot" run "$scenario" -q -o "$work/one" >"$work/out.txt"
    "$allot" chart "$work/one" --only $chart >"$work/out.txt"
    mv "$work/one/charts/$chart.svg" "$work/charts/$name.svg"
    # shellcheck disable=SC2016 # the backquotes are Markdown's
    printf '![%s](charts/%s.svg)\n\n`allot run scenarios/%s.cfg`\n' \
        "$name: $about" "$name" "$name" >>"$page"
done

# The picture at the top of the project's README.
"$allot" run scenarios/llama-vs-opt.cfg -q -o "$work/one" >"$work/out.txt"
"$allot" chart "$work/one" --only allocation >"$work/out.txt"
mv "$work/one/charts/allocation.svg" "$work/charts/llama-vs-opt-allocation.svg"

mkdir -p scenarios/charts
rm -f scenarios/charts/*.svg
mv "$work"/charts/*.svg scenarios/charts
mv "$page" scenarios/README.md
echo "wrote scenarios/README.md and $(find scenarios/charts -name '*.svg' | wc -l) charts"
