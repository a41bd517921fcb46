// Data that stands at a fixed place of a file, as the process that is probed has it.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "plan/fetch.h"
#include "resolve/arguments/argument_context.h"
#include "resolve/text_span.h"

namespace uproar {

// What stands `distance` bytes behind the address `vaddr` of the probed file. Data that a library exports may
// have its place in the program (a copy relocation) or in another library: where the file itself goes by a
// pointer of its global offset table, so does the fetch.
std::vector<FetchOperation> data_at(uint64_t vaddr, int64_t distance, const ArgumentContext& context);

// What stands `distance` bytes behind the data that the linker calls `symbol`: the file's own, the copy of a
// library's that the program holds, or another file's by the pointer to it. Errors, underlined at `where`:
// several of that name, another file's without a pointer, none. With `exported`, what is a file's of the
// source alone is not meant.
Result<std::vector<FetchOperation>> data_of_symbol(const std::string& symbol, int64_t distance, bool exported,
                                                   const TextSpan& where, const ArgumentContext& context);

// Whether the file has such data, or a pointer to it.
bool has_data(const std::string& symbol, bool exported, const ArgumentContext& context);

}  // namespace uproar
