// SITE %PROVIDER:NAME to the places of a USDT probe.
#pragma once

#include <string_view>

#include "base/result.h"
#include "definition/ast.h"
#include "plan/hazard.h"
#include "resolve/places/found_place.h"
#include "resolve/target/probed_file.h"

namespace uproar {

// Every location of the probe (of all that match, when provider or name are patterns), with the semaphore's
// file offset and the location's own argument text. Errors, underlined in `text`: the file has no USDT
// probes, none of that provider or name (near names), patterns that match probes of different semaphores at
// one place.
Result<FoundPlaces> find_usdt(const ast::Site& site, std::string_view text, ProbedFile& file,
                              Hazards& hazards);

}  // namespace uproar
