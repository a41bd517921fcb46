// Looking symbols up by name and by address.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "binary/elf/elf_file.h"

namespace uproar {

// All symbols of that name, one per distinct address. `symbols` is sorted by vaddr.
std::vector<const ElfSymbol*> find_by_name(const std::vector<ElfSymbol>& symbols, std::string_view name);

// The function whose [vaddr, vaddr + size) holds the address (size 0: the nearest before it); else the
// nearest label before it, if no function begins between; nullptr if there is none. Of aliases: a global
// before a local one, then the one with fewer leading underscores, then the shorter name, then alphabetical
// order.
const ElfSymbol* function_at(const std::vector<ElfSymbol>& symbols, uint64_t vaddr);

// Whether `a` is the better of two names of one place, as above.
bool is_better_alias(const ElfSymbol& a, const ElfSymbol& b);

// Up to `limit` function names that the user may have meant (edit distance, prefix, case), best first.
std::vector<std::string> near_names(const std::vector<ElfSymbol>& symbols, std::string_view name,
                                    size_t limit = 3);

}  // namespace uproar
