// .gopclntab: the table by which Go's runtime names functions, which `-ldflags=-s` leaves in. Pure.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"
#include "binary/elf/elf_file.h"

namespace uproar {

// Functions (main.work, main.(*T).Method) of a table of Go 1.2, 1.16, 1.18 or 1.20 and later, ascending by
// address. `code_start` is the address of the code (.text), for tables that hold distances from it and do
// not say from where (position independent, or Go 1.26). Error: no such table, or a damaged one.
Result<std::vector<ElfSymbol>> parse_go_functions(std::span<const uint8_t> table, uint64_t code_start);

// Whether the table begins with the bytes of one that is known.
bool is_go_table(std::span<const uint8_t> table);

}  // namespace uproar
