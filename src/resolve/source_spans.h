// Where the parts of a definition stand in its text, for whoever complains of its plan. Pure.
#pragma once

#include <string_view>

#include "definition/ast.h"
#include "plan/probe_plan.h"

namespace uproar {

DefinitionSource source_of(const ast::Probe& probe, std::string_view text);

ArgumentSource source_of(const ast::Argument& argument);

// Of what $params or $vars at `span` stands for.
ArgumentSource source_of_listed(Span span);

}  // namespace uproar
