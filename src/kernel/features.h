// Asks the running system what it allows.
#pragma once

#include "lower/capabilities.h"

namespace uproar {

// Changes nothing and never fails: what cannot be found out stays at "no".
Capabilities probe_capabilities();

}  // namespace uproar
