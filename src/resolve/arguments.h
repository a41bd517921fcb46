// An argument as written to the operations that fetch it.
#pragma once

#include <string_view>
#include <vector>

#include "base/result.h"
#include "binary/elf_file.h"
#include "definition/ast.h"
#include "plan/fetch.h"

namespace uproar {

// What the arguments of one probe refer to. All must outlive the call.
struct ArgumentContext {
  std::string_view text;    // the definition
  ElfFile& file;            // for @SYMBOL
  const LoadSegment& code;  // the segment that holds the probe
};

// `index` counts from 0; an unnamed argument is called arg<index + 1>, as the kernel does. `argument` has
// passed check().
//
// Without a type a value is x64, and $comm and \"text" are string. A register, $stackN, $stack or $retval
// with a string type means the string that it points at. @SYMBOL becomes the kernel's @+OFF, which is no file
// offset: the kernel adds OFF to (hit address - probe offset), so that OFF = symbol's vaddr - (code.vaddr -
// code.file_offset). Error: no such symbol.
Result<FetchArgument> resolve_argument(const ast::Argument& argument, size_t index,
                                       const ArgumentContext& context);

}  // namespace uproar
