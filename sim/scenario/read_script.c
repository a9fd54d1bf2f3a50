/* The file of a rule in Lua is read like an include, beside the scenario or from the data
 * directory, and tried at once, so that its mistakes show when the scenario is checked.
 */
#include "rule/script.h"
#include "scenario/loading.h"

#include <string.h>

static const struct source *read_source(struct loading *l, const char *name,
                                        const struct place *at)
{
    struct source_reader reader = {l->reader.arena, l->options, &l->s->sources};
    struct source scenario = {.path = l->s->path};
    const struct source *source = NULL;
    if (source_read_include(&reader, name, &scenario, at, &source, l->reader.d) != 0)
        return NULL;
    if (source->length > SCRIPT_MOST_BYTES) {
        diag_error(l->reader.d, DIAG_DATA, at, "'%s' has %zu bytes, must have at most %d",
                   name, source->length, SCRIPT_MOST_BYTES);
        return NULL;
    }
    return source;
}

void read_script(struct loading *l)
{
    int division = division_find(divide_script.name);
    struct script_settings *settings = l->s->rule.division_settings[division];
    const struct node *group = node_find(l->rule_node, divide_script.name);
    const struct node *file = group ? node_find(group, "file") : NULL;
    if (!settings->file) {
        settings->file = file ? "?" : NULL; /* wrong, and reported, but not missing */
        return;
    }
    const struct source *source = read_source(l, settings->file, &file->value_at);
    if (!source)
        return;
    struct script *script = ARENA_NEW(l->reader.arena, struct script);
    struct rule_fault fault;
    *script = (struct script){.path = source->path,
                              .text = source->text,
                              .lines = source->lines,
                              .length = source->length};
    if (script_validate(script, &fault, l->reader.arena))
        settings->script = script;
    else
        diag_error(l->reader.d, DIAG_DATA, &fault.at, "%s", fault.message);
}
