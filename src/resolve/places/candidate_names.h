// Functions of one name, told apart in words: by their files, else by whatever else differs. Pure.
#pragma once

#include <string>
#include <vector>

#include "binary/elf/elf_file.h"
#include "resolve/places/function_candidates.h"

namespace uproar {

// "a.c:helper" of each of found.code, then of each of found.inlined: as much of the path as tells it from the others;
// `name` alone where no file is known.
std::vector<std::string> names_with_files(const FunctionCandidates& found, const std::string& name);

// What a user may write for each of several functions that `wanted` means: "a.c:helper at 0x1140", where the files tell
// them apart; else a file offset with what differs: the whole name, the symbol, the size.
std::vector<std::string> names_to_choose_from(const FunctionCandidates& found, const NamedFunction& wanted,
                                              const std::vector<LoadSegment>& segments);

}  // namespace uproar
