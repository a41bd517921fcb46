// An event that exists, whoever defined it, as a plan: what its lines in uprobe_events fetch, and where.
#pragma once

#include <string>

#include "base/result.h"
#include "binary/symbols/symbol_lookup.h"
#include "kernel/tracefs/uprobe_events.h"
#include "plan/probe_plan.h"

namespace uproar {

// Under the event's own group and name. Error: a line that means nothing here, such as one whose file is gone.
Result<ProbePlan> plan_of_event(const ListedEvent& event, SymbolLookup& symbols);

// The place was given as an offset, so the symbol is shown without one.
std::string shown_symbol(const ListedEvent::Place& place, SymbolLookup& symbols);

}  // namespace uproar
