/* compare_prose.h - what sentences about a comparison are made of: means and changes as
 * figures that say where in the comparison's files they are found. */
#ifndef ALLOT_STUDY_COMPARE_PROSE_H
#define ALLOT_STUDY_COMPARE_PROSE_H

#include "study/prose.h"
#include "study/saved_comparison.h"

/* How an outcome, or a difference of it, is shown. */
enum figure_format effect_format(const struct saved_effect *e, bool is_difference);

/* A column of alternatives.csv or comparison.csv. */
void effect_put(struct prose *out, const struct saved_effect *e, const char *file,
                const char *column, double value, enum figure_format format);

/* "13.82 months", "99.5 % of the worlds"; then, where it has one, its interval: " (95 %
 * interval 13.78 to 13.87)". */
void effect_put_mean(struct prose *out, const struct saved_effect *e);
void effect_put_mean_interval(struct prose *out, const struct saved_effect *e);

/* "+4.35 months (95 % interval +4.11 to +4.59)". */
void effect_put_change(struct prose *out, const struct saved_effect *e);

/* How many alternatives have a change of an answer; how many of these stand. */
size_t effect_count(const struct saved_comparison *c, const struct saved_effect *answer,
                    bool that_stand);
void effect_put_count(struct prose *out, const struct saved_comparison *c,
                      const struct saved_effect *answer, bool that_stand);

/* Hours of the whole run: GPU-hours by it are GPUs on average. */
double comparison_hours(const struct saved_comparison *c);

/* "+865 GPUs" of a change of gpu_hours_used. */
void effect_put_gpus(struct prose *out, const struct saved_comparison *c,
                     const struct saved_effect *e);

#endif
