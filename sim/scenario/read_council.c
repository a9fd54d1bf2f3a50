#include "scenario/loading.h"
#include "scenario/sections.h"
#include "scenario/setting_words.h"

#include <string.h>

static const char *const subject_keys[N_RATING_SUBJECTS] = {
    [RATED_PROJECT] = "project", [RATED_TEAM] = "team",   [RATED_GROUP] = "group",
    [RATED_KIND] = "kind",       [RATED_TOPIC] = "topic",
};

/* Finds who or what is rated: exactly one of the subjects must be given. */
static void resolve_subject(struct loading *l, struct form *f,
                            struct rating_record *record)
{
    const struct name_list *lists[] = {[RATED_PROJECT] = &l->project_names,
                                       [RATED_TEAM] = &l->team_names,
                                       [RATED_GROUP] = &l->group_names,
                                       [RATED_KIND] = &l->kinds,
                                       [RATED_TOPIC] = &l->topics};
    const struct name_list *others[] = {[RATED_PROJECT] = &l->team_names,
                                        [RATED_TEAM] = &l->group_names,
                                        [RATED_GROUP] = &l->team_names,
                                        [RATED_KIND] = &l->topics,
                                        [RATED_TOPIC] = &l->kinds};
    int n = 0;
    record->rating.id = -1;
    for (int by = 0; by < N_RATING_SUBJECTS; by++) {
        if (!node_find(f->group, subject_keys[by]))
            continue;
        n++;
        record->rating.by = (enum rating_by)by;
    }
    if (f->is_void || (n == 0 && form_is_misspelt(f, subject_keys, N_RATING_SUBJECTS)))
        return;
    if (n != 1) {
        form_error(f, &f->group->at, "rates %s, must rate one %s",
                   n == 0 ? "nothing" : "several things",
                   words_list(l->reader.arena, subject_keys, N_RATING_SUBJECTS, "or"));
        return;
    }
    enum rating_by by = record->rating.by;
    if (record->subjects[by])
        record->rating.id = loading_resolve(l, f, subject_keys[by], record->subjects[by],
                                            lists[by], others[by]);
}

static void read_rating(struct loading *l, struct node *node, const char *member_who,
                        size_t i, int member)
{
    struct form f;
    struct rating_record record;
    struct member *m = &l->members[member];
    form_open(&f, &l->reader, node,
              arena_printf(l->reader.arena, "%s, rating %zu", member_who, i + 1));
    const char *subject = node_identity("ratings", node);
    f.target.home = HOME_RATING;
    f.target.index = member;
    f.target.inner = (int)i;
    f.target.path = loading_path(l, "council", "members", m->name ? m->name : "?",
                                 "ratings", subject ? subject : "?", NULL);
    form_read(&f, &rating_settings, &record);
    resolve_subject(l, &f, &record);
    for (size_t k = 0; k < i && record.rating.id >= 0; k++)
        if (m->ratings[k].by == record.rating.by && m->ratings[k].id == record.rating.id)
            form_error(&f, form_place(&f, subject_keys[record.rating.by]),
                       "the member rates %s '%s' already", subject_keys[record.rating.by],
                       record.subjects[record.rating.by]);
    form_close(&f);
    m->ratings[i] = record.rating;
}

static void read_member(struct loading *l, struct node *node, size_t i)
{
    struct form f;
    struct member *member = &l->members[i];
    form_open(&f, &l->reader, node, reader_who(&l->reader, "member", node, i));
    const char *name = node_identity("members", node);
    f.target.home = HOME_MEMBER;
    f.target.index = (int)i;
    f.target.path = loading_path(l, "council", "members", name ? name : "?", NULL);
    form_read(&f, &member_settings, member);
    l->is_bad_council |= f.is_bad;
    loading_add_name(l, &l->member_names, member->name, (int)i, node);
    l->member_nodes[i] = node;
    struct node *ratings = form_list(&f, "ratings");
    size_t n = ratings ? ratings->n_children : 0;
    member->ratings = ARENA_ARRAY(l->reader.arena, struct rating, n);
    member->n_ratings = n;
    for (size_t k = 0; k < n; k++)
        read_rating(l, ratings->children[k], f.who, k, (int)i);
    form_close(&f);
}

/* What the council does by itself. */
static void read_acts(struct loading *l, struct form *council, const char *key,
                      const struct settings *settings)
{
    struct form f;
    const char *path = arena_printf(l->reader.arena, "council.%s", key);
    form_open(&f, &l->reader, form_group(council, key), path);
    f.target.home = HOME_COUNCIL;
    f.target.path = path;
    form_read(&f, settings, &l->s->council);
    form_close(&f);
}

void read_council(struct loading *l, struct form *top)
{
    struct form f;
    struct council *council = &l->s->council;
    form_open(&f, &l->reader, form_group(top, "council"), "council");
    form_read(&f, &council_settings, council);
    if (!f.is_bad && council->lag_days >= 28.0 * (double)council->every_months)
        form_error(&f, form_place(&f, "lag_days"),
                   "lag_days is %s, must be < %lld: 28 days for each of every_months",
                   number_words(l->reader.arena, council->lag_days),
                   28LL * council->every_months);
    read_acts(l, &f, "cull", &cull_settings);
    read_acts(l, &f, "consolidate", &consolidate_settings);
    if (!f.is_bad && council->every_days > 0 && council->every_months > 1)
        form_error(&f, form_place(&f, "every_days"),
                   "every_days is %lld, must be 0 where every_months is %lld",
                   (long long)council->every_days, (long long)council->every_months);
    else if (!f.is_bad && council->every_days > 0 &&
             council->lag_days >= (double)council->every_days)
        form_error(&f, form_place(&f, "lag_days"),
                   "lag_days is %s, must be < %lld, the days from meeting to meeting",
                   number_words(l->reader.arena, council->lag_days),
                   (long long)council->every_days);
    l->council_node = f.group;
    l->member_names.sort = "member";
    struct node *members = form_list(&f, "members");
    size_t n = members ? members->n_children : 0;
    l->is_bad_council = f.is_bad;
    l->member_names.is_open = f.is_void || (!members && node_find(f.group, "members"));
    council->n_members = n;
    council->members = l->members = ARENA_ARRAY(l->reader.arena, struct member, n);
    l->member_nodes = ARENA_ARRAY(l->reader.arena, struct node *, n);
    for (size_t i = 0; i < n; i++)
        read_member(l, members->children[i], i);
    loading_check_names(l, &l->member_names);
    form_close(&f);
}
