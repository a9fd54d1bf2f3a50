/* allot divide: what a rule grants for a table of claims. */
#include "base/check.h"
#include "base/memory.h"
#include "base/text.h"
#include "cli/commands.h"
#include "record/csv.h"
#include "record/json.h"
#include "record/number.h"
#include "scenario/claims_table.h"
#include "scenario/rule_sets.h"

#include <math.h>
#include <string.h>

/* What was asked for on the command line. */
struct request {
    int division; /* -1: all */
    const char *path;
    struct docket_pool pools[CLAIMS_MOST_POOLS];
    size_t n_pools;
    struct arena arena;
};

/* ---- the command line ---- */

static int usage(struct diag *d, const char *hint, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static int usage(struct diag *d, const char *hint, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    diag_error(d, DIAG_USAGE, NULL, "%s", arena_vprintf(&d->arena, format, arguments));
    va_end(arguments);
    if (hint)
        diag_hint(d, "%s", hint);
    return -1;
}

/* One --capacity: POOL=GPUS, or GPUS alone of a pool without a name. */
static int read_capacity(struct request *r, const char *word, struct diag *d)
{
    const char *equals = strrchr(word, '='), *digits = equals ? equals + 1 : word;
    const char *name = equals ? arena_copy(&r->arena, word, (size_t)(equals - word)) : "";
    double gpus;
    if (equals == word)
        return usage(d, "write POOL=GPUS", "--capacity %s names no pool", word);
    if (!number_parse(digits, &gpus) || !(gpus >= 0 && gpus <= 1e12))
        return usage(d, NULL, "--capacity is '%s', must be a number from 0 to 1e12",
                     digits);
    if (!text_is_utf8(name, strlen(name)) || strlen(name) > 200)
        return usage(d, NULL,
                     "--capacity: the name of the pool must be UTF-8 and have "
                     "at most 200 bytes");
    for (size_t p = 0; p < r->n_pools; p++) {
        if (!equals || *r->pools[p].name == '\0')
            return usage(d, "for several write POOL=GPUS, such as --capacity cpu=9",
                         "--capacity %s: a pool without a name must be the only one",
                         word);
        if (strcmp(r->pools[p].name, name) == 0)
            return usage(d, NULL, "--capacity: pool '%s' is there twice", name);
    }
    if (r->n_pools == CLAIMS_MOST_POOLS)
        return usage(d, NULL, "--capacity: there may be at most %d pools",
                     CLAIMS_MOST_POOLS);
    r->pools[r->n_pools++] = (struct docket_pool){name, gpus, 1, 1};
    return 0;
}

static int read_division(struct request *r, const char *name, struct diag *d)
{
    const char *names[MOST_DIVISIONS], *near;
    r->division = division_find(name);
    if (r->division >= 0)
        return 0;
    for (size_t k = 0; k < n_divisions; k++)
        names[k] = divisions[k]->name;
    near = text_suggest(name, names, n_divisions);
    return usage(d,
                 near ? arena_printf(&d->arena, "did you mean '%s'?", near)
                      : "allot list divisions tells them",
                 "there is no division '%s'", name);
}

static int read_request(struct request *r, const struct options *options, struct diag *d)
{
    size_t n_expected = options->all ? 1 : 2, n = options->n_arguments;
    int result = 0;
    r->division = -1;
    if (n != n_expected)
        return usage(d, command_divide.example, "%s",
                     options->all ? "allot divide --all takes CLAIMS alone, no RULE"
                                  : "allot divide needs RULE and CLAIMS, or --all");
    r->path = options->arguments[n - 1];
    if (!options->all)
        result |= read_division(r, options->arguments[0], d);
    if (options->n_capacities == 0)
        result |=
            usage(d, "such as --capacity 100, or --capacity cpu=9 --capacity gpu=18",
                  "allot divide needs --capacity");
    for (size_t i = 0; i < options->n_capacities; i++)
        result |= read_capacity(r, options->capacities[i], d);
    return result == 0 ? 0 : -1;
}

/* ---- what comes out ---- */

/* What went wrong in a script is the user's; a breach of an award's promises is a bug of
 * ours, and no result may come of it. */
static int check_kept(const struct claims_division *division, struct diag *d)
{
    if (division->fault.message)
        return diag_error(d, DIAG_DATA, &division->fault.at, "%s",
                          division->fault.message);
    if (!division->breach)
        return 0;
    fprintf(stderr, "allot: %s\n", division->breach);
    CHECK(!"an award keeps its promises");
    return -1;
}

static const char *pool_name(const struct claims_table *t, size_t p)
{
    const char *name = t->docket.pools[p].name;
    return *name ? name : "pool";
}

/* A column a pool; or, side by side, those of each division: NaN where it was refused. */
static void write_csv(const struct claims_table *t, const struct claims_division *results,
                      size_t n_results, bool is_all)
{
    struct csv csv;
    size_t n_pools = t->docket.n_pools;
    csv_init(&csv, stdout);
    csv_text(&csv, "name");
    for (size_t k = 0; k < n_results; k++)
        for (size_t p = 0; p < n_pools; p++) {
            const char *division = results[k].type->name;
            struct text column;
            text_init(&column);
            text_append(&column, is_all ? division : n_pools == 1 ? "grant" : "");
            if (n_pools > 1)
                text_printf(&column, "%s%s", is_all ? ":" : "", pool_name(t, p));
            csv_text(&csv, column.bytes);
            text_release(&column);
        }
    csv_end(&csv);
    for (size_t i = 0; i < t->n_rows; i++) {
        csv_text(&csv, t->names[i]);
        for (size_t k = 0; k < n_results; k++)
            for (size_t p = 0; p < n_pools; p++)
                csv_number(&csv,
                           results[k].refused ? NAN : results[k].grants[i * n_pools + p]);
        csv_end(&csv);
    }
    csv_flush(&csv);
    csv_release(&csv);
}

static json_t *by_pool(const struct claims_table *t, const double *numbers)
{
    json_t *object = json_object();
    for (size_t p = 0; p < t->docket.n_pools; p++)
        json_object_set_new(object, pool_name(t, p), json_number(numbers[p]));
    return object;
}

static json_t *json_of(const struct claims_table *t, const struct claims_division *r)
{
    json_t *object = json_object(), *claims = json_array();
    json_object_set_new(object, "division", json_string(r->type->name));
    json_object_set_new(object, "refused",
                        r->refused ? json_string(r->refused) : json_null());
    if (!r->refused) {
        json_object_set_new(object, "prices", by_pool(t, r->prices));
        json_object_set_new(object, "residual", json_number(r->residual));
    }
    for (size_t i = 0; i < t->n_rows && !r->refused; i++) {
        json_t *claim = json_object();
        json_object_set_new(claim, "name", json_string(t->names[i]));
        json_object_set_new(claim, "grants",
                            by_pool(t, r->grants + i * t->docket.n_pools));
        json_array_append_new(claims, claim);
    }
    json_object_set_new(object, "claims", claims);
    return object;
}

static void write_json(const struct claims_table *t,
                       const struct claims_division *results, size_t n, bool is_all)
{
    json_t *root = is_all ? json_object() : json_of(t, &results[0]);
    if (is_all) {
        json_t *list = json_array();
        for (size_t k = 0; k < n; k++)
            json_array_append_new(list, json_of(t, &results[k]));
        json_object_set_new(root, "divisions", list);
    }
    json_write(root, stdout, JSON_AS_INSERTED);
    json_decref(root);
}

/* What the grants alone do not say: prices, and results to be looked at with care. */
static void tell_rest(const struct options *options, const struct claims_table *t,
                      const struct claims_division *r, struct diag *d)
{
    const char *division = r->type->name;
    if (r->refused)
        diag_warning(d, NULL, "no column %s: %s", division, r->refused);
    else if (r->residual > 0)
        diag_warning(d, NULL, "%s found no exact result: relative error %.3g", division,
                     r->residual);
    for (size_t p = 0; p < t->docket.n_pools && !r->refused && !options->quiet; p++) {
        struct text line;
        if (isnan(r->prices[p]))
            continue;
        text_init(&line);
        text_append_visible(&line, pool_name(t, p), strlen(pool_name(t, p)));
        fprintf(stderr, "allot: %s: the price of a GPU of %s is %.10g\n", division,
                line.bytes, r->prices[p]);
        text_release(&line);
    }
}

/* ---- the command ---- */

static int divide(const struct options *options, struct request *r,
                  struct claims_table *table, struct diag *d)
{
    struct claims_division results[MOST_DIVISIONS];
    struct rule rule;
    size_t n = 0;
    uint64_t seed = options->seed >= 0 ? (uint64_t)options->seed : 1;
    if (rule_of_sets(&rule, r->division, options->sets, options->n_sets, &r->arena, d) !=
        0)
        return -1;
    rule.unit_gpus = options->unit >= 0 ? options->unit : 0;
    for (size_t k = 0; k < n_divisions; k++) {
        if (!options->all && k != (size_t)r->division)
            continue;
        rule.division = (int)k;
        rule_refresh(&rule);
        results[n] = claims_table_divide(table, &rule, seed, &r->arena);
        if (check_kept(&results[n++], d) != 0)
            return -1;
    }
    CHECK(n > 0); /* r->division is one of them */
    if (!options->all && results[0].refused)
        return usage(d, NULL, "%s", results[0].refused);
    if (options->json)
        write_json(table, results, n, options->all);
    else
        write_csv(table, results, n, options->all);
    fflush(stdout);
    for (size_t k = 0; k < n; k++)
        tell_rest(options, table, &results[k], d);
    command_warn(options, d);
    return 0;
}

static int run(const struct options *options, struct diag *d)
{
    struct request r = {.division = -1};
    struct claims_table table;
    int result;
    arena_init(&r.arena);
    result = read_request(&r, options, d);
    if (result == 0 &&
        (result = claims_table_load(&table, r.path, r.pools, r.n_pools, d)) == 0) {
        result = divide(options, &r, &table, d);
        claims_table_release(&table);
    }
    arena_release(&r.arena);
    return result == 0 ? 0 : diag_exit_status(d);
}

const struct command command_divide = {
    .name = "divide",
    .arguments = "RULE CLAIMS",
    .summary = "what a rule grants to a table of claims: a calculator",
    .details =
        "CLAIMS is a CSV table, or - for standard input: a row a claim, with columns\n"
        "name, request, and what else the division reads (allot list claims). RULE is a\n"
        "division (allot list divisions); --all in its place shows every division side\n"
        "by side. -s k=1 sets the division's own setting k, -s round=webster how units\n"
        "are made whole. Prints name,grant, or a column a pool in the order of\n"
        "--capacity; prices go to standard error. What is drawn comes from --seed (1).",
    .example = "allot divide max-min claims.csv --capacity 2048 --unit 8\n"
               "  printf 'name,request,weight\\nA,2048,2\\nB,1024,1\\n' |\n"
               "      allot divide --all - -c 2048",
    .option_names = "set capacity unit all seed json",
    .least_arguments = 1,
    .most_arguments = 2,
    .run = run,
};
