#include "scenario/loading.h"
#include "scenario/sections.h"

void read_disputes(struct loading *l, struct form *top)
{
    struct form f;
    struct disputes *disputes = &l->s->disputes;
    form_open(&f, &l->reader, form_group(top, "disputes"), "disputes");
    form_read(&f, &disputes_settings, disputes);
    if (!f.is_bad && disputes->pick + disputes->cooperate + disputes->keep <= 0)
        form_error(&f, form_place(&f, "pick"),
                   "pick, cooperate and keep are all 0, one must be more");
    form_close(&f);
}
