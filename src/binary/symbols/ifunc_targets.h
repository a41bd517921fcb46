// The implementations behind a name that is chosen at load time (STT_GNU_IFUNC).
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "binary/elf/elf_file.h"

namespace uproar {

// The addresses of code that the resolver of `ifunc` loads, ascending: those of every implementation that it
// may return, as compilers write it (x86: lea, mov of an immediate, a load from the GOT; AArch64: adr, adrp
// with add or ldr). Functions that it calls are looked through if it loads none itself. Empty when its code
// cannot be read.
std::vector<uint64_t> ifunc_targets(const ElfFile& file, const std::vector<ElfSymbol>& symbols,
                                    const ElfSymbol& ifunc);

// By their names, where that is so: strlen is __strlen_avx2 or __strlen_sse2, but not __strlen_chk, which is the
// fortified variant with arguments of its own. `symbols` ascend by address.
std::vector<uint64_t> ifunc_targets_by_name(std::string_view name, const std::vector<ElfSymbol>& symbols);

}  // namespace uproar
