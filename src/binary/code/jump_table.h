// Where the indirect jumps of a function go.
#pragma once

#include "binary/code/function_code.h"
#include "binary/elf/elf_file.h"

namespace uproar {

// Fills table_targets and indirect_jumps from `code.instructions`.
void find_jump_tables(const ElfFile& file, InstructionSet set, FunctionCode& code);

}  // namespace uproar
