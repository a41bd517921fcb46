// What the dynamic linker writes into a file's data.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "binary/elf/elf_file.h"

struct Elf;

namespace uproar {

// The address that the pointer at `vaddr` gets, relative to a load at the file's own addresses: by a
// RELATIVE, GLOB_DAT, JUMP_SLOT or word relocation of x86-64 or AArch64. Nothing where there is no
// relocation, or it names a symbol of another file.
std::optional<uint64_t> relocated_value(Elf* elf, uint64_t vaddr);

// The pointers to data that stay what the dynamic linker makes them: the global offset table (GLOB_DAT) and
// tables of constants, of x86-64 and AArch64, without an addend, to symbols that are no functions. Empty for other machines.
std::vector<DataPointer> data_pointers(Elf* elf);

}  // namespace uproar
