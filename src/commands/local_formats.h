// Formats of this machine's events, for files that lack their own.
#pragma once

#include "convert/perf_data_import.h"

namespace uproar {

// Looks through tracefs at the first question; finds nothing where that cannot be read.
FormatLookup local_formats();

}  // namespace uproar
