// The parts of an ELF file that are mapped when it runs, of files that are opened for their names and tables alone.
#pragma once

#include <gelf.h>

#include <vector>

namespace uproar {

// The PT_LOAD headers in the file's order, of the first 4,096 headers; none where they cannot be read.
inline std::vector<GElf_Phdr> load_segments(Elf* elf) {
  constexpr size_t kMostHeaders = 4096;
  std::vector<GElf_Phdr> found;
  size_t count = 0;
  if (elf_getphdrnum(elf, &count) != 0) return found;
  for (size_t i = 0; i < count && i < kMostHeaders; ++i) {
    GElf_Phdr header;
    if (gelf_getphdr(elf, static_cast<int>(i), &header) && header.p_type == PT_LOAD) found.push_back(header);
  }
  return found;
}

}  // namespace uproar
