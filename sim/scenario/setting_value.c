/* Values are read one way, whatever the table: kind, range, then the struct. */
#include "scenario/setting_value.h"

#include "base/check.h"
#include "scenario/reader.h"
#include "scenario/setting_words.h"

#include <math.h>
#include <string.h>

static int wrong_kind(struct reader *r, const char *who, const char *label,
                      const struct setting *setting, const struct node *node)
{
    return reader_error(r, who, &node->value_at, "%s is %s, must be %s", label,
                        node_words(r->arena, node),
                        setting_kind_words(r->arena, setting));
}

/* Why a text is no date: its spelling, or the calendar. */
static void hint_date(const char *text, struct diag *d)
{
    static const char *const months[] = {"January",   "February", "March",    "April",
                                         "May",       "June",     "July",     "August",
                                         "September", "October",  "November", "December"};
    struct date first, next;
    char day[3] = "", month[8] = "";
    bool is_spelt = sscanf(text, "%7[0-9-]-", month) == 1 && strlen(text) == 10 &&
                    text[7] == '-' && sscanf(text + 8, "%2[0-9]", day) == 1 &&
                    strlen(day) == 2;
    if (!is_spelt || !date_parse(month, &first)) {
        diag_hint(d, "a date is written YYYY-MM-DD");
        return;
    }
    next = first;
    next.year += first.month == 12;
    next.month = first.month % 12 + 1;
    diag_hint(d, "%s %d has %d days", months[first.month - 1], first.year,
              (int)(date_to_days(next) - date_to_days(first)));
}

static int read_date(struct reader *r, const char *who, const char *label,
                     const struct setting *setting, struct node *node, double *at_s)
{
    struct date date;
    if (node->kind != NODE_TEXT)
        return wrong_kind(r, who, label, setting, node);
    if (!date_parse(node->value.text, &date)) {
        reader_error(r, who, &node->value_at, "%s is '%s', which is no date", label,
                     node->value.text);
        hint_date(node->value.text, r->d);
        return -1;
    }
    char text[16];
    date_format(date, text);
    node->value.text = arena_string(r->arena, text);
    *at_s = calendar_at_s(r->start, date);
    return 0;
}

static int read_choice(struct reader *r, const char *who, const char *label,
                       const struct setting *setting, const struct node *node,
                       double *index)
{
    if (node->kind != NODE_TEXT)
        return wrong_kind(r, who, label, setting, node);
    size_t n = 0;
    const char **names = setting_choices(r->arena, setting, &n);
    for (size_t i = 0; i < n; i++) {
        if (strcmp(names[i], node->value.text) == 0) {
            *index = (double)i;
            return 0;
        }
    }
    wrong_kind(r, who, label, setting, node);
    reader_hint(r, node->value.text, names, n);
    return -1;
}

static int read_text(struct reader *r, const char *who, const char *label,
                     const struct setting *setting, const struct node *node,
                     const char **text)
{
    if (node->kind != NODE_TEXT)
        return wrong_kind(r, who, label, setting, node);
    size_t length = strlen(node->value.text);
    if (length == 0)
        return reader_error(r, who, &node->value_at, "%s is empty", label);
    if (setting->high > 0 && (double)length > setting->high)
        return reader_error(r, who, &node->value_at,
                            "%s has %zu bytes, must have at most %.0f", label, length,
                            setting->high);
    if (setting->high == LONGEST_NAME && text_begins_formula(*node->value.text))
        return reader_error(
            r, who, &node->value_at,
            "%s begins with %s: a spreadsheet would take it for a formula", label,
            node_words(r->arena, node));
    *text = node->value.text;
    return 0;
}

/* Integers and numbers, with their range. */
static int read_quantity(struct reader *r, const char *who, const char *label,
                         const struct setting *setting, struct node *node,
                         struct setting_value *value)
{
    bool is_integer = node->kind == NODE_INT;
    if (!is_integer && (setting->type == SETTING_INT || node->kind != NODE_FLOAT))
        return wrong_kind(r, who, label, setting, node);
    if (is_integer)
        value->integer = node->value.integer;
    value->number = is_integer ? (double)node->value.integer : node->value.number;
    if (!setting_admits(setting, value->number))
        return reader_error(r, who, &node->value_at, "%s is %s, must be %s", label,
                            node_words(r->arena, node),
                            setting_range_words(r->arena, setting, value->number));
    if (is_integer && setting->type == SETTING_FLOAT) {
        node->kind = NODE_FLOAT;
        node->value.number = value->number;
    }
    return 0;
}

int setting_value_read(struct reader *r, const char *who, const char *label,
                       const struct setting *setting, struct node *node,
                       struct setting_value *value)
{
    switch (setting->type) {
    case SETTING_BOOL:
        if (node->kind != NODE_BOOL)
            return wrong_kind(r, who, label, setting, node);
        value->number = node->value.truth;
        return 0;
    case SETTING_INT:
    case SETTING_FLOAT:
        return read_quantity(r, who, label, setting, node, value);
    case SETTING_TEXT:
        return read_text(r, who, label, setting, node, &value->text);
    case SETTING_DATE:
        return read_date(r, who, label, setting, node, &value->number);
    case SETTING_CHOICE:
        return read_choice(r, who, label, setting, node, &value->number);
    }
    CHECK(!"a setting of no type");
    return -1;
}

void setting_value_store(const struct setting *setting, void *values,
                         const struct setting_value *value)
{
    if (setting->type == SETTING_TEXT)
        *(const char **)((char *)values + setting->offset) = value->text;
    else if (setting->type == SETTING_INT)
        *(int64_t *)((char *)values + setting->offset) = value->integer;
    else
        setting_store(setting, values, value->number);
}

/* ---- defaults ---- */

static bool has_default(const struct setting *setting)
{
    if (setting->flags & (SETTING_REQUIRED | SETTING_OPTIONAL))
        return false;
    return setting->type == SETTING_TEXT ? setting->fallback_text != NULL
                                         : setting->type != SETTING_DATE;
}

void setting_value_store_default(const struct setting *setting, void *values)
{
    bool is_nan = setting->type == SETTING_FLOAT || setting->type == SETTING_DATE;
    struct setting_value value = {.number = is_nan ? NAN : -1, .integer = -1};
    if (has_default(setting)) {
        value.number = setting->fallback;
        value.integer = (int64_t)setting->fallback;
        value.text = setting->fallback_text;
    }
    setting_value_store(setting, values, &value);
}

struct node *setting_value_default(struct arena *arena, const struct setting *setting,
                                   const char *key)
{
    static const enum node_kind kinds[] = {
        [SETTING_BOOL] = NODE_BOOL,   [SETTING_INT] = NODE_INT,
        [SETTING_FLOAT] = NODE_FLOAT, [SETTING_TEXT] = NODE_TEXT,
        [SETTING_DATE] = NODE_TEXT,   [SETTING_CHOICE] = NODE_TEXT};
    if (!has_default(setting))
        return NULL;
    struct node *node = node_new(arena, kinds[setting->type], key);
    node->is_read = true;
    switch (node->kind) {
    case NODE_BOOL:
        node->value.truth = setting->fallback != 0;
        break;
    case NODE_INT:
        node->value.integer = (int64_t)setting->fallback;
        break;
    case NODE_FLOAT:
        node->value.number = setting->fallback;
        break;
    default:
        node->value.text = setting->type == SETTING_TEXT
                               ? setting->fallback_text
                               : setting_choice(setting, (size_t)setting->fallback);
        break;
    }
    return node;
}
