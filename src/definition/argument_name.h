// How an argument is called, and the alphabet of names.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "definition/ast.h"

namespace uproar {

// Of every back end, so that an event has the same fields with each (kernel: kernel/trace/trace_probe.h
// MAX_ARG_NAME_LEN).
constexpr size_t kLongestArgumentName = 32;

// As the kernel's is_good_name(), and is_good_system_name() if `hyphens` may stand in it.
bool is_identifier(std::string_view name, bool hyphens);

// The nearest valid spelling: one '_' for each character that may not stand there.
std::string as_identifier(std::string_view name, size_t longest);

// What uproar itself makes a name of: letters, digits and '_' of ASCII stay, every other byte is a '_', and
// one stands before a digit at the beginning. Never empty, of any length.
std::string made_identifier(std::string_view text);

// A field that every event has already.
bool is_reserved_name(std::string_view name);

// The name of a variable that was given none, always a valid one: its last field (this->id: id; of a tuple
// the number behind a '_', pair.0: _0), else the variable itself, its scopes too (ns::v[3]: ns__v). Two
// variables may get the same one.
std::string default_name(const ast::Variable& variable);

// The name that was given; without one arg<index + 1>, as the kernel numbers them by position. `index` counts
// from 0. Variables without a name get theirs from default_name().
std::string argument_name(const ast::Argument& argument, size_t index);

}  // namespace uproar
