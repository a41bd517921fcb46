// The implementations behind a name that is chosen at load time (STT_GNU_IFUNC).
#pragma once

#include <cstdint>
#include <vector>

#include "binary/elf/elf_file.h"

namespace uproar {

// The addresses of code that the resolver of `ifunc` loads, ascending: those of every implementation that it
// may return, as compilers write it (x86: lea, mov of an immediate, a load from the GOT; AArch64: adr, adrp
// with add or ldr). Functions that it calls are looked through if it loads none itself. Empty when its code
// cannot be read.
std::vector<uint64_t> ifunc_targets(const ElfFile& file, const std::vector<ElfSymbol>& symbols,
                                    const ElfSymbol& ifunc);

}  // namespace uproar
