// Why a file has no function of a name, and what to write instead.
#pragma once

#include <string>

#include "base/result.h"
#include "binary/elf/elf_file.h"
#include "resolve/text_span.h"

namespace uproar {

// Called elsewhere (the library is looked for among those that the file loads), stripped, its debug file of
// another build, or a slip (near names).
Error missing_function(const TextSpan& where, const std::string& name, ElfFile& file);

// The library that the dynamic linker takes the function from, as a definition names it (libc.so.6, or a
// path), looking through what `file` loads and what that loads. Empty when not found.
std::string library_of(const std::string& function, const ElfFile& file);

}  // namespace uproar
