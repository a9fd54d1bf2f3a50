#include "scenario/version.h"

#include <libconfig.h>

#define TEXT_OF(x)    #x
#define VERSION(a, b) TEXT_OF(a) "." TEXT_OF(b)

const char *const libconfig_version = VERSION(LIBCONFIG_VER_MAJOR, LIBCONFIG_VER_MINOR);
