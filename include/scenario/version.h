/* version.h - of the library behind the scenario files; nobody else includes it. */
#ifndef ALLOT_SCENARIO_VERSION_H
#define ALLOT_SCENARIO_VERSION_H

extern const char *const libconfig_version;

#endif
