#include "rule/trace.h"

#include "base/memory.h"

void award_trace_init(struct award_trace *trace)
{
    *trace = (struct award_trace){0};
}

void award_trace_release(struct award_trace *trace)
{
    mem_free(trace->steps);
    award_trace_init(trace);
}

void award_trace_add(struct award_trace *trace, struct award_step step)
{
    if (trace)
        ARRAY_PUSH(trace->steps, trace->n_steps, trace->capacity) = step;
}

size_t award_trace_mark(const struct award_trace *trace)
{
    return trace ? trace->n_steps : 0;
}

void award_trace_rewind(struct award_trace *trace, size_t mark)
{
    if (trace)
        trace->n_steps = mark;
}
