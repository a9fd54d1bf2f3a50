/* import_folder.h - what was read, as a folder: scenario.cfg, demand.csv, skipped.csv,
 * and where grants are known grants.csv, the decisions of the rule fixed.
 *
 * demand.csv has a row for each team, pool and month or day, from the first month
 * to the last with anything in it: gpus is (used + waiting GPU-hours) / hours of the
 * period, with periods of whole days, so that it multiplies back. The scenario names it
 * as the demand of its teams' explorations. Files appear whole or not at all. */
#ifndef ALLOT_IMPORT_IMPORT_FOLDER_H
#define ALLOT_IMPORT_IMPORT_FOLDER_H

#include "import/importer.h"

struct import_folder {
    const char *dir;               /* missing or empty */
    const char *const *capacities; /* POOL=GPUS, or GPUS where there is one pool */
    size_t n_capacities;
    const char *words; /* of the command line, for the scenario's comments */
};

/* Whether the folder can be written, before hours of reading. DIAG_CANNOT_CREATE. */
int import_folder_check(const struct import_folder *folder, struct diag *d);

/* DIAG_DATA: nothing was imported, or more months than a scenario may have; DIAG_USAGE: a
 * capacity of no pool; DIAG_CANNOT_CREATE, DIAG_IO. */
int import_folder_write(const struct import_folder *folder, struct import *import,
                        struct diag *d);

#endif
