/* Why a project or a team filed no claim: what the world was like at the meeting. */
#include "base/seconds.h"
#include "study/explain_work.h"

#include <math.h>

static const char *date_words(const struct explain_question *q, double at_s,
                              struct arena *arena)
{
    char text[16];
    date_format(calendar_date(&q->scenario->calendar, at_s), text);
    return arena_string(arena, text);
}

static const char *stage_words(const struct world *w, size_t project, struct arena *arena)
{
    const struct project_state *state = &w->project_states[project];
    const struct project *p = &w->projects[project];
    const struct stage *stage = world_stage(w, project);
    double left = fmax(0, state->left - state->rate * (w->now_s - state->since_s));
    const char *at =
        arena_printf(arena, "it was in stage %zu of %zu", state->stage + 1, p->n_stages);
    if (stage->kind == STAGE_BUILD)
        return arena_printf(arena,
                            "%s, build, with %.3g person-months left, and not to train "
                            "before the next meeting",
                            at, left / SECONDS_PER_MONTH);
    if (stage->kind == STAGE_WAIT)
        return arena_printf(arena,
                            "%s, wait, with %.3g days left, and not to train before the "
                            "next meeting",
                            at, left / SECONDS_PER_DAY);
    return arena_printf(arena, "%s and needed no GPUs", at);
}

static const char *project_words(const struct explain_question *q, const struct world *w,
                                 size_t project, struct arena *arena)
{
    const struct project_state *state = &w->project_states[project];
    const struct project *p = &w->projects[project];
    switch (state->phase) {
    case PROJECT_PLANNED:
        if (!state->may_start)
            return arena_printf(arena, "it was planned to start on %s",
                                date_words(q, p->start_s, arena));
        if (p->after >= 0)
            return arena_printf(arena, "it waited for the release of '%s'",
                                w->projects[p->after].name);
        return "it was not started";
    case PROJECT_ACTIVE:
        return stage_words(w, project, arena);
    case PROJECT_PAUSED:
        return "it was paused";
    case PROJECT_RELEASED:
        return arena_printf(arena, "it had been released on %s",
                            date_words(q, state->released_s, arena));
    case PROJECT_CANCELLED:
        return arena_printf(arena, "it had been cancelled on %s",
                            date_words(q, state->cancelled_s, arena));
    }
    return "";
}

/* A team's projects each have their reason; its exploration needed nothing. */
static const char *team_words(const struct explain_question *q, const struct world *w,
                              struct arena *arena)
{
    const struct scenario *s = q->scenario;
    struct text words;
    bool explores = false;
    for (size_t i = 0; i < s->n_explorations; i++)
        explores |= s->explorations[i].team == q->team;
    text_init(&words);
    text_append(&words,
                explores ? "its exploration needed no GPUs" : "it has no exploration");
    for (size_t i = 0; i < s->n_projects; i++)
        if (s->projects[i].team == q->team)
            text_printf(&words, "; '%s': %s", s->projects[i].name,
                        project_words(q, w, i, arena));
    const char *copy = arena_string(arena, words.bytes);
    text_release(&words);
    return copy;
}

const char *explain_absence(const struct explain_question *question,
                            const struct run_meeting *meeting, struct arena *arena)
{
    const struct scenario *s = question->scenario;
    char date[16];
    date_format(calendar_date(&s->calendar, meeting->world->now_s), date);
    if (question->project < 0 && question->team < 0)
        return arena_printf(arena, "nobody filed a claim at the meeting of %s", date);
    bool is_project = question->project >= 0;
    return arena_printf(
        arena, "%s '%s' filed no claim at the meeting of %s: %s",
        is_project ? "project" : "team",
        is_project ? s->projects[question->project].name : s->teams[question->team].name,
        date,
        is_project
            ? project_words(question, meeting->world, (size_t)question->project, arena)
            : team_words(question, meeting->world, arena));
}
