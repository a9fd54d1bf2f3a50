/* What the tables of a report share: numbers as cells, and the teams' colours. */
#include "study/report_parts.h"

#include <math.h>

void report_put_figure(struct document *doc, struct document_table *t, double value,
                       enum figure_format format)
{
    struct text shown;
    text_init(&shown);
    if (isnan(value))
        text_append(&shown, "\u2013");
    else
        figure_append(&shown, value, format, doc->start);
    document_cell(doc, t, "%s", shown.bytes);
    text_release(&shown);
}

/* With one decimal and its sign: "+3.4". */
static void append_signed(struct text *out, double points)
{
    text_append(out, points >= 0.05 ? "+" : "");
    figure_append(out, points, FIGURE_MONTHS, "");
}

/* "35.8 to 36.4" of a fraction in percent. */
void report_put_interval(struct document *doc, struct document_table *t, double low,
                         double high, bool is_signed)
{
    struct text shown;
    text_init(&shown);
    if (low <= high) {
        for (int k = 0; k < 2; k++) {
            text_append(&shown, k ? " to " : "");
            if (is_signed)
                append_signed(&shown, 100 * (k ? high : low));
            else
                figure_append(&shown, 100 * (k ? high : low), FIGURE_MONTHS, "");
        }
    } else {
        text_append(&shown, "\u2013");
    }
    document_cell(doc, t, "%s", shown.bytes);
    text_release(&shown);
}

void report_put_tenths(struct document *doc, struct document_table *t, double fraction,
                       bool is_signed)
{
    struct text shown;
    text_init(&shown);
    if (isnan(fraction))
        text_append(&shown, "\u2013");
    else if (is_signed)
        append_signed(&shown, 100 * fraction);
    else
        figure_append(&shown, 100 * fraction, FIGURE_MONTHS, "");
    document_cell(doc, t, "%s", shown.bytes);
    text_release(&shown);
}

double report_mean(const struct saved_outcome *o)
{
    return o ? o->summary.mean : NAN;
}

/* A colour of the charts: plots/theme.gp, which mixes the same. */
const char *report_swatch(const struct report *report, const char *name)
{
    static const unsigned hues[] = {0x9ca3af, 0x0072b2, 0xe69f00, 0x009e73,
                                    0xcc79a7, 0x56b4e9, 0xd55e00, 0xf0e442};
    const struct chart_team *team = chart_teams_find(&report->colours, name);
    if (!team)
        return NULL;
    int colour = team->colour;
    unsigned mixed = 0, hue = hues[colour < 1 ? 0 : (colour - 1) % 7 + 1];
    bool is_lighter = colour > 7;
    for (int shift = 16; shift >= 0; shift -= 8) {
        unsigned part = hue >> shift & 255;
        mixed |= (is_lighter ? (part + 255 + 1) / 2 : part) << shift;
    }
    return arena_printf(&report->run->arena, "#%06x", mixed);
}
