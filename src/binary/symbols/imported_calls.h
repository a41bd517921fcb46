// The functions of other files that a program calls by name through its procedure linkage table.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>

#include "binary/elf/elf_file.h"

namespace uproar {

// Of x86-64 files (System V ABI, AMD64 supplement, 5.2): an entry of .plt jumps to what stands in a slot, and a
// relocation tells which symbol's address the dynamic linker writes there. Empty for other machines and damaged tables.
class ImportedCalls {
 public:
  explicit ImportedCalls(const ElfFile& file);

  // The function that `code`, the first bytes of what stands at `vaddr`, does nothing but jump to; empty: it is no
  // such entry.
  std::string called_by(std::span<const uint8_t> code, uint64_t vaddr) const;

 private:
  std::map<uint64_t, std::string> slots_;  // by the address of the slot
};

}  // namespace uproar
