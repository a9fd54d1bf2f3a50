#include "study/outcome_summary.h"

#include "base/memory.h"

static void summarise(bool is_share, const double *values, size_t stride, size_t n,
                      double level, double *scratch, struct summary *out)
{
    summary_of(values, stride, n, scratch, out);
    if (is_share)
        summary_interval_of_share(out, level);
    else if (level != SUMMARY_LEVEL)
        summary_interval(out, level);
}

void outcome_summary(enum metric metric, enum outcome_kind kind, const double *values,
                     size_t stride, size_t n, double *scratch, struct summary *out)
{
    summarise(metric_is_yes_no(metric, kind), values, stride, n, SUMMARY_LEVEL, scratch,
              out);
}

void outcome_summary_named(const char *metric, const char *kind, const double *values,
                           size_t stride, size_t n, double *scratch, struct summary *out)
{
    int m = metric_find(metric), k = outcome_kind_find(kind);
    bool is_share =
        m >= 0 && k >= 0 && metric_is_yes_no((enum metric)m, (enum outcome_kind)k);
    summarise(is_share, values, stride, n, SUMMARY_LEVEL, scratch, out);
}

void outcome_interval(enum metric metric, enum outcome_kind kind, const double *values,
                      size_t stride, size_t n, double level, double *low, double *high)
{
    struct summary s;
    double *scratch = MEM_ARRAY(double, n + 1);
    summarise(metric_is_yes_no(metric, kind), values, stride, n, level, scratch, &s);
    mem_free(scratch);
    *low = s.ci_low;
    *high = s.ci_high;
}
