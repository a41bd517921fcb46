// How an argument is called, and the alphabet of names.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "definition/ast.h"

namespace uproar {

constexpr size_t kLongestArgumentName = 32;  // kernel/trace/trace_probe.h: MAX_ARG_NAME_LEN

// As the kernel's is_good_name(), and is_good_system_name() if `hyphens` may stand in it.
bool is_identifier(std::string_view name, bool hyphens);

// The nearest valid spelling: one '_' for each character that may not stand there.
std::string as_identifier(std::string_view name, size_t longest);

// A field that every event has already.
bool is_reserved_name(std::string_view name);

// The name of a variable that was given none, always a valid one: its last field (this->id: id; of a tuple
// with the number behind it, pair.0: pair_0), else the variable itself without its scopes (ns::v[3]: v). Two
// variables may get the same one.
std::string name_of(const ast::Variable& variable);

// The name that was given; without one that of the variable, else arg<index + 1>, as the kernel numbers them
// by position. `index` counts from 0. Means nothing for $params and $vars.
std::string argument_name(const ast::Argument& argument, size_t index);

}  // namespace uproar
