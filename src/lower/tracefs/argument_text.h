// One argument as uprobe_events spells it. Pure.
#pragma once

#include <string>

#include "plan/fetch.h"

namespace uproar {

// "a=+0(%di):string"; of a kind that the kernel knows.
std::string tracefs_argument(const FetchArgument& argument);

}  // namespace uproar
