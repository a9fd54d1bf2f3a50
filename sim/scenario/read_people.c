/* People with a role are read; the others of each team are numbered. */
#include "scenario/loading.h"
#include "scenario/sections.h"
#include "scenario/setting_value.h"

#include <stdlib.h>
#include <string.h>

/* One of the named, with what is needed to judge it. */
struct reading {
    struct person person;
    struct node *node;
    bool is_bad;
};

static int add_cohort(struct loading *l, const char *name)
{
    int found = loading_find(&l->cohort_names, name);
    if (found >= 0)
        return found;
    int id = (int)l->cohort_names.n_names;
    loading_add_name(l, &l->cohort_names, name, id, NULL);
    return id;
}

static void read_cohorts(struct loading *l, struct form *f, struct person *person)
{
    const struct setting *setting = &cohort_settings.items[0];
    struct node *list = form_list(f, setting->key);
    size_t n = list ? list->n_children : 0;
    if (!list) {
        n = person->also >= 0 ? 2 : 1;
        int *teams = ARENA_ARRAY(l->reader.arena, int, n);
        teams[0] = person->team;
        if (n == 2)
            teams[1] = person->also;
        person->cohorts = teams;
        person->n_cohorts = n;
        return;
    }
    int *cohorts = ARENA_ARRAY(l->reader.arena, int, n);
    for (size_t i = 0; i < n; i++) {
        struct setting_value value = {0};
        if (setting_value_read(&l->reader, f->who,
                               arena_printf(l->reader.arena, "cohort %zu", i + 1),
                               setting, list->children[i], &value) != 0) {
            f->is_bad = true;
            continue;
        }
        cohorts[i] = add_cohort(l, value.text);
        for (size_t k = 0; k < i; k++)
            if (cohorts[k] == cohorts[i])
                form_error(f, &list->children[i]->value_at, "cohort '%s' is there twice",
                           value.text);
    }
    person->cohorts = cohorts;
    person->n_cohorts = n;
}

static void read_person(struct loading *l, struct node *node, size_t i,
                        struct reading *reading)
{
    struct form f;
    struct person_record record;
    struct person *person = &reading->person;
    form_open(&f, &l->reader, node, reader_who(&l->reader, "person", node, i));
    form_read(&f, &person_settings, &record);
    *person = (struct person){
        .name = record.name, .team = -1, .also = -1, .is_leader = record.is_leader};
    if (record.team)
        person->team =
            loading_resolve(l, &f, "team", record.team, &l->team_names, &l->group_names);
    if (record.also)
        person->also =
            loading_resolve(l, &f, "also", record.also, &l->team_names, &l->group_names);
    if (person->also >= 0 && person->also == person->team)
        form_error(&f, form_place(&f, "also"), "'%s' is the home team already",
                   record.also);
    if (record.name && strchr(record.name, '/'))
        form_error(&f, form_place(&f, "name"),
                   "'/' numbers people without a role, as in '%s/1': a role has none",
                   record.team ? record.team : "TEAM");
    read_cohorts(l, &f, person);
    form_close(&f);
    loading_add_name(l, &l->person_names, record.name, (int)i, node);
    reading->node = node;
    reading->is_bad = f.is_bad;
}

/* ---- everybody ---- */

struct member_team {
    const char *name;
    int team;
};

static int by_team_name(const void *a, const void *b)
{
    return strcmp(((const struct member_team *)a)->name,
                  ((const struct member_team *)b)->name);
}

static int by_role(const void *a, const void *b)
{
    return strcmp(((const struct reading *)a)->person.name,
                  ((const struct reading *)b)->person.name);
}

/* How many of a team's people have a role; an error where it has fewer people. */
static size_t count_named(struct loading *l, const struct reading *named, size_t n,
                          int team)
{
    size_t n_here = 0;
    const struct node *last = NULL;
    for (size_t i = 0; i < n; i++)
        if (named[i].person.team == team || named[i].person.also == team) {
            n_here++;
            last = named[i].node;
        }
    if ((int64_t)n_here > l->teams[team].people)
        reader_error(&l->reader, "", &last->at,
                     "%zu people of team '%s' are named, but it has only %lld", n_here,
                     l->teams[team].name, (long long)l->teams[team].people);
    return n_here;
}

static size_t number_people(struct loading *l, int team, size_t n_anonymous,
                            struct person *persons, size_t n)
{
    int *cohort = ARENA_NEW(l->reader.arena, int);
    *cohort = team;
    for (size_t i = 1; i <= n_anonymous; i++)
        persons[n++] = (struct person){
            .name = arena_printf(l->reader.arena, "%s/%zu", l->teams[team].name, i),
            .team = team,
            .also = -1,
            .cohorts = cohort,
            .n_cohorts = 1};
    return n;
}

static void list_people(struct loading *l, struct reading *named, size_t n_named)
{
    struct scenario *s = l->s;
    struct arena *arena = l->reader.arena;
    struct member_team *teams = ARENA_ARRAY(arena, struct member_team, s->n_teams);
    size_t n = 0, most = n_named;
    for (size_t t = 0; t < s->n_teams; t++) {
        teams[t] = (struct member_team){l->teams[t].name, (int)t};
        most += (size_t)l->teams[t].people;
    }
    qsort(teams, s->n_teams, sizeof *teams, by_team_name);
    qsort(named, n_named, sizeof *named, by_role);
    struct person *persons = ARENA_ARRAY(arena, struct person, most);
    for (size_t k = 0; k < s->n_teams; k++) {
        int team = teams[k].team;
        size_t n_here = count_named(l, named, n_named, team);
        size_t people = (size_t)l->teams[team].people;
        for (size_t i = 0; i < n_named; i++)
            if (named[i].person.team == team)
                persons[n++] = named[i].person;
        n = number_people(l, team, people > n_here ? people - n_here : 0, persons, n);
    }
    s->persons = persons;
    s->n_persons = n;
}

void read_people(struct loading *l, struct form *top)
{
    struct scenario *s = l->s;
    struct form f, hiring;
    l->person_names.sort = "person";
    l->cohort_names.sort = "cohort";
    for (size_t t = 0; t < s->n_teams; t++)
        loading_add_name(l, &l->cohort_names, l->teams[t].name, (int)t, NULL);
    form_open(&f, &l->reader, form_group(top, "people"), "people");
    f.target.home = HOME_PEOPLE;
    f.target.path = "people";
    form_read(&f, &people_settings, &s->people);
    form_open(&hiring, &l->reader, form_group(&f, "hiring"), "people.hiring");
    hiring.target.home = HOME_PEOPLE;
    hiring.target.path = "people.hiring";
    form_read(&hiring, &hiring_settings, &s->people);
    form_close(&hiring);
    struct node *list = form_list(&f, "named");
    size_t n = list ? list->n_children : 0;
    struct reading *named = ARENA_ARRAY(l->reader.arena, struct reading, n);
    bool is_bad = l->team_names.is_open || (!list && node_find(f.group, "named"));
    for (size_t i = 0; i < n; i++) {
        read_person(l, list->children[i], i, &named[i]);
        is_bad |= named[i].is_bad;
    }
    l->person_names.is_open |= is_bad;
    is_bad |= !loading_check_names(l, &l->person_names);
    form_close(&f);
    s->cohorts = l->cohort_names.names;
    s->n_cohorts = l->cohort_names.n_names;
    if (!is_bad && diag_n_errors(l->reader.d) == l->n_errors)
        list_people(l, named, n);
}
