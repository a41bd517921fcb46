// Internal to this folder: names of functions and variables as people write them.
#pragma once

#include <string>
#include <string_view>

#include "binary/dwarf/dwarf_types.h"

namespace uproar {

// Whether a user's name means this DIE: its name, its name from any scope on, its mangled name, each with or
// without template arguments; and with parameters in parentheses if the name has them.
bool means(std::string_view wanted, Dwarf_Die& function, DwarfTypes& types);
// The last part of a qualified name, without parameters and template arguments: what mentioning() wants.
std::string plain_name(std::string_view name);

}  // namespace uproar
