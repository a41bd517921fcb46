// What .eh_frame says: where functions begin, with or without symbols, and which of them have exception
// tables.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "binary/elf/elf_file.h"

namespace uproar {

struct UnwindEntry {
  uint64_t start = 0;  // vaddr
  uint64_t size = 0;
  uint64_t lsda = 0;  // vaddr of its exception table in .gcc_except_table, 0: none
};

// A stretch of code, and what the unwinder does with an exception that leaves a call in it.
struct CallSite {
  uint64_t start = 0;  // vaddr
  uint64_t size = 0;
  uint64_t landing_pad = 0;  // vaddr of the code that takes the exception; 0: it goes on to the caller
};

// Sorted by start. Entries that make no sense are left out; a file without .eh_frame gives none.
std::vector<UnwindEntry> read_unwind_entries(const ElfFile& file);

const UnwindEntry* unwind_entry_at(const std::vector<UnwindEntry>& entries, uint64_t vaddr);

// The call sites of an entry with an exception table. Calls that no site covers end the program if they
// throw. Nothing if the table cannot be read.
std::optional<std::vector<CallSite>> read_call_sites(const ElfFile& file, const UnwindEntry& entry);

}  // namespace uproar
