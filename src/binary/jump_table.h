// Where the indirect jumps of a function go.
#pragma once

#include "binary/elf_file.h"
#include "binary/function_code.h"

namespace uproar {

// Fills table_targets and indirect_jumps from `code.instructions`.
void find_jump_tables(const ElfFile& file, InstructionSet set, FunctionCode& code);

}  // namespace uproar
